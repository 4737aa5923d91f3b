drop table audit_log, user_providers, tickets, api_keys, sign_ins, passwords;
alter table users
  drop column closed_at, drop column quota_sessions, drop column quota_jobs_per_day,
  drop column quota_storage, drop column prompt_limit, drop column rate_limit,
  drop column jobs_day, drop column jobs_today;
