-- The functions of the queue, with delayed starts and at a cost that does not grow with the backlog.
-- Locks as in job_functions. What older versions call keeps its name and its answer.
--
-- None of them may scan a table: their plans are made while tables are small, and kept.

-- Puts the session's next waiting job in front, or nobody. The caller holds the user and the head.
create function leo_advance(p_session uuid, out next_job uuid, out next_priority smallint)
language plpgsql set enable_seqscan = off as $$
declare
  look_from bigint;
  place bigint;
begin
  select h.waiting_from into look_from from session_heads h where h.session_id = p_session;
  select j.id, j.priority, j.queued_seq into next_job, next_priority, place from jobs j
   where j.session_id = p_session and j.status = 'waiting' and j.queued_seq >= look_from
   order by j.queued_seq limit 1;
  update jobs j set status = 'ready', ready_at = clock_timestamp() where j.id = next_job;
  -- Epoch and attempt 0 close the sources: nothing that names an ended job's is taken any more.
  update session_heads h set front_job = next_job, epoch = 0, attempt = 0,
         waiting_from = coalesce(place, h.last_seq)
   where h.session_id = p_session;
end $$;

-- Accepts a job; with a p_run_at to come it is delayed until then. outcome: accepted, same (the
-- idempotency key is known, with this request), conflict (with another request), no_session.
create function leo_submit(
  p_job uuid, p_user uuid, p_session uuid, p_new_session boolean, p_title text,
  p_prompt text, p_mode text, p_max_iterations integer, p_model text, p_priority smallint,
  p_retry_of uuid, p_key text, p_hash bytea, p_body bytea, p_run_at timestamptz,
  out outcome text, out job_id uuid, out session_id uuid, out seq bigint
) language plpgsql set enable_seqscan = off as $$
declare
  known record;
  front uuid;
  later boolean;
  at_front boolean;
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
  later := p_run_at is not null and p_run_at > clock_timestamp();
  update session_heads h set last_seq = h.last_seq + 1,
         front_job = case when later then h.front_job else coalesce(h.front_job, p_job) end
   where h.session_id = p_session returning h.front_job, h.last_seq into front, seq;
  at_front := front is not distinct from p_job;
  insert into jobs (id, session_id, user_id, status, priority, prompt, mode, max_iterations, model,
                    retry_of, idempotency_key, request_hash, queued_seq, run_at, ready_at)
  values (p_job, p_session, p_user,
          case when later then 'delayed' when at_front then 'ready' else 'waiting' end, p_priority,
          p_prompt, p_mode, p_max_iterations, p_model, p_retry_of, p_key, p_hash, seq, p_run_at,
          case when at_front then clock_timestamp() end);
  insert into event_batches (session_id, last_seq, first_seq, job_id, source, body)
  values (p_session, seq, seq, p_job, 0, p_body);
  update users u set
         delayed = u.delayed + later::integer,
         queued = u.queued + (not later)::integer,
         ready = u.ready + at_front::integer
   where u.id = p_user;
  if at_front then
    perform leo_look_from(p_user, p_priority, p_job);
  end if;
  outcome := 'accepted';
  job_id := p_job;
  session_id := p_session;
end $$;

-- Lets the user's next claim look from a job that has just become ready, where it would begin
-- behind it. The caller holds the user.
create function leo_look_from(p_user uuid, p_priority smallint, p_job uuid) returns void
language sql as $$
  update users u set look_priority = p_priority, look_job = p_job
   where u.id = p_user and (-p_priority, p_job) < (-u.look_priority, u.look_job)
$$;

create or replace function leo_submit(
  p_job uuid, p_user uuid, p_session uuid, p_new_session boolean, p_title text,
  p_prompt text, p_mode text, p_max_iterations integer, p_model text, p_priority smallint,
  p_retry_of uuid, p_key text, p_hash bytea, p_body bytea,
  out outcome text, out job_id uuid, out session_id uuid, out seq bigint
) language sql as $$
  select * from leo_submit(p_job, p_user, p_session, p_new_session, p_title, p_prompt, p_mode, p_max_iterations,
                           p_model, p_priority, p_retry_of, p_key, p_hash, p_body, null::timestamptz)
$$;

-- Gives a worker up to p_slots jobs: the user served longest ago who has a claimable job and a free
-- slot, then his jobs by priority, then age. Each job gets the next epoch and attempt, and one
-- place (seq) in its stream, which the caller fills in the same transaction. waited: for how long,
-- in seconds, it has been claimable. A worker that is to drain gets nothing, whether it knows of it
-- or not.
--
-- Without p_wait users locked by others are skipped, so an empty answer may only mean that all
-- were; with p_wait it waits for the first one. Never both in one transaction: waiting while
-- holding other users' rows is a deadlock.
create function leo_claim_next(p_worker uuid, p_slots integer, p_wait boolean)
returns table (job_id uuid, session_id uuid, user_id uuid, epoch integer, attempt integer, seq bigint,
               worker_position bigint, waited double precision)
language plpgsql set enable_seqscan = off as $$
#variable_conflict use_column
declare
  served record;
  chosen uuid;
  job record;
  present timestamptz;
  got integer := 0;
begin
  if exists (select from workers w where w.id = p_worker and w.draining) then
    return;
  end if;
  while got < p_slots loop
    if p_wait and got = 0 then
      select u.id into chosen from users u where u.turn_at is not null order by u.turn_at, u.id limit 1;
      exit when chosen is null;
      select u.id, u.look_priority, u.look_job into served from users u
       where u.id = chosen and u.turn_at is not null for no key update;
    else
      select u.id, u.look_priority, u.look_job into served from users u where u.turn_at is not null
       order by u.turn_at, u.id limit 1 for no key update skip locked;
    end if;
    exit when served.id is null;
    select j.id into chosen from jobs j
     where j.user_id = served.id and j.status = 'ready'
       and (-j.priority, j.id) >= (-coalesce(served.look_priority, 32767::smallint),
                                   coalesce(served.look_job, '00000000-0000-0000-0000-000000000000'))
     order by -j.priority, j.id limit 1;
    if chosen is null then
      -- A job that a function of an older version made ready in the moment of the upgrade.
      select j.id into chosen from jobs j where j.user_id = served.id and j.status = 'ready'
       order by -j.priority, j.id limit 1;
    end if;
    select j.id, j.session_id, j.priority, j.epoch + 1 as epoch, j.attempt + 1 as attempt,
           coalesce(j.ready_at, j.created_at) as ready_at
      into job from jobs j where j.id = chosen for no key update;
    if job.id is null then
      raise exception 'user % counts ready jobs that are not there', served.id;
    end if;
    present := clock_timestamp();
    update users u set running = u.running + 1, ready = u.ready - 1, queued = u.queued - 1,
           last_served_at = present, look_priority = job.priority, look_job = job.id where u.id = served.id;
    insert into attempts (job_id, attempt, worker_id) values (job.id, job.attempt, p_worker);
    -- A new attempt begins its output at 0; the worker's own counter goes on.
    update session_heads h set last_seq = h.last_seq + 1, epoch = job.epoch, attempt = job.attempt,
           positions[1] = 0, positions[2] = 0, generations[2] = 0, firsts[1] = 0, firsts[2] = 0
     where h.session_id = job.session_id
    returning h.last_seq, h.positions[3] into seq, worker_position;
    update jobs j set status = 'generating', epoch = job.epoch, attempt = job.attempt, holder = p_worker,
           ready_at = null, started_at = coalesce(j.started_at, present), started_seq = coalesce(j.started_seq, seq)
     where j.id = job.id;
    got := got + 1;
    job_id := job.id; session_id := job.session_id; user_id := served.id;
    epoch := job.epoch; attempt := job.attempt;
    waited := extract(epoch from present - job.ready_at);
    return next;
  end loop;
end $$;

create or replace function leo_claim(p_worker uuid, p_slots integer, p_wait boolean)
returns table (job_id uuid, session_id uuid, user_id uuid, epoch integer, attempt integer, seq bigint, worker_position bigint)
language sql as $$
  select c.job_id, c.session_id, c.user_id, c.epoch, c.attempt, c.seq, c.worker_position
    from leo_claim_next(p_worker, p_slots, p_wait) c
$$;

-- The one place where a job ends. p_epoch: the holder's epoch, or null to end a queued job.
-- done is false, and nothing has changed, when the job is not held under that epoch (or not queued).
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

alter function leo_cancel(uuid, bytea) set enable_seqscan = off;

-- Lets up to p_limit delayed jobs whose time has come join their sessions' lines, each at the place
-- where it was submitted. One that comes before a job which is ready but not claimed yet takes the
-- front from it; a job that runs is never displaced. Users locked by others are left for the next
-- call. moved: how many joined; made_ready: how many of them can be claimed; next_in: seconds until
-- the next one is due, null where none is delayed.
create function leo_due(p_limit integer, out moved integer, out made_ready integer, out next_in double precision)
language plpgsql set enable_seqscan = off as $$
declare
  present timestamptz := clock_timestamp();
  due record;
  head record;
  front record;
  displaces boolean;
  leads boolean;
begin
  moved := 0;
  made_ready := 0;
  for due in
    select j.id, j.user_id, j.session_id, j.queued_seq, j.priority from jobs j
     where j.status = 'delayed' and j.run_at <= present order by j.run_at limit p_limit
  loop
    perform 1 from users u where u.id = due.user_id for no key update skip locked;
    continue when not found;
    perform 1 from jobs j where j.id = due.id and j.status = 'delayed' for no key update;
    continue when not found;
    select h.front_job, h.waiting_from into head from session_heads h
     where h.session_id = due.session_id for no key update;
    select j.status, j.queued_seq into front from jobs j where j.id = head.front_job;
    displaces := coalesce(front.status = 'ready' and front.queued_seq > due.queued_seq, false);
    leads := displaces or head.front_job is null;
    if displaces then
      update jobs j set status = 'waiting', ready_at = null where j.id = head.front_job;
    end if;
    update jobs j set status = case when leads then 'ready' else 'waiting' end,
           ready_at = case when leads then clock_timestamp() end where j.id = due.id;
    update session_heads h set front_job = case when leads then due.id else h.front_job end,
           waiting_from = case when displaces then least(h.waiting_from, front.queued_seq)
                               when leads then h.waiting_from
                               else least(h.waiting_from, due.queued_seq) end
     where h.session_id = due.session_id;
    update users u set delayed = u.delayed - 1, queued = u.queued + 1,
           ready = u.ready + leads::integer - displaces::integer
     where u.id = due.user_id;
    if leads then
      perform leo_look_from(due.user_id, due.priority, due.id);
      made_ready := made_ready + 1;
    end if;
    moved := moved + 1;
  end loop;
  select extract(epoch from min(j.run_at) - clock_timestamp()) into next_in from jobs j where j.status = 'delayed';
end $$;

-- Where a queued job stands: how many jobs (p_limit at most) come before it in its session's line,
-- or, where it leads that, among its user's. No status: it is not queued.
create function leo_place(
  p_job uuid, p_limit integer,
  out status text, out before bigint, out run_at timestamptz, out running integer, out max_running integer
) language plpgsql stable set enable_seqscan = off as $$
declare
  job record;
begin
  select j.status, j.session_id, j.user_id, j.priority, j.queued_seq, j.run_at, h.waiting_from, h.front_job,
         u.running, u.max_running, u.look_priority, u.look_job
    into job
    from jobs j join users u on u.id = j.user_id join session_heads h on h.session_id = j.session_id
   where j.id = p_job and j.status in ('waiting', 'ready', 'delayed');
  if not found then
    return;
  end if;
  status := job.status;
  run_at := job.run_at;
  running := job.running;
  max_running := job.max_running;
  if job.status = 'ready' then
    select count(*) into before from (
      select from jobs o
       where o.user_id = job.user_id and o.status = 'ready' and (-o.priority, o.id) < (-job.priority, p_job)
         and (-o.priority, o.id) >= (-coalesce(job.look_priority, 32767::smallint),
                                     coalesce(job.look_job, '00000000-0000-0000-0000-000000000000'))
       order by -o.priority, o.id limit p_limit) earlier;
  else
    select count(*) into before from (
      select from jobs o
       where o.session_id = job.session_id and o.status = 'waiting'
         and o.queued_seq >= job.waiting_from and o.queued_seq < job.queued_seq
       order by o.queued_seq limit p_limit) earlier;
    before := before + (select count(*) from jobs f where f.id = job.front_job and f.queued_seq < job.queued_seq);
  end if;
end $$;

set local lock_timeout = '5s';
-- jobs_line has taken its place.
drop index jobs_ready;
