drop function leo_fork;
drop function leo_restore;
drop function leo_begun_with;
drop table forks;
drop table job_bases;
