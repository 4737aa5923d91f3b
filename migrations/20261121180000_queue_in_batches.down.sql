drop function leo_claim_jobs;

-- What earlier versions had in their place.
create or replace function leo_finish(
  p_job uuid, p_epoch integer, p_status text, p_reason text, p_message text, p_summary text,
  p_usage jsonb, p_artifact uuid, p_body bytea,
  out done boolean, out session_id uuid, out seq bigint, out next_job uuid
) language plpgsql set enable_seqscan = off as $$
declare
  owner uuid;
  session uuid;
  was text;
  front uuid;
  next_priority smallint;
begin
  done := false;
  select j.user_id, j.session_id into owner, session from jobs j where j.id = p_job;
  if not found then
    return;
  end if;
  perform 1 from users u where u.id = owner for no key update;
  select j.status into was from jobs j where j.id = p_job and case when p_epoch is null
      then j.status in ('waiting', 'ready', 'delayed')
      else j.status = 'generating' and j.epoch = p_epoch end
     for no key update;
  if not found then
    return;
  end if;
  session_id := session;
  update session_heads h set last_seq = h.last_seq + 1 where h.session_id = session
  returning h.last_seq, h.front_job into seq, front;
  update jobs j set status = p_status, holder = null, ready_at = null, finished_at = clock_timestamp(),
         failure_reason = p_reason, failure_message = p_message, summary = p_summary, usage = p_usage,
         artifact_id = p_artifact, ended_seq = seq
   where j.id = p_job;
  if front = p_job then
    select a.next_job, a.next_priority into next_job, next_priority from leo_advance(session) a;
  end if;
  if p_status = 'completed' and p_artifact is not null then
    update sessions s set current_artifact = p_artifact, updated_at = now() where s.id = session;
  end if;
  insert into event_batches (session_id, last_seq, first_seq, job_id, source, body)
  values (session, seq, seq, p_job, 0, p_body);
  update users u set
         running = u.running - (was = 'generating')::integer,
         queued = u.queued - (was in ('waiting', 'ready'))::integer,
         delayed = u.delayed - (was = 'delayed')::integer,
         ready = u.ready - (was = 'ready')::integer + (next_job is not null)::integer
   where u.id = owner;
  if next_job is not null then
    perform leo_look_from(owner, next_priority, next_job);
  end if;
  done := true;
end $$;

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

drop function leo_end_jobs;
