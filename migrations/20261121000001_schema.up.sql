-- The tables of Leo. Postgres decides everything: what is not here has not happened.
--
-- Locks are always taken in the order user, job, session head, and always FOR NO KEY UPDATE.

-- One row: what names this installation on hosts and in Redis.
create table instance (
  only_row   boolean primary key default true check (only_row),
  id         uuid not null,
  created_at timestamptz not null default now()
);
insert into instance (id) values (gen_random_uuid());

create table users (
  id                   uuid primary key,
  issuer               text not null,
  subject              text not null,
  email                text,
  operator             boolean not null default false,
  -- The effective limit of jobs running at once; refreshed from MAX_JOBS_PER_USER when a worker
  -- starts, unless an operator has overridden it. It may fall below `running`.
  max_running          integer not null,
  max_running_override integer,
  -- Counters, changed only with this row locked. queued counts ready and waiting jobs.
  queued               integer not null default 0,
  ready                integer not null default 0,
  running              integer not null default 0 check (running >= 0),
  last_served_at       timestamptz not null default 'epoch',
  -- Not null exactly while a job of this user may be claimed; the claim goes by it.
  turn_at              timestamptz generated always as
                         (case when ready > 0 and running < max_running then last_served_at end) stored,
  created_at           timestamptz not null default now(),
  unique (issuer, subject),
  check (ready >= 0),
  check (queued >= ready)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
create index users_turn on users (turn_at, id) where turn_at is not null;

create table sessions (
  id               uuid primary key,
  user_id          uuid not null references users,
  title            text not null default '',
  -- The version that the next prompt goes on from; moved by `completed` and by restore.
  current_artifact uuid,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  deleted_at       timestamptz
);
create index sessions_of_user on sessions (user_id, updated_at desc, id) where deleted_at is null;
create index sessions_deleted on sessions (deleted_at) where deleted_at is not null;

create table jobs (
  id                  uuid primary key,
  session_id          uuid not null references sessions on delete cascade,
  user_id             uuid not null references users,
  -- waiting: behind another job of its session; delayed: before its run_at; ready: claimable.
  -- All three are `queued` to the outside.
  status              text not null check (status in
                        ('waiting', 'ready', 'delayed', 'generating', 'completed', 'failed', 'cancelled')),
  priority            smallint not null default 0,
  prompt              text not null,
  mode                text not null,
  max_iterations      integer not null,
  model               text,
  budget              jsonb,
  run_at              timestamptz,
  retry_of            uuid,
  idempotency_key     text,
  request_hash        bytea,
  -- epoch: one holding by a worker, fences the worker's writes. attempt: one container run.
  epoch               integer not null default 0,
  attempt             integer not null default 0,
  holder              uuid,
  cancel_requested_at timestamptz,
  -- Places in the session's stream: of job_queued, of the first generation_started, of the end.
  queued_seq          bigint not null,
  started_seq         bigint,
  ended_seq           bigint,
  created_at          timestamptz not null default now(),
  started_at          timestamptz,
  finished_at         timestamptz,
  failure_reason      text,
  failure_message     text,
  summary             text,
  artifact_id         uuid,
  github_url          text,
  preview_url         text,
  usage               jsonb
) with (fillfactor = 85);
create index jobs_ready on jobs (user_id, priority desc, id) where status = 'ready';
create index jobs_waiting on jobs (session_id, queued_seq) where status = 'waiting';
create index jobs_delayed on jobs (run_at) where status = 'delayed';
create index jobs_held on jobs (holder) where status = 'generating';
create unique index jobs_one_generating on jobs (session_id) where status = 'generating';
create unique index jobs_idempotency on jobs (user_id, idempotency_key) where idempotency_key is not null;
create index jobs_of_session on jobs (session_id, queued_seq);
create index jobs_of_user on jobs (user_id, id);

-- One container run of a job. The row is written before the container is started, so that
-- whoever comes next knows that there may be one.
create table attempts (
  job_id       uuid not null references jobs on delete cascade,
  attempt      integer not null,
  worker_id    uuid not null,
  host_id      uuid,
  orchestrator text,
  -- The container's or task's id, once known.
  handle       text,
  intent_at    timestamptz,
  launched_at  timestamptz,
  deadline     timestamptz,
  ended_at     timestamptz,
  exit_code    bigint,
  outcome      text,
  primary key (job_id, attempt)
);

-- One row per worker process, gone when it ends in order.
create table workers (
  id           uuid primary key,
  name         text not null,
  host_id      uuid not null,
  orchestrator text not null,
  version      text not null,
  capacity     integer not null,
  -- Grows with each sign of life. Observers compare it by their own clocks; no column here is
  -- ever compared with a wall clock to expire somebody.
  beat         bigint not null default 0,
  draining     boolean not null default false,
  started_at   timestamptz not null default now(),
  seen_at      timestamptz not null default now()
) with (fillfactor = 50);

-- The one row that an append touches beside its inserts. Array places are sources:
-- 1 stdout, 2 runner, 3 worker.
create table session_heads (
  session_id  uuid primary key references sessions on delete cascade,
  last_seq    bigint not null default 0,
  -- The fence: the job at the front of the session's line, and, while it is generating, its epoch
  -- and attempt.
  front_job   uuid,
  epoch       integer not null default 0,
  attempt     integer not null default 0,
  -- Per source: what is stored up to here, whose connection it is, where its last batch stands.
  positions   bigint[] not null default '{0,0,0}',
  generations bigint[] not null default '{0,0,0}',
  firsts      bigint[] not null default '{0,0,0}'
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

create table event_batches (
  session_id uuid not null references session_heads on delete cascade,
  last_seq   bigint not null,
  first_seq  bigint not null,
  -- Null for events of the session as a whole.
  job_id     uuid,
  -- 0: no source (written together with the row it tells of), else as in session_heads.
  source     smallint not null,
  at         timestamptz not null default clock_timestamp(),
  -- A JSON array, one event per line, without seq and ids.
  body       bytea not null,
  primary key (session_id, last_seq)
);
do $$ begin
  alter table event_batches alter column body set compression lz4;
exception when feature_not_supported then
  raise notice 'this server has no lz4; event bodies are compressed with pglz';
end $$;

create table artifacts (
  id         uuid primary key,
  job_id     uuid not null references jobs on delete cascade,
  session_id uuid not null,
  user_id    uuid not null,
  attempt    integer not null,
  -- The format of the packed tree and of the manifest.
  format     smallint not null,
  -- Where the pack is, relative to ARTIFACT_STORE.
  location   text not null,
  manifest   jsonb not null,
  bytes      bigint not null,
  files      integer not null,
  -- The job ended before its app was complete.
  partial    boolean not null,
  created_at timestamptz not null default now()
);
create index artifacts_of_job on artifacts (job_id);
create index artifacts_of_user on artifacts (user_id);

-- Effects on the outside, each carried out once by whoever claims its row.
create table outbox (
  id           uuid primary key,
  job_id       uuid not null references jobs on delete cascade,
  kind         text not null,
  payload      jsonb not null,
  status       text not null default 'pending' check (status in ('pending', 'done', 'failed')),
  tries        integer not null default 0,
  next_at      timestamptz not null default now(),
  claimed_by   uuid,
  result       jsonb,
  created_at   timestamptz not null default now(),
  finished_at  timestamptz,
  unique (job_id, kind)
);
create index outbox_due on outbox (next_at) where status = 'pending';
