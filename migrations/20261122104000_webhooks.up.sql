-- Webhooks of users: where they are, what they are told, and what became of each try.

create table webhooks (
  id              uuid primary key,
  user_id         uuid not null references users on delete cascade,
  url             text not null,
  -- As in `job.completed`.
  events          text[] not null,
  description     text,
  -- Encrypted. The one before is signed with too until secret_before_until.
  secret          bytea not null,
  secret_before   bytea,
  secret_before_until timestamptz,
  enabled         boolean not null default true,
  -- Why Leo has disabled it.
  disabled_reason text,
  -- Since when every try has failed.
  failing_since   timestamptz,
  created_at      timestamptz not null default now()
);
create index webhooks_of_user on webhooks (user_id);

-- The log of tries, one row each; it forgets.
create table webhook_tries (
  id          uuid primary key,
  webhook_id  uuid not null references webhooks on delete cascade,
  effect_id   uuid not null,
  event       text not null,
  job_id      uuid,
  tries       integer not null,
  at          timestamptz not null,
  duration_ms integer not null,
  -- What was answered, or why nothing was.
  status      integer,
  error       text,
  answer      text,
  -- When it is tried again.
  next_at     timestamptz,
  unique (effect_id, tries)
);
create index webhook_tries_of_hook on webhook_tries (webhook_id, id);
create index webhook_tries_by_age on webhook_tries (at);

set local lock_timeout = '5s';
-- A test of a webhook follows from no job.
alter table outbox alter column job_id drop not null;
create index outbox_without_job on outbox (finished_at) where job_id is null;

-- The one place where jobs end, as before, in the same transaction with a row of the outbox for each of their
-- user's webhooks that asks for it. Old workers call it too.
--
-- At most one of a session in a call. p_epochs: the holder's epoch, or null
-- to end a queued job. A row for each that has ended (next_job is its session's new front, more says
-- whether its user has ready jobs) and for each that is busy: its user is locked by somebody else, ask
-- again. No row: it is not held under that epoch (or not queued), and nothing has changed.
--
-- With p_wait no job is busy; for jobs of one user, since waiting while holding other users' rows is a
-- deadlock.
create or replace function leo_end_jobs(
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
    ), hooked as (
      -- Reached by the user, so that it costs next to nothing where he has none.
      insert into outbox (id, job_id, kind, lane, payload)
      select gen_random_uuid(), h.id, 'webhook:' || w.id, w.id, jsonb_build_object('event', 'job.' || h.status)
        from headed h join webhooks w on w.user_id = h.user_id
       where w.enabled and 'job.' || h.status = any (w.events)
      on conflict (job_id, kind) do nothing
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
