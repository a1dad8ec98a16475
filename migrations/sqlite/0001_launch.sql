-- Times are seconds since 1970; ids and hashes are made by the server. What SQLite and PostgreSQL share is kept to, except for
-- `strict`, `without rowid` and the trigger's body.

create table accounts (
    id            text primary key not null,
    email         text not null,
    -- What the e-mail is found by: trimmed and in lower case.
    email_folded  text not null unique,
    name          text not null,
    password_hash text not null,
    created_at    integer not null,
    disabled_at   integer
) strict;

create table companies (
    issuer      text not null,
    subdomain   text not null,
    name        text not null,
    updated_at  integer not null,
    disabled_at integer,
    primary key (issuer, subdomain)
) strict, without rowid;

create table identities (
    id               text primary key not null,
    issuer           text not null,
    subdomain        text not null,
    user_id          text not null,
    -- What this user may see, as Entrata told at the newest launch (JSON).
    properties       text not null,
    -- The newest access token, sealed for this identity.
    token            blob not null,
    token_key        text not null,
    token_expires_at integer,
    first_seen_at    integer not null,
    launched_at      integer not null,
    unique (issuer, subdomain, user_id),
    foreign key (issuer, subdomain) references companies (issuer, subdomain)
) strict;

create table links (
    identity_id text primary key not null references identities (id),
    account_id  text not null references accounts (id),
    linked_at   integer not null
) strict, without rowid;

create index links_by_account on links (account_id);

-- An identity is never moved from one account to another: it is unlinked, and linked anew by whoever holds it (threat T21).
create trigger links_never_move before update on links
begin
    select raise(abort, 'a link is never changed');
end;

create table browser_sessions (
    id         text primary key not null,
    data       text not null default '{}',
    created_at integer not null,
    used_at    integer not null,
    expires_at integer not null
) strict, without rowid;

create index browser_sessions_by_expiry on browser_sessions (expires_at);

-- The ids that a cookie may carry for a browser session, by their hash. A newer one ends the older ones when it first comes back.
create table session_ids (
    hash       blob primary key not null,
    session_id text not null references browser_sessions (id) on delete cascade,
    number     integer not null,
    -- The number of the newest id, this one or one it descends from, that was issued for a password.
    proven     integer not null,
    came_back  integer not null default 0,
    unique (session_id, number)
) strict, without rowid;

create table visits (
    id          text primary key not null,
    session_id  text not null references browser_sessions (id) on delete cascade,
    -- The oldest of the session's ids that opens this visit; since a password was given for it, only those that descend from that one.
    opens_from  integer not null,
    by_password integer not null,
    identity_id text references identities (id),
    -- Null while the visit is held.
    account_id  text references accounts (id),
    -- When a held visit ends by itself; null once it is linked.
    held_until  integer,
    -- The hash of the code it was launched with: the same code again leads here.
    code        blob,
    created_at  integer not null,
    ended_at    integer,
    check (identity_id is not null or account_id is not null),
    check ((account_id is null) = (held_until is not null))
) strict, without rowid;

create unique index visits_by_code on visits (code);
create index visits_by_session on visits (session_id);
-- Only held ones are asked for by their identity; a linked launch need not keep it up.
create index visits_held on visits (identity_id) where account_id is null and ended_at is null;

-- A sign-in in a held visit that waits for the confirmation. The ticket is found by its hash; the sealed one is for showing the
-- confirmation page again.
create table pending_links (
    hash        blob primary key not null,
    ticket      blob not null,
    ticket_key  text not null,
    visit_id    text not null unique references visits (id) on delete cascade,
    session_id  text not null,
    identity_id text not null references identities (id),
    account_id  text not null references accounts (id),
    expires_at  integer not null
) strict, without rowid;

-- Codes that were launched, by their hash: one launch a code, whatever came of it. Kept for 7 days.
create table launch_codes (
    hash        blob primary key not null,
    launched_at integer not null
) strict, without rowid;

create index launch_codes_by_time on launch_codes (launched_at);

-- Browsers in which an account's password was given (NEW_BROWSER=ask), by the hash of what their cookie carries.
create table known_browsers (
    hash       blob not null,
    account_id text not null references accounts (id),
    known_at   integer not null,
    primary key (hash, account_id)
) strict, without rowid;
