-- A provider that its user has removed: its key is kept, encrypted, until no container can be left
-- that was given it, so that whichever worker reads such a container's output still masks it.
alter table user_providers add column removed_at timestamptz;
