drop function leo_go_on;
alter table attempts drop column paused_ms;
alter table workers drop column process;

-- As it was.

create or replace function leo_take(
  p_job uuid, p_epoch integer, p_worker uuid, p_new_attempt boolean, p_count integer, p_body bytea
) returns table (session_id uuid, user_id uuid, epoch integer, attempt integer, last_seq bigint, worker_position bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  job record;
  session uuid;
begin
  select j.user_id, j.session_id into job from jobs j where j.id = p_job;
  if not found then
    return;
  end if;
  user_id := job.user_id;
  -- A variable of its own: in a condition `session_id` would be the column.
  session := job.session_id;
  session_id := session;
  perform 1 from users u where u.id = user_id for no key update;
  select j.epoch + 1 as epoch, j.attempt + p_new_attempt::integer as attempt into job from jobs j
   where j.id = p_job and j.status = 'generating' and j.epoch = p_epoch for no key update;
  if not found then
    return;
  end if;
  epoch := job.epoch;
  attempt := job.attempt;
  update jobs j set epoch = job.epoch, attempt = job.attempt, holder = p_worker where j.id = p_job;
  if p_new_attempt then
    update attempts a set ended_at = coalesce(a.ended_at, now()), outcome = coalesce(a.outcome, 'superseded')
     where a.job_id = p_job and a.attempt < job.attempt and a.ended_at is null;
    insert into attempts (job_id, attempt, worker_id) values (p_job, job.attempt, p_worker);
    update session_heads h set positions[1] = 0, positions[2] = 0, generations[2] = 0, firsts[1] = 0, firsts[2] = 0
     where h.session_id = session;
  end if;
  update session_heads h set last_seq = h.last_seq + p_count, epoch = job.epoch, attempt = job.attempt
   where h.session_id = session returning h.last_seq, h.positions[3] into last_seq, worker_position;
  insert into event_batches (session_id, last_seq, first_seq, job_id, source, body)
  values (session_id, last_seq, last_seq - p_count + 1, p_job, 0, p_body);
  return next;
end $$;
