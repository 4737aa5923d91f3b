-- leo_take stays: earlier versions can call it as it is.
drop function leo_go_on;
alter table attempts drop column paused_ms;
alter table workers drop column process;
