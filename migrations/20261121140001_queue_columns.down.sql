drop index jobs_ready_at, jobs_line;
alter table jobs reset (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor);
alter table jobs drop column ready_at;
alter table session_heads drop column waiting_from;
alter table users drop column look_job, drop column look_priority, drop column delayed;
