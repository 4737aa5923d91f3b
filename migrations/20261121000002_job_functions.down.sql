drop function leo_cancel, leo_finish, leo_claim, leo_submit, leo_append_fact, leo_promote;
