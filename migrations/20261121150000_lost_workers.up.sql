-- What tells a worker's process from all others of its machine, so that whoever shares that machine
-- can see at once that it is gone. Null where it cannot be told.
alter table workers add column process text;

-- How long the run has been halted; its deadline is as much later.
alter table attempts add column paused_ms bigint not null default 0;

-- As before, and in addition: a new attempt is refused to anybody but the holder and the workers of
-- the same host while a worker lives on the host of the present one, for it may have come back and
-- gone on with the run since the caller looked. Read behind the job's lock, as leo_go_on locks it too.
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
  select j.epoch + 1 as epoch, j.attempt + p_new_attempt::integer as attempt, j.attempt as present, j.holder into job
    from jobs j where j.id = p_job and j.status = 'generating' and j.epoch = p_epoch for no key update;
  if not found then
    return;
  end if;
  if p_new_attempt and job.holder is distinct from p_worker and exists (
    select 1 from attempts a join workers w on w.host_id = a.host_id
     where a.job_id = p_job and a.attempt = job.present
       and not exists (select 1 from workers own where own.id = p_worker and own.host_id = a.host_id))
  then
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

-- Asks for leave to let a halted run go on; the caller's worker has to be registered before. Gives the
-- time that the run has been halted altogether, or null when the job is not held under p_epoch any more:
-- then it has to stay as it is. The job's lock makes it exact: a restart elsewhere either comes first and
-- is seen here, or comes later and sees that the host lives.
-- p_paused_ms: the time so far, where the caller has halted the run itself. Null where somebody else
-- has, who may be dead: the run is given all the time since its last output was stored.
create function leo_go_on(p_job uuid, p_epoch integer, p_paused_ms bigint) returns bigint language plpgsql as $$
declare
  job record;
  heard timestamptz;
  total bigint;
begin
  select j.attempt, j.session_id, j.started_seq into job from jobs j
   where j.id = p_job and j.epoch = p_epoch and j.status = 'generating' for no key update;
  if not found then
    return null;
  end if;
  if p_paused_ms is null then
    select b.at into heard from event_batches b
     where b.session_id = job.session_id and b.last_seq >= job.started_seq and b.job_id = p_job and b.source in (1, 2)
     order by b.last_seq desc limit 1;
  end if;
  update attempts a set paused_ms = case
      when p_paused_ms is not null then greatest(a.paused_ms, p_paused_ms)
      else a.paused_ms + greatest(0, 1000 * extract(epoch from
             clock_timestamp() - coalesce(greatest(heard, a.launched_at), clock_timestamp())))::bigint
    end
   where a.job_id = p_job and a.attempt = job.attempt returning a.paused_ms into total;
  return total;
end $$;
