-- What the socket of the front job's present attempt has come to. It counts only while
-- generations[2] is above 0: a new attempt sets that to 0, and its first connection resets the rest.
alter table session_heads
  add column runner_open  boolean not null default false, -- a server holds the newest connection
  add column runner_ended boolean not null default false, -- `end` is stored: nothing more is taken
  add column runner_bytes bigint  not null default 0,     -- of bodies stored from the socket
  add column runner_since bigint  not null default 0;     -- last_seq before the first connection

-- Gives the runner's source to a new connection, under the head's lock: a batch of an older one is
-- either stored before this and counted in pos, or refused. outcome: open; superseded (a newer
-- attempt runs), ended (the job has ended), unknown.
create function leo_runner_open(
  p_job uuid, p_attempt integer,
  out outcome text, out session_id uuid, out generation bigint, out pos bigint, out bytes bigint, out ended boolean
) language plpgsql as $$
declare
  session uuid;
  head record;
begin
  select j.session_id into session from jobs j where j.id = p_job;
  if not found then
    outcome := 'unknown';
    return;
  end if;
  select h.front_job, h.attempt, h.generations[2] = 0 as first into head
    from session_heads h where h.session_id = session for no key update;
  if head.front_job is distinct from p_job then
    outcome := 'ended';
    return;
  end if;
  if head.attempt <> p_attempt then
    outcome := 'superseded';
    return;
  end if;
  update session_heads h
     set generations[2] = h.generations[2] + 1,
         runner_open = true,
         runner_ended = h.runner_ended and not head.first,
         runner_bytes = case when head.first then 0 else h.runner_bytes end,
         runner_since = case when head.first then h.last_seq else h.runner_since end
   where h.session_id = session
  returning h.generations[2], h.positions[2], h.runner_bytes, h.runner_ended into generation, pos, bytes, ended;
  session_id := session;
  outcome := 'open';
end $$;
