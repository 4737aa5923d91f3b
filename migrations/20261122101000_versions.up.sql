-- Versions of an app: jobs know what they began with, sessions can go back to a version, and sessions
-- can begin with one of another session.
set local lock_timeout = '5s';

-- The version that a job began with; written once, when its first attempt starts. Older versions of Leo write
-- none; see leo_begun_with.
create table job_bases (
  job_id      uuid primary key references jobs on delete cascade,
  -- Null: it began with nothing.
  artifact_id uuid,
  -- The job that had made it, which outlives the artifact.
  of_job      uuid
);

-- Where a forked session comes from. Both may be gone since.
create table forks (
  session_id   uuid primary key references sessions on delete cascade,
  from_session uuid not null,
  from_job     uuid not null,
  -- What had been said before that version, as JSON; it is what the first prompt here follows.
  messages     jsonb not null
);

-- The version that a job began with. Of jobs that have no row the session's history tells it: sessions move on
-- by jobs that complete, and leo_restore writes rows before it moves one otherwise.
create function leo_begun_with(p_job uuid, out base uuid, out made_by uuid) language plpgsql stable
set enable_seqscan = off as $$
begin
  select b.artifact_id, b.of_job into base, made_by from job_bases b where b.job_id = p_job;
  if found then
    return;
  end if;
  select case when exists (
                select from jobs later where later.session_id = j.session_id
                   and later.status = 'completed' and later.ended_seq > j.started_seq)
              then (select before.artifact_id from jobs before where before.session_id = j.session_id
                       and before.status = 'completed' and before.ended_seq < j.started_seq
                     order by before.ended_seq desc limit 1)
              else s.current_artifact end
    into base from jobs j join sessions s on s.id = j.session_id where j.id = p_job;
  select a.job_id into made_by from artifacts a where a.id = base;
end $$;

-- Makes what a job has left the session's current version. outcome: restored, same (it is current already, and
-- nothing has changed), no_job, no_files.
--
-- What a running job began with stays what it is: that is written down first, by a later statement than the locks.
create function leo_restore(
  p_user uuid, p_job uuid, p_body bytea, out outcome text, out session_id uuid, out seq bigint
) language plpgsql set enable_seqscan = off as $$
declare
  version uuid;
begin
  perform 1 from users u where u.id = p_user for no key update;
  select j.session_id, j.artifact_id into session_id, version
    from jobs j join sessions s on s.id = j.session_id
   where j.id = p_job and j.user_id = p_user and s.deleted_at is null for no key update of s;
  if not found then
    outcome := 'no_job';
    return;
  end if;
  if not exists (select from artifacts a where a.id = version) then
    outcome := 'no_files';
    return;
  end if;
  insert into job_bases (job_id, artifact_id, of_job)
  select j.id, b.base, b.made_by from jobs j cross join lateral leo_begun_with(j.id) b
   where j.session_id = leo_restore.session_id and j.started_seq is not null
     and not exists (select from job_bases known where known.job_id = j.id)
  on conflict do nothing;
  update sessions s set current_artifact = version, updated_at = now()
   where s.id = leo_restore.session_id and s.current_artifact is distinct from version;
  if not found then
    outcome := 'same';
    return;
  end if;
  outcome := 'restored';
  seq := leo_append_fact(session_id, null, p_body);
end $$;

-- Makes a session that begins with what a job has left. The new session has a job of its own that stands for that
-- one, with a pack of its own at p_location. outcome: made, may (p_check: it would be made, and nothing has
-- changed), same (the key is known, with this request), conflict (with another one), no_job, no_files, closed,
-- quota_sessions, quota_storage.
create function leo_fork(
  p_check boolean, p_quota_sessions integer, p_quota_storage bigint, p_user uuid, p_from uuid, p_session uuid,
  p_job uuid, p_artifact uuid, p_location text, p_title text, p_key text, p_hash bytea, p_messages jsonb,
  p_body bytea, out outcome text, out session_id uuid
) language plpgsql set enable_seqscan = off as $$
#variable_conflict use_column
declare
  own record;
  known record;
  source record;
begin
  select u.closed_at is not null as closed, coalesce(u.quota_sessions, p_quota_sessions) as quota_sessions,
         coalesce(u.quota_storage, p_quota_storage) as quota_storage
    into own from users u where u.id = p_user for no key update;
  select j.session_id, j.request_hash into known from jobs j
   where j.user_id = p_user and j.idempotency_key = p_key;
  if found then
    session_id := known.session_id;
    outcome := case when known.request_hash = p_hash then 'same' else 'conflict' end;
    return;
  end if;
  select j.session_id, j.artifact_id, j.status, j.prompt, j.mode, j.max_iterations, j.model, j.failure_reason,
         j.failure_message, j.summary, a.format, a.manifest, a.bytes, a.files, a.partial
    into source from jobs j join sessions s on s.id = j.session_id left join artifacts a on a.id = j.artifact_id
   where j.id = p_from and j.user_id = p_user and s.deleted_at is null;
  outcome := case
    when not found then 'no_job'
    when source.manifest is null then 'no_files'
    when own.closed then 'closed'
    when leo_sessions_reach(p_user, own.quota_sessions) then 'quota_sessions'
    when own.quota_storage < source.bytes
         + (select coalesce(sum(a.bytes), 0) from artifacts a where a.user_id = p_user) then 'quota_storage'
    when p_check then 'may'
    else 'made'
  end;
  if outcome <> 'made' then
    return;
  end if;
  session_id := p_session;
  insert into sessions (id, user_id, title, current_artifact) values (p_session, p_user, p_title, p_artifact);
  insert into session_heads (session_id) values (p_session);
  perform leo_append_fact(p_session, null, p_body);
  insert into jobs (id, session_id, user_id, status, prompt, mode, max_iterations, model, failure_reason,
                    failure_message, summary, artifact_id, idempotency_key, request_hash,
                    queued_seq, started_seq, ended_seq, started_at, finished_at)
  values (p_job, p_session, p_user, source.status, source.prompt, source.mode, source.max_iterations, source.model,
          source.failure_reason, source.failure_message, source.summary, p_artifact, p_key, p_hash,
          1, 1, 1, now(), now());
  insert into artifacts (id, job_id, session_id, user_id, attempt, format, location, manifest, bytes, files, partial)
  values (p_artifact, p_job, p_session, p_user, 0, source.format, p_location, source.manifest, source.bytes,
          source.files, source.partial);
  insert into job_bases (job_id) values (p_job);
  insert into forks (session_id, from_session, from_job, messages)
  values (p_session, source.session_id, p_from, p_messages);
end $$;
