-- Who people are: passwords, sign-ins of browsers, API keys, tickets of WebSockets, the limits that
-- operators set for somebody, the secrets that somebody has left here, and the audit log.
--
-- No secret stands here as it is: passwords are argon2id, keys, cookies and tickets SHA-256 of
-- random texts, secrets encrypted with a key from LEO_SECRET_KEY.

alter table users
  -- Barred from everything since then.
  add column closed_at timestamptz,
  -- What an operator has set for this user; null: what the settings say.
  add column quota_sessions     integer,
  add column quota_jobs_per_day integer,
  add column quota_storage      bigint,
  add column prompt_limit       integer,
  add column rate_limit         integer,
  -- Jobs accepted on that day, in UTC; counted with this row locked.
  add column jobs_day   date,
  add column jobs_today integer not null default 0;

-- The password of an account that signs in here. The address is in lower case.
create table passwords (
  user_id    uuid primary key references users on delete cascade,
  email      text not null unique,
  hash       text not null,
  changed_at timestamptz not null default now()
);

-- A browser that is signed in: what its cookie holds, hashed.
create table sign_ins (
  id         uuid primary key,
  user_id    uuid not null references users on delete cascade,
  token_hash bytea not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index sign_ins_of_user on sign_ins (user_id);
create index sign_ins_expired on sign_ins (expires_at);

create table api_keys (
  id         uuid primary key,
  user_id    uuid not null references users on delete cascade,
  name       text not null,
  scope      text not null check (scope in ('read', 'run', 'admin')),
  token_hash bytea not null unique,
  -- The beginning of the key, by which its owner tells it from others.
  hint       text not null,
  created_at timestamptz not null default now(),
  -- Written at most once a minute.
  used_at    timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz
);
create index api_keys_of_user on api_keys (user_id, id);

-- One opening of a WebSocket, by somebody who has proved who he is already.
create table tickets (
  token_hash bytea primary key,
  user_id    uuid not null references users on delete cascade,
  scope      text not null,
  operator   boolean not null,
  -- What the ticket was asked for with, whose end is the connection's end.
  key_id     uuid references api_keys on delete cascade,
  sign_in_id uuid references sign_ins on delete cascade,
  proof_ends timestamptz,
  expires_at timestamptz not null
);
create index tickets_expired on tickets (expires_at);

-- The model provider of a user. The key is encrypted; the one before it is kept, because containers
-- that were given it may still print it.
create table user_providers (
  user_id      uuid primary key references users on delete cascade,
  provider     text not null,
  base_url     text,
  model        text,
  secret       bytea,
  secret_before bytea,
  updated_at   timestamptz not null default now()
);

-- Sign-ins, keys, limits and what operators do. Outlives the accounts that it names.
create table audit_log (
  id      bigint generated always as identity primary key,
  at      timestamptz not null default clock_timestamp(),
  -- Who did it; null where nobody was known.
  actor   uuid,
  -- Whom it was done to.
  user_id uuid,
  action  text not null,
  -- Where from.
  address text,
  detail  jsonb not null default '{}'
);
create index audit_log_of_user on audit_log (user_id, id);
