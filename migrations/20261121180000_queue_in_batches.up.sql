-- Claims and ends of many jobs at once: a few statements and one commit, however many they are. Locks
-- as in job_functions: users first, in a statement of their own, so that all that is decided on
-- afterwards is read behind them.
--
-- No plan may depend on how large the tables were when it was made: rows are reached by their keys. Nor are
-- plans made anew for each call, because arrays of few elements look cheaper to the planner than any: planning
-- takes several times as long as the rest.
-- Nor is a plan compiled: beside a million jobs its estimates call for that, each time, and it takes twenty
-- times as long as carrying it out.

-- Gives a worker up to p_slots jobs, as leo_claim_next does, and writes their first events. p_event is
-- the body of `generation_started`, with the nil uuid where the job's id belongs and 2147483647 where
-- the attempt does; body is what was stored.
--
-- It goes in rounds: the users whose turns come next, no more than there are free slots, get an equal
-- share of them, one job after the other. What some had no work for is shared out in the next round.
create function leo_claim_jobs(p_worker uuid, p_slots integer, p_wait boolean, p_event text)
returns table (job_id uuid, session_id uuid, user_id uuid, epoch integer, attempt integer, seq bigint,
               worker_position bigint, waited double precision, body bytea)
language plpgsql set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
#variable_conflict use_column
declare
  chosen uuid[];
  share integer;
  present timestamptz;
  got integer := 0;
  brought integer;
begin
  if exists (select from workers w where w.id = p_worker and w.draining) then
    return;
  end if;
  while got < p_slots loop
    if p_wait and got = 0 then
      select array_agg(u.id) into chosen
        from (select u.id from users u where u.turn_at is not null order by u.turn_at, u.id limit 1) u;
      select array_agg(u.id) into chosen
        from (select u.id from users u where u.id = any (chosen) and u.turn_at is not null for no key update) u;
      -- It may be another's turn before his second job.
      share := 1;
    else
      select array_agg(u.id order by u.turn_at, u.id) into chosen
        from (select u.id, u.turn_at from users u where u.turn_at is not null
               order by u.turn_at, u.id limit p_slots - got for no key update skip locked) u;
      share := ceil((p_slots - got)::numeric / cardinality(chosen));
    end if;
    exit when chosen is null;
    present := clock_timestamp();
    return query
      with turn as materialized (
        select t.place, u.id, least(share, u.max_running - u.running) as most,
               -coalesce(u.look_priority, 32767::smallint) as look_priority,
               coalesce(u.look_job, '00000000-0000-0000-0000-000000000000') as look_job
          from unnest(chosen) with ordinality t(id, place) join users u on u.id = t.id
      ), picked as materialized (
        select j.*, t.id as user_id, got + row_number() over (order by j.nth, t.place) as place
          from turn t cross join lateral (
            select j.id, j.session_id, j.priority, j.epoch + 1 as epoch, j.attempt + 1 as attempt,
                   coalesce(j.ready_at, j.created_at) as ready_at,
                   row_number() over (order by -j.priority, j.id) as nth
              from jobs j
             where j.user_id = t.id and j.status = 'ready'
               and (-j.priority, j.id) >= (t.look_priority, t.look_job)
             order by -j.priority, j.id limit t.most) j
         order by place limit p_slots - got
      ), served as (
        update users u set running = u.running + s.jobs, ready = u.ready - s.jobs, queued = u.queued - s.jobs,
               last_served_at = present + s.place * interval '1 microsecond',
               look_priority = s.priority, look_job = s.job
          from (select p.user_id, count(*)::integer as jobs, max(p.place) as place,
                       (array_agg(p.priority order by p.nth desc))[1] as priority,
                       (array_agg(p.id order by p.nth desc))[1] as job
                  from picked p group by p.user_id) s
         where u.id = s.user_id
      ), opened as (
        insert into attempts (job_id, attempt, worker_id) select p.id, p.attempt, p_worker from picked p
      ), headed as (
        -- A new attempt begins its output at 0; the worker's own counter goes on.
        update session_heads h set last_seq = h.last_seq + 1, epoch = p.epoch, attempt = p.attempt,
               positions[1] = 0, positions[2] = 0, generations[2] = 0, firsts[1] = 0, firsts[2] = 0
          from picked p where h.session_id = p.session_id
        returning p.*, h.last_seq as seq, h.positions[3] as worker_position,
                  convert_to(replace(replace(p_event, '00000000-0000-0000-0000-000000000000', p.id::text),
                                     '2147483647', p.attempt::text), 'UTF8') as body
      ), started as (
        update jobs j set status = 'generating', epoch = h.epoch, attempt = h.attempt, holder = p_worker,
               ready_at = null, started_at = coalesce(j.started_at, present),
               started_seq = coalesce(j.started_seq, h.seq)
          from headed h where j.id = h.id
      ), told as (
        insert into event_batches (session_id, last_seq, first_seq, job_id, source, body)
        select h.session_id, h.seq, h.seq, h.id, 0, h.body from headed h
      )
      select h.id, h.session_id, h.user_id, h.epoch, h.attempt, h.seq, h.worker_position,
             extract(epoch from present - h.ready_at)::double precision, h.body
        from headed h order by h.place;
    get diagnostics brought = row_count;
    got := got + brought;
    if brought = 0 then
      -- A job that a function of an older version made ready in the moment of the upgrade stands before
      -- the place from which is looked.
      update users u set look_priority = null, look_job = null
       where u.id = any (chosen) and u.look_job is not null;
      if not found then
        raise exception 'users % count ready jobs that are not there', chosen;
      end if;
    end if;
  end loop;
end $$;

-- The one place where jobs end, at most one of a session in a call. p_epochs: the holder's epoch, or null
-- to end a queued job. A row for each that has ended (next_job is its session's new front, more says
-- whether its user has ready jobs) and for each that is busy: its user is locked by somebody else, ask
-- again. No row: it is not held under that epoch (or not queued), and nothing has changed.
--
-- With p_wait no job is busy; for jobs of one user, since waiting while holding other users' rows is a
-- deadlock.
create function leo_end_jobs(
  p_jobs uuid[], p_epochs integer[], p_statuses text[], p_reasons text[], p_messages text[],
  p_summaries text[], p_usages jsonb[], p_artifacts uuid[], p_bodies bytea[], p_wait boolean
) returns table (job_id uuid, busy boolean, user_id uuid, session_id uuid, seq bigint, next_job uuid, more boolean)
language plpgsql set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
#variable_conflict use_column
declare
  owners uuid[];
begin
  select array_agg(distinct j.user_id) into owners from jobs j where j.id = any (p_jobs);
  if p_wait then
    perform 1 from users u where u.id = any (owners) for no key update;
  else
    select array_agg(u.id) into owners
      from (select u.id from users u where u.id = any (owners) for no key update skip locked) u;
  end if;
  perform 1 from jobs j where j.id = any (p_jobs) and array_position(owners, j.user_id) is not null
    order by j.id for no key update;
  return query
    with known as materialized (
      select i.*, j.user_id, j.session_id, j.status as was, j.epoch as held, u.ready
        from unnest(p_jobs, p_epochs, p_statuses, p_reasons, p_messages, p_summaries, p_usages, p_artifacts, p_bodies)
               i(id, epoch, status, reason, message, summary, usage, artifact, body)
        join jobs j on j.id = i.id join users u on u.id = j.user_id
    ), line as materialized (
      select k.*, h.front_job is not distinct from k.id as led, n.id as next, n.priority, n.queued_seq
        from known k join session_heads h on h.session_id = k.session_id
        left join lateral (
          select j.id, j.priority, j.queued_seq from jobs j
           where h.front_job = k.id and j.session_id = k.session_id and j.status = 'waiting'
             and j.queued_seq >= h.waiting_from
           order by j.queued_seq limit 1) n on true
       where k.user_id = any (owners)
         and case when k.epoch is null then k.was in ('waiting', 'ready', 'delayed')
                  else k.was = 'generating' and k.held = k.epoch end
    ), headed as (
      -- Epoch and attempt 0 close the sources: nothing that names an ended job's is taken any more.
      update session_heads h set last_seq = h.last_seq + 1,
             front_job = case when l.led then l.next else h.front_job end,
             epoch = case when l.led then 0 else h.epoch end,
             attempt = case when l.led then 0 else h.attempt end,
             waiting_from = case when l.led then coalesce(l.queued_seq, h.last_seq + 1) else h.waiting_from end
        from line l where h.session_id = l.session_id
      returning l.*, h.last_seq as seq
    ), ended as (
      update jobs j set status = h.status, holder = null, ready_at = null, finished_at = clock_timestamp(),
             failure_reason = h.reason, failure_message = h.message, summary = h.summary, usage = h.usage,
             artifact_id = h.artifact, ended_seq = h.seq
        from headed h where j.id = h.id
    ), promoted as (
      update jobs j set status = 'ready', ready_at = clock_timestamp() from headed h where j.id = h.next
    ), shown as (
      update sessions s set current_artifact = h.artifact, updated_at = now()
        from headed h where s.id = h.session_id and h.status = 'completed' and h.artifact is not null
    ), told as (
      insert into event_batches (session_id, last_seq, first_seq, job_id, source, body)
      select h.session_id, h.seq, h.seq, h.id, 0, h.body from headed h
    ), counted as (
      update users u set
             running = u.running - c.running, queued = u.queued - c.queued, delayed = u.delayed - c.delayed,
             ready = u.ready - c.ready + c.promoted,
             -- The next claim looks from a job that became ready, where it would begin behind it.
             look_priority = case when (-c.priority, c.next) < (-u.look_priority, u.look_job)
                                  then c.priority else u.look_priority end,
             look_job = case when (-c.priority, c.next) < (-u.look_priority, u.look_job)
                             then c.next else u.look_job end
        from (select h.user_id,
                     count(*) filter (where h.was = 'generating')::integer as running,
                     count(*) filter (where h.was in ('waiting', 'ready'))::integer as queued,
                     count(*) filter (where h.was = 'delayed')::integer as delayed,
                     count(*) filter (where h.was = 'ready')::integer as ready,
                     count(h.next)::integer as promoted,
                     (array_agg(h.priority order by -h.priority, h.next))[1] as priority,
                     (array_agg(h.next order by -h.priority, h.next))[1] as next
                from headed h group by h.user_id) c
       where u.id = c.user_id
    )
    select h.id, false, h.user_id, h.session_id, h.seq, h.next, h.next is not null or h.ready > (h.was = 'ready')::integer
      from headed h
    union all
    select k.id, true, k.user_id, k.session_id, null, null, false from known k
     where array_position(owners, k.user_id) is null;
end $$;

-- leo_end_jobs for one job, waiting for its user.
create or replace function leo_finish(
  p_job uuid, p_epoch integer, p_status text, p_reason text, p_message text, p_summary text,
  p_usage jsonb, p_artifact uuid, p_body bytea,
  out done boolean, out session_id uuid, out seq bigint, out next_job uuid
) language plpgsql as $$
begin
  select e.session_id, e.seq, e.next_job into session_id, seq, next_job
    from leo_end_jobs(array[p_job], array[p_epoch], array[p_status], array[p_reason], array[p_message],
                      array[p_summary], array[p_usage], array[p_artifact], array[p_body], true) e;
  done := found;
end $$;

-- As before. The job is locked by its id alone: with its status in the condition a plan may go through
-- all that are generating.
create or replace function leo_take(
  p_job uuid, p_epoch integer, p_worker uuid, p_new_attempt boolean, p_count integer, p_body bytea
) returns table (session_id uuid, user_id uuid, epoch integer, attempt integer, last_seq bigint, worker_position bigint)
language plpgsql set enable_seqscan = off as $$
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
  select j.epoch + 1 as epoch, j.attempt + p_new_attempt::integer as attempt, j.attempt as present, j.holder,
         j.status = 'generating' and j.epoch = p_epoch as held
    into job from jobs j where j.id = p_job for no key update;
  if job.held is not true then
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
