drop function leo_claim_effects;
drop index outbox_claimed;
drop index outbox_lanes;
alter table outbox drop column pool, drop column lane;
create index outbox_due on outbox (next_at) where status = 'pending';
