drop function leo_take_over;
