create index jobs_ready on jobs (user_id, priority desc, id) where status = 'ready';
drop function leo_place, leo_due, leo_claim_next, leo_look_from, leo_advance;
drop function leo_submit(uuid, uuid, uuid, boolean, text, text, text, integer, text, smallint, uuid, text, bytea, bytea, timestamptz);
alter function leo_cancel(uuid, bytea) reset enable_seqscan;

-- As they were.

create or replace function leo_submit(
  p_job uuid, p_user uuid, p_session uuid, p_new_session boolean, p_title text,
  p_prompt text, p_mode text, p_max_iterations integer, p_model text, p_priority smallint,
  p_retry_of uuid, p_key text, p_hash bytea, p_body bytea,
  out outcome text, out job_id uuid, out session_id uuid, out seq bigint
) language plpgsql as $$
declare
  known record;
  front uuid;
begin
  perform 1 from users u where u.id = p_user for no key update;
  if p_key is not null then
    select j.id, j.session_id, j.request_hash into known from jobs j
     where j.user_id = p_user and j.idempotency_key = p_key;
    if found then
      outcome := case when known.request_hash = p_hash then 'same' else 'conflict' end;
      job_id := known.id;
      session_id := known.session_id;
      return;
    end if;
  end if;
  if p_new_session then
    insert into sessions (id, user_id, title) values (p_session, p_user, p_title);
    insert into session_heads (session_id) values (p_session);
  else
    update sessions s set updated_at = now(), title = case when s.title = '' then p_title else s.title end
     where s.id = p_session and s.user_id = p_user and s.deleted_at is null;
    if not found then
      outcome := 'no_session';
      return;
    end if;
  end if;
  update session_heads h set front_job = coalesce(h.front_job, p_job), last_seq = h.last_seq + 1
   where h.session_id = p_session returning h.front_job, h.last_seq into front, seq;
  insert into jobs (id, session_id, user_id, status, priority, prompt, mode, max_iterations, model,
                    retry_of, idempotency_key, request_hash, queued_seq)
  values (p_job, p_session, p_user, case when front = p_job then 'ready' else 'waiting' end, p_priority,
          p_prompt, p_mode, p_max_iterations, p_model, p_retry_of, p_key, p_hash, seq);
  insert into event_batches (session_id, last_seq, first_seq, job_id, source, body)
  values (p_session, seq, seq, p_job, 0, p_body);
  update users u set queued = u.queued + 1, ready = u.ready + (front = p_job)::integer where u.id = p_user;
  outcome := 'accepted';
  job_id := p_job;
  session_id := p_session;
end $$;

create or replace function leo_claim(p_worker uuid, p_slots integer, p_wait boolean)
returns table (job_id uuid, session_id uuid, user_id uuid, epoch integer, attempt integer, seq bigint, worker_position bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  served uuid;
  job record;
  got integer := 0;
begin
  while got < p_slots loop
    if p_wait and got = 0 then
      select u.id into served from users u where u.turn_at is not null order by u.turn_at, u.id limit 1;
      exit when served is null;
      select u.id into served from users u where u.id = served and u.turn_at is not null for no key update;
    else
      select u.id into served from users u where u.turn_at is not null
       order by u.turn_at, u.id limit 1 for no key update skip locked;
    end if;
    exit when served is null;
    select j.id, j.session_id, j.epoch + 1 as epoch, j.attempt + 1 as attempt into job from jobs j
     where j.user_id = served and j.status = 'ready' order by j.priority desc, j.id limit 1;
    if job.id is null then
      raise exception 'user % counts ready jobs that are not there', served;
    end if;
    update users u set running = u.running + 1, ready = u.ready - 1, queued = u.queued - 1,
           last_served_at = clock_timestamp() where u.id = served;
    update jobs j set status = 'generating', epoch = job.epoch, attempt = job.attempt, holder = p_worker,
           started_at = coalesce(j.started_at, clock_timestamp()) where j.id = job.id;
    insert into attempts (job_id, attempt, worker_id) values (job.id, job.attempt, p_worker);
    -- A new attempt begins its output at 0; the worker's own counter goes on.
    update session_heads h set last_seq = h.last_seq + 1, epoch = job.epoch, attempt = job.attempt,
           positions[1] = 0, positions[2] = 0, generations[2] = 0, firsts[1] = 0, firsts[2] = 0
     where h.session_id = job.session_id
    returning h.last_seq, h.positions[3] into seq, worker_position;
    update jobs j set started_seq = coalesce(j.started_seq, seq) where j.id = job.id;
    got := got + 1;
    job_id := job.id; session_id := job.session_id; user_id := served;
    epoch := job.epoch; attempt := job.attempt;
    return next;
  end loop;
end $$;

create or replace function leo_finish(
  p_job uuid, p_epoch integer, p_status text, p_reason text, p_message text, p_summary text,
  p_usage jsonb, p_artifact uuid, p_body bytea,
  out done boolean, out session_id uuid, out seq bigint, out next_job uuid
) language plpgsql as $$
declare
  owner uuid;
  session uuid;
  was text;
  front uuid;
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
  update jobs j set status = p_status, holder = null, finished_at = clock_timestamp(),
         failure_reason = p_reason, failure_message = p_message, summary = p_summary, usage = p_usage,
         artifact_id = p_artifact, ended_seq = seq
   where j.id = p_job;
  if front = p_job then
    next_job := leo_promote(session);
    -- Closing the sources: nothing that names the ended job's epoch or attempt is taken any more.
    update session_heads h set front_job = next_job, epoch = 0, attempt = 0 where h.session_id = session;
  end if;
  if p_status = 'completed' and p_artifact is not null then
    update sessions s set current_artifact = p_artifact, updated_at = now() where s.id = session;
  end if;
  insert into event_batches (session_id, last_seq, first_seq, job_id, source, body)
  values (session, seq, seq, p_job, 0, p_body);
  update users u set
         running = u.running - (was = 'generating')::integer,
         queued = u.queued - (was in ('waiting', 'ready'))::integer,
         ready = u.ready - (was = 'ready')::integer + (next_job is not null)::integer
   where u.id = owner;
  done := true;
end $$;
