-- Accounts at GitHub that users have connected; the token is encrypted.
create table user_github (
  user_id    uuid primary key references users on delete cascade,
  token      bytea not null,
  -- Who the token is, and where repositories are made, if not with him.
  login      text not null,
  owner      text,
  auto_push  boolean not null,
  updated_at timestamptz not null default now()
);

-- The repository of a session. The name stands here before anything is made.
create table session_repositories (
  session_id  uuid primary key references sessions on delete cascade,
  -- With the user's own account, or with that of the installation.
  own         boolean not null,
  owner       text not null,
  name        text not null,
  state       text not null check (state in ('chosen', 'made', 'gone')),
  branch      text,
  -- What was pushed last: the commit, and its tree.
  last_commit text,
  last_tree   text,
  -- What was last about to be pushed, by which it is known again after a kill.
  next_commit text,
  next_tree   text,
  updated_at  timestamptz not null default now()
);

-- Nobody waits for this effect any more: its result is told as an event of its session.
alter table outbox add column late boolean not null default false;
