-- Latchkey as Syncaroo's provider: what accounts approved, the tokens for it, the places it showed, and the updates that
-- Syncaroo announced. Codes, tokens and tickets are stored as hashes.

-- An approval and, once its code was exchanged, the grant.
create table provider_grants (
    id              text primary key not null,
    -- Syncaroo's number of the connection.
    connection_id   integer not null,
    account_id      text not null references accounts (id),
    approved_at     integer not null,
    redirect_uri    text not null,
    -- Stays after the exchange, so that a second use is recognized.
    code_hash       blob not null unique,
    code_expires_at integer not null,
    -- Null until the code is exchanged.
    code_used_at    integer,
    -- When the newest tokens were issued; null before the exchange.
    renewed_at      integer,
    -- When a token was last presented, to the minute.
    last_used_at    integer,
    unique (account_id, connection_id)
) strict;
create unique index provider_grants_in_use on provider_grants (connection_id) where code_used_at is not null;
create index provider_grants_not_exchanged on provider_grants (code_expires_at) where code_used_at is null;
create index provider_grants_renewed on provider_grants (renewed_at) where renewed_at is not null;

-- Pairs of an access and a refresh token, numbered by grant. The newest is the one in use; older ones show a reuse.
create table provider_tokens (
    grant_id     text not null references provider_grants (id) on delete cascade,
    number       integer not null,
    access_hash  blob not null unique,
    refresh_hash blob not null unique,
    issued_at    integer not null,
    -- When the access token expires.
    expires_at   integer not null,
    -- 1 once either token was presented.
    used         integer not null default 0,
    primary key (grant_id, number)
) strict;
create index provider_tokens_issued on provider_tokens (issued_at);

-- Places that a connection was shown. One that the account no longer has is still listed, as deleted.
create table provider_places (
    account_id    text not null references accounts (id),
    connection_id integer not null,
    place_id      text not null,
    name          text not null,
    primary key (account_id, connection_id, place_id)
) strict, without rowid;

-- Updates that Syncaroo announced.
create table provider_updates (
    -- In the order in which they were received.
    number       integer primary key not null,
    id           text not null unique,
    grant_id     text not null references provider_grants (id) on delete cascade,
    body_hash    blob not null,
    received_at  integer not null,
    webhook_type text not null,
    location_id  text not null,
    attribute    text not null,
    api_url      text,
    -- Syncaroo's `hash`, not verified: its algorithm is not documented.
    signature    text not null,
    state        text not null,
    -- When it is read next, or when the lease of the worker that reads it ends. Null once it is finished.
    due_at       integer,
    tries        integer not null default 0,
    finished_at  integer
) strict;
create index provider_updates_by_body on provider_updates (grant_id, body_hash, received_at);
create index provider_updates_by_grant on provider_updates (grant_id, number);
create index provider_updates_due on provider_updates (due_at) where due_at is not null;
create index provider_updates_waiting on provider_updates (grant_id) where due_at is not null;
create index provider_updates_finished on provider_updates (finished_at) where finished_at is not null;

-- Tickets of consent forms that were posted. A ticket works once.
create table provider_spent_tickets (
    hash       blob primary key not null,
    expires_at integer not null
) strict, without rowid;
create index provider_spent_tickets_expire on provider_spent_tickets (expires_at);
