-- Accounts' connections to other property systems: tokens, data, log, and what is under way to connect them.

create table connections (
    id text primary key,
    -- Null: the installation's one connection to Syncaroo.
    account_id text references accounts (id) on delete cascade,
    system text not null,
    -- connected, failing, needs_reconnect; closed: being deleted, with its tokens gone.
    state text not null,
    -- The code of the last error; null while it works.
    error text,
    -- Failures in a row, and until when background calls pause after them.
    failures integer not null default 0,
    next_try_at integer not null default 0,
    -- Until when the system allows no calls: its rate limit.
    limited_until integer not null default 0,
    -- Who the grant belongs to in the other system.
    subject_id text not null default '',
    subject_name text not null default '',
    -- Sealed with the id. Null: none.
    access blob,
    access_key text,
    renewal blob,
    renewal_key text,
    token_issued_at integer not null,
    token_expires_at integer,
    -- Counts the stored grants: a process that read an older one can't replace or reject a newer one.
    token_version integer not null default 1,
    -- Not renewed ahead of time before this, because the last attempt failed.
    renew_after integer not null default 0,
    -- The process with the newest number may renew until this time.
    lease_number integer not null default 0,
    lease_until integer not null default 0,
    -- When a single-use renewal token was sent whose answer has not been stored.
    renewal_sent_at integer,
    created_at integer not null,
    -- When the data were last read completely, from the beginning, and since when changes are not read yet; 0: never.
    read_at integer not null default 0,
    full_read_at integer not null default 0,
    changes_from integer not null default 0,
    place_count integer not null default 0,
    -- When the next step of a sync is due; null: never.
    due_at integer,
    -- 1: the next sync reads everything.
    full_wanted integer not null default 1,
    -- idle, places, items, cleanup
    sync_phase text not null default 'idle',
    -- Counts the syncs. A place that a complete sync did not find has an older number.
    sync_run integer not null default 0,
    -- Counts the steps, so that of two workers one stores its step.
    sync_step integer not null default 0,
    sync_full integer not null default 0,
    -- 0 once a row was left out or a list was not read to its end: nothing is removed then.
    sync_clean integer not null default 1,
    -- 1 once a list was not read to its end: changes since the last sync are read again.
    sync_skipped integer not null default 0,
    sync_since integer,
    sync_started_at integer not null default 0,
    -- Where the list continues.
    sync_cursor text,
    -- The place whose items are read, or were read last.
    sync_place text not null default '',
    sync_page integer not null default 0,
    sync_pages integer,
    -- Pages of the list being read, and rows of the whole sync.
    sync_list_pages integer not null default 0,
    sync_rows integer not null default 0,
    log_number integer not null default 0
) strict;
create index connections_by_account on connections (account_id, created_at);
create unique index connections_of_installation on connections (system)
    where account_id is null and state <> 'closed';
create index connections_due on connections (due_at) where due_at is not null;
create index connections_closed on connections (id) where state = 'closed';

create table connection_places (
    connection_id text not null references connections (id) on delete cascade,
    id text not null,
    name text not null,
    kind text not null,
    status text not null,
    disabled integer not null,
    street text not null,
    city text not null,
    state text not null,
    postal_code text not null,
    phone text not null,
    email text not null,
    website text not null,
    -- The name, id, address and kind, without case and accents; begins with the name, so it sorts, too.
    folded text not null,
    sync_run integer not null,
    -- Systems number each kind on its own: REX has offices and properties with the same id.
    primary key (connection_id, id, kind)
) strict, without rowid;
create index connection_places_by_name on connection_places (connection_id, folded, id);
create index connection_places_by_run on connection_places (connection_id, sync_run);

create table connection_items (
    connection_id text not null references connections (id) on delete cascade,
    place_id text not null,
    id text not null,
    name text not null,
    kind text not null,
    status text not null,
    sync_run integer not null,
    primary key (connection_id, place_id, id)
) strict, without rowid;
create index connection_items_by_run on connection_items (connection_id, sync_run);

-- The last calls of each connection.
create table connection_log (
    connection_id text not null references connections (id) on delete cascade,
    number integer not null,
    at integer not null,
    operation text not null,
    status integer,
    took_ms integer not null,
    request_id text,
    error text,
    primary key (connection_id, number)
) strict, without rowid;

-- Hashes of used one-time tickets of connect forms, until they expire.
create table connect_tickets (
    hash blob primary key,
    expires_at integer not null
) strict;
create index connect_tickets_by_expiry on connect_tickets (expires_at);

-- Redirects to a consent page that wait for their callback.
create table oauth_states (
    hash blob primary key,
    system text not null,
    -- Null, like visit and cookie: begun on the command line.
    account_id text references accounts (id) on delete cascade,
    visit_id text,
    cookie_hash blob,
    -- The connection that is authorized again; null: a new one.
    connection_id text references connections (id) on delete cascade,
    expires_at integer not null
) strict;
create index oauth_states_by_account on oauth_states (account_id, expires_at);
create index oauth_states_by_connection on oauth_states (connection_id) where connection_id is not null;
create index oauth_states_by_expiry on oauth_states (expires_at);
