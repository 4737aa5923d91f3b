-- Takes a job away from a worker that is gone. As leo_take, and refused when what the caller has decided
-- on is not so any more: when a registered worker holds the job, or when the place where its present run
-- may be is not p_host (null: nobody has meant to launch it). A former holder may have come back since
-- the caller looked, under the same epoch, and have meant to launch; it does so behind the job's lock, too.
create function leo_take_over(
  p_job uuid, p_epoch integer, p_worker uuid, p_host uuid, p_new_attempt boolean, p_count integer, p_body bytea
) returns table (session_id uuid, user_id uuid, epoch integer, attempt integer, last_seq bigint, worker_position bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  job record;
begin
  select j.user_id into job from jobs j where j.id = p_job;
  if not found then
    return;
  end if;
  -- In the order of all locks.
  perform 1 from users u where u.id = job.user_id for no key update;
  select j.attempt, j.holder into job from jobs j where j.id = p_job for no key update;
  if not found
    or (job.holder is distinct from p_worker and exists (select 1 from workers w where w.id = job.holder))
    or exists (select 1 from attempts a where a.job_id = p_job and a.attempt = job.attempt
                and a.host_id is distinct from p_host)
  then
    return;
  end if;
  return query select * from leo_take(p_job, p_epoch, p_worker, p_new_attempt, p_count, p_body);
end $$;
