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

-- Whether a session has nothing to do and its last event in event_batches is older than p_age.
-- False where event_batches holds nothing of it, and of deleted sessions, which go altogether.
create function leo_at_rest(p_session uuid, p_age interval) returns boolean language sql stable as $$
  select h.front_job is null and s.deleted_at is null
     and not exists (select from jobs j where j.session_id = p_session
                        and j.status in ('waiting', 'ready', 'delayed', 'generating'))
     and coalesce((select b.at from event_batches b where b.session_id = p_session
                    order by b.last_seq desc limit 1) < now() - p_age, false)
    from session_heads h join sessions s on s.id = h.session_id
   where h.session_id = p_session
$$;
