drop function leo_at_rest;
drop table event_blocks, event_archives;
