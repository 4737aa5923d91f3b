drop table event_blocks, event_archives;
