-- no-transaction
-- Finds what ARTIFACT_RETENTION is over for.
create index concurrently artifacts_by_age on artifacts (created_at, id);
