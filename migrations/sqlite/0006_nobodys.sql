-- Entrata users who lead nowhere: what is kept of them goes in the end, too.

-- When it was last seen that the identity leads to no account: launched so, or unlinked. Null for one that was linked when it was last
-- launched. It may be linked since, so whoever goes by it asks for the link, too.
alter table identities add column nobodys_at integer;

-- Those that are there already: counted from the newest thing that is known to have happened.
update identities set nobodys_at = coalesce((select max(at) from audit), launched_at)
where not exists (select 1 from links where links.identity_id = identities.id);

-- Partial, so that a launch of somebody who is linked need not keep it up.
create index identities_of_nobody on identities (nobodys_at) where nobodys_at is not null;

-- Who linked an identity after it was unlinked: an account's end asks for it.
create index audit_of_links on audit (identity_id, number) where what = 'linked';
