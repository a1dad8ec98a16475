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

-- An unlinked identity has no token: `token` is empty then, and `token_key` too.
