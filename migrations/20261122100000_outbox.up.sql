-- Effects on the outside, carried out by workers: who does which, and in what order.
--
-- No version before this one writes or reads rows of the outbox.

alter table outbox
  -- Effects of one pool are carried out beside those of the others: what takes minutes does not hold up what
  -- takes seconds.
  add column pool text not null default 'call',
  -- What must not be done at once, nor hold up others: the receiver of a call, the session of a push.
  add column lane uuid not null default gen_random_uuid();
drop index outbox_due;
create index outbox_lanes on outbox (pool, lane, next_at, id) where status = 'pending';
create index outbox_claimed on outbox (lane) where status = 'pending' and claimed_by is not null;

-- Gives a worker up to p_free effects that are due, at most one of a lane at a time. p_held: those that it
-- is carrying out; what Postgres has under its name besides is the answer to a claim that was lost. What a
-- worker had that is no more is free.
--
-- Lanes take turns: p_lanes of them at most are looked at, from the one behind p_after on. The last row has no
-- id and says which was the last, for the next call. The cost does not grow with what waits in a lane.
create function leo_claim_effects(
  p_worker uuid, p_pool text, p_free integer, p_held uuid[], p_after uuid, p_lanes integer
) returns table (id uuid, job_id uuid, kind text, lane uuid, payload jsonb, tries integer, created_at timestamptz,
                 last_lane uuid)
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
  place uuid := p_after;
  wrapped boolean := false;
  present timestamptz := clock_timestamp();
  got integer := 0;
  head record;
begin
  -- What a worker has that is not on the list is anybody's.
  if not exists (select from workers w where w.id = p_worker) then
    return;
  end if;
  -- One claim at a time, or two would take effects of one lane. Whoever comes meanwhile comes again.
  if not pg_try_advisory_xact_lock(hashtextextended('leo.outbox', 0)) then
    return;
  end if;
  for looked in 1..p_lanes loop
    exit when got >= p_free;
    select o.lane, o.next_at into head from outbox o
     where o.pool = p_pool and o.status = 'pending' and o.lane > place
     order by o.lane, o.next_at, o.id limit 1;
    if not found then
      exit when wrapped;
      wrapped := true;
      place := '00000000-0000-0000-0000-000000000000';
      continue;
    end if;
    exit when wrapped and head.lane > p_after;
    place := head.lane;
    continue when head.next_at > present;
    continue when exists (
      select from outbox o join workers w on w.id = o.claimed_by
       where o.lane = place and o.status = 'pending' and o.claimed_by is not null
         and (o.claimed_by <> p_worker or o.id = any (p_held)));
    return query
      update outbox o set claimed_by = p_worker, tries = o.tries + 1
       where o.id = (select n.id from outbox n where n.pool = p_pool and n.lane = place and n.status = 'pending'
                      order by n.next_at, n.id limit 1)
      returning o.id, o.job_id, o.kind, o.lane, o.payload, o.tries, o.created_at, place;
    got := got + 1;
  end loop;
  return query select null::uuid, null::uuid, null::text, null::uuid, null::jsonb, null::integer, null::timestamptz, place;
end $$;
