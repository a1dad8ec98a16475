-- Identities and accounts that were never linked, and launches of one identity that run at the same time.

-- When the exchange began that brought an identity's token and properties, in microseconds since 1970: of two launches
-- at once, the one that began later counts, whichever is stored last. 0: stored before this column was there.
alter table identities add column exchange_began_at integer not null default 0;

-- Tokens of identities that led to no account when they were last launched: they go when no pending visit needs them.
create index identities_with_unused_token on identities (id) where nobodys_at is not null and token_key <> '';

-- When an account that was registered in a pending visit is deleted, unless it is linked before. Null: it was linked
-- once, or the operator added it.
alter table accounts add column unlinked_until integer;
create index accounts_never_linked on accounts (unlinked_until) where unlinked_until is not null;

-- How many accounts were registered from a visit.
alter table visits add column registrations integer not null default 0;
