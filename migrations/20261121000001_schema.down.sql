drop table outbox, artifacts, event_batches, session_heads, workers, attempts, jobs, sessions, users, instance;
