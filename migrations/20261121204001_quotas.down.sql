drop function leo_submit_within, leo_create_session, leo_sessions_reach, leo_storage_reaches;
create index artifacts_of_user on artifacts (user_id);
drop index artifacts_bytes;
