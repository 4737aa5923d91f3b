-- What the present attempt of a job has announced to upload: the workspace of a container that
-- Leo cannot copy out of. The worker takes the object only if it is this one.
create table runner_uploads (
  job_id   uuid not null references jobs on delete cascade,
  attempt  integer not null,
  bytes    bigint not null,
  sha256   bytea not null,
  asked_at timestamptz not null default now(),
  primary key (job_id, attempt)
);
