-- Events that have left event_batches for the artifact store, once their session was at rest for
-- EVENT_RETENTION. A range of a session's stream stands in event_batches or in one archive, never
-- in both: the transaction that names an archive removes its batches.

-- One object in the artifact store.
create table event_archives (
  session_id uuid not null references session_heads on delete cascade,
  last_seq   bigint not null,
  first_seq  bigint not null,
  -- How the events are written down.
  format     smallint not null,
  -- Where the object is, relative to ARTIFACT_STORE.
  location   text not null,
  bytes      bigint not null,
  created_at timestamptz not null default now(),
  primary key (session_id, last_seq),
  check (first_seq between 1 and last_seq)
);

-- The pieces of an archive that are read at once: some whole batches.
create table event_blocks (
  session_id   uuid not null,
  last_seq     bigint not null,
  first_seq    bigint not null,
  -- The last_seq of its archive.
  archive      bigint not null,
  byte_offset  bigint not null,
  byte_length  bigint not null,
  sha256       bytea not null,
  primary key (session_id, last_seq),
  foreign key (session_id, archive) references event_archives on delete cascade,
  check (first_seq between 1 and last_seq)
);
