-- Work that one worker at a time does every so often; the others find here that it is done.
create table chores (
  name     text primary key,
  begun_at timestamptz not null
);
