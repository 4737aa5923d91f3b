drop function leo_runner_open(uuid, integer);
alter table session_heads
  drop column runner_open,
  drop column runner_ended,
  drop column runner_bytes,
  drop column runner_since;
