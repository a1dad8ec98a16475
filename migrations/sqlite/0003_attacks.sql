-- What holds attacks off: the audit, the soft lock on sign-ins, how fresh a visit's password is.

-- Every change of who may get in, in the transaction that made it. Without foreign keys: it outlives what it tells of.
create table audit (
    number      integer primary key not null,
    at          integer not null,
    what        text not null,
    account_id  text,
    identity_id text,
    visit_id    text,
    -- Where it came from: an IPv4 address or an IPv6 /64; empty for the command line.
    address     text not null,
    browser     text not null,
    detail      text not null default ''
) strict;

create index audit_by_account on audit (account_id, number) where account_id is not null;
create index audit_by_time on audit (at);
create index audit_of_nobody on audit (at) where account_id is null;
create index audit_of_replays on audit (visit_id) where what = 'code_replayed';

create trigger audit_is_never_changed before update on audit
begin
    select raise(abort, 'the audit is never changed');
end;

-- Sign-ins tried, by the hash of the folded e-mail, whether it has an account or not.
create table attempts (
    hash         blob primary key not null,
    failures     integer not null,
    locked_until integer not null,
    last_at      integer not null
) strict, without rowid;

create index attempts_by_time on attempts (last_at);

-- When the account's password was last given in the visit.
alter table visits add column proven_at integer;

-- Unlinking, disabling and a new password end what belongs to one identity or account; the sweep forgets by time.
create index visits_by_identity on visits (identity_id) where ended_at is null;
create index known_browsers_by_account on known_browsers (account_id);
create index known_browsers_by_time on known_browsers (known_at);
create index pending_links_by_account on pending_links (account_id);
create index pending_links_by_identity on pending_links (identity_id);
-- The first of these holds them, too.
drop index visits_held;

-- An unlinked identity has no token: `token` is empty then, and `token_key` too.
