drop table runner_uploads;
