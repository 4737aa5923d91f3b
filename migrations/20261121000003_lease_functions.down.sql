drop function leo_take;
