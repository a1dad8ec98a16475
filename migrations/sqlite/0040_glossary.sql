-- Renames tables, columns, indexes and codes after the terms of docs/glossary.md. No row is lost, and none changes
-- what it means.

-- Sign-ins that wait for the link to be confirmed. `pending` is a state of visits.
alter table pending_links rename to unconfirmed_links;
drop index pending_links_by_account;
drop index pending_links_by_identity;
create index unconfirmed_links_by_account on unconfirmed_links (account_id);
create index unconfirmed_links_by_identity on unconfirmed_links (identity_id);

-- When a pending visit ends by itself; null once it is linked.
alter table visits rename column held_until to pending_until;
-- When the account's password was last verified in the visit.
alter table visits rename column proven_at to password_verified_at;
-- 1 once the cookie probe has seen the cookie: the ticket then buys no bearer token.
alter table visits rename column echoed to cookie_probed;
-- The number of the session id that the launch presented; 0 when it presented none.
alter table visits rename column came_from to presented_number;
drop index visits_held_until;
create index visits_pending_until on visits (pending_until) where pending_until is not null;

-- The number of the newest id that was issued for a verified password: this one or one that it descends from.
alter table session_ids rename column proven to verified_number;
-- When a browser first sent the id; 0 before.
alter table session_ids rename column came_back to first_used_at;
-- The number of the id that was presented when this one was issued; 0 when none was.
alter table session_ids rename column came_from to presented_number;

-- 1 once a request carried the bearer token.
alter table bearers rename column came_back to used;

-- When the identity was last seen without an account: when it was launched or unlinked. Null if it had one when it was
-- last launched. It may be linked since, so queries check the links, too.
alter table identities rename column nobodys_at to seen_unlinked_at;
drop index identities_of_nobody;
create index identities_seen_unlinked on identities (seen_unlinked_at) where seen_unlinked_at is not null;

-- Until when further passwords for the email are refused.
alter table attempts rename column locked_until to throttled_until;

drop index audit_of_nobody;
create index audit_without_account on audit (at) where account_id is null;

-- Events with the same key are one event.
alter table events rename column told to dedup_key;
alter table events rename column came_at to received_at;
-- These indexes name states that are renamed below.
drop index events_proven;
drop index events_proven_by_cid;
drop index events_unproven;
drop index events_told;
update events set state = 'exchanging' where state = 'asking';
update events set state = 'verified' where state = 'proven';
update events set state = 'unverified' where state = 'unproven';
update events set state = 'duplicate' where state = 'alike';
create index events_by_dedup_key on events (dedup_key);
create index events_verified on events (subdomain, number) where state = 'verified';
create index events_verified_by_cid on events (cid, number) where state = 'verified';
create index events_without_result on events (number) where due_at is null and state <> 'verified';
