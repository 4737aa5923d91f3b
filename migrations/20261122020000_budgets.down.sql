drop function leo_submit_with_budget;
