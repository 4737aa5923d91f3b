-- What a job may spend is stored with it: leo_submit_within, and the budget where there is one, so that
-- no worker ever sees the job without it. A key that was used before gives the job of then, as it is.
create function leo_submit_with_budget(
  p_budget jsonb, p_quota_sessions integer, p_quota_jobs integer, p_quota_storage bigint,
  p_job uuid, p_user uuid, p_session uuid, p_new_session boolean, p_title text,
  p_prompt text, p_mode text, p_max_iterations integer, p_model text, p_priority smallint,
  p_retry_of uuid, p_key text, p_hash bytea, p_body bytea, p_run_at timestamptz,
  out outcome text, out job_id uuid, out session_id uuid, out seq bigint
) language plpgsql set enable_seqscan = off as $$
begin
  select s.outcome, s.job_id, s.session_id, s.seq into outcome, job_id, session_id, seq
    from leo_submit_within(p_quota_sessions, p_quota_jobs, p_quota_storage, p_job, p_user, p_session, p_new_session,
                           p_title, p_prompt, p_mode, p_max_iterations, p_model, p_priority, p_retry_of, p_key,
                           p_hash, p_body, p_run_at) s;
  if outcome = 'accepted' and p_budget is not null then
    update jobs j set budget = p_budget where j.id = p_job;
  end if;
end $$;
