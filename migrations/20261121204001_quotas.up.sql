-- What a user may have, decided with his row locked, so that no number of requests at once gets more.
--
-- The quotas in the arguments are those of the settings, null for none; what an operator has set for the
-- user wins. Only a quota that there is costs something: the sessions are counted up to it and no
-- further, the storage is summed up by an index of its own.

set local lock_timeout = '5s';

-- Takes the place of artifacts_of_user, and sums up without looking at the rows. Scans `artifacts` once,
-- about a second for a million rows.
create index artifacts_bytes on artifacts (user_id) include (bytes);
drop index artifacts_of_user;

-- leo_submit within the quotas. An outcome more for each: closed (the account), quota_jobs_per_day,
-- quota_sessions, quota_storage; then nothing has changed. A request that was accepted before is answered
-- as then, whatever the quotas say.
create function leo_submit_within(
  p_quota_sessions integer, p_quota_jobs integer, p_quota_storage bigint,
  p_job uuid, p_user uuid, p_session uuid, p_new_session boolean, p_title text,
  p_prompt text, p_mode text, p_max_iterations integer, p_model text, p_priority smallint,
  p_retry_of uuid, p_key text, p_hash bytea, p_body bytea, p_run_at timestamptz,
  out outcome text, out job_id uuid, out session_id uuid, out seq bigint
) language plpgsql set enable_seqscan = off as $$
declare
  own record;
  today date;
  jobs integer;
begin
  select u.closed_at is not null as closed, u.jobs_day, u.jobs_today,
         coalesce(u.quota_sessions, p_quota_sessions) as quota_sessions,
         coalesce(u.quota_jobs_per_day, p_quota_jobs) as quota_jobs,
         coalesce(u.quota_storage, p_quota_storage) as quota_storage
    into own from users u where u.id = p_user for no key update;
  today := (clock_timestamp() at time zone 'UTC')::date;
  jobs := case when own.jobs_day = today then own.jobs_today else 0 end;
  if p_key is null or not exists (
    select from jobs j where j.user_id = p_user and j.idempotency_key = p_key)
  then
    outcome := case
      when own.closed then 'closed'
      when jobs >= own.quota_jobs then 'quota_jobs_per_day'
      when p_new_session and leo_sessions_reach(p_user, own.quota_sessions) then 'quota_sessions'
      when leo_storage_reaches(p_user, own.quota_storage) then 'quota_storage'
    end;
    if outcome is not null then
      return;
    end if;
  end if;
  select s.outcome, s.job_id, s.session_id, s.seq into outcome, job_id, session_id, seq
    from leo_submit(p_job, p_user, p_session, p_new_session, p_title, p_prompt, p_mode, p_max_iterations, p_model,
                    p_priority, p_retry_of, p_key, p_hash, p_body, p_run_at) s;
  if outcome = 'accepted' then
    update users u set jobs_day = today, jobs_today = jobs + 1 where u.id = p_user;
  end if;
end $$;

-- Makes an empty session. outcome: made, closed, quota_sessions.
create function leo_create_session(
  p_quota_sessions integer, p_session uuid, p_user uuid, p_title text, out outcome text
) language plpgsql set enable_seqscan = off as $$
declare
  own record;
begin
  select u.closed_at is not null as closed, coalesce(u.quota_sessions, p_quota_sessions) as quota_sessions
    into own from users u where u.id = p_user for no key update;
  outcome := case
    when own.closed then 'closed'
    when leo_sessions_reach(p_user, own.quota_sessions) then 'quota_sessions'
    else 'made'
  end;
  if outcome = 'made' then
    insert into sessions (id, user_id, title) values (p_session, p_user, p_title);
    insert into session_heads (session_id) values (p_session);
  end if;
end $$;

-- Whether a user has so many sessions; never where no number is given.
create function leo_sessions_reach(p_user uuid, p_quota integer) returns boolean
language plpgsql stable set enable_seqscan = off as $$
begin
  return p_quota is not null and p_quota <= (
    select count(*) from (
      select from sessions s where s.user_id = p_user and s.deleted_at is null limit p_quota) counted);
end $$;

-- Whether what is kept of a user's results is so much; never where no number is given. What deleted
-- sessions have left counts until it is removed.
create function leo_storage_reaches(p_user uuid, p_quota bigint) returns boolean
language plpgsql stable set enable_seqscan = off as $$
begin
  return p_quota is not null and p_quota <= (
    select coalesce(sum(a.bytes), 0) from artifacts a where a.user_id = p_user);
end $$;
