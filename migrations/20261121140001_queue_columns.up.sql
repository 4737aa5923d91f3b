-- What the queue needs to cost the same however long it is, and to hold jobs that start later.
set local lock_timeout = '5s';

alter table users
  -- Jobs before their run_at; not counted in `queued`.
  add column delayed       integer not null default 0 check (delayed >= 0),
  -- Where the claim begins to look: no ready job of this user stands before this place in the
  -- order of his jobs (priority downwards, then id). Null: from the beginning. Without it every
  -- claim would step over what the claims before it have left behind in the index, until a vacuum.
  add column look_priority smallint,
  add column look_job      uuid;

-- Where the promotion of a session's next job begins to look, for the same reason: no waiting job
-- has a queued_seq below it.
alter table session_heads add column waiting_from bigint not null default 0;

-- Since when the job has been claimable; null where it is not, and for jobs of older versions.
alter table jobs add column ready_at timestamptz;

-- A fifth of a large table is too much to leave for a vacuum: the queue's end of the indexes is read
-- all the time.
alter table jobs set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

-- The order of a user's jobs in one direction, so that a place in it can be compared as a row. These
-- scan `jobs` once, about a second for a million rows.
create index jobs_line on jobs (user_id, (-priority), id) where status = 'ready';
create index jobs_ready_at on jobs (ready_at) where status = 'ready';
