drop table chores;
