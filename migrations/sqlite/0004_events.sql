-- Activation events: what was told at the address that Entrata knows for them, and what was proven of it.

-- Since when Entrata keeps the app from the company; null: it does not.
alter table companies add column suspended_at integer;

create table events (
    -- In the order in which they came; one that is taken up again goes to the end.
    number         integer primary key not null,
    -- What it is about, and its code's hash where it has a code, so that a made-up code does not keep the real one out.
    id             text not null unique,
    -- cid/subdomain/property/kind/hour: what is told again within the hour, once it is proven, is the same event. The subdomain is in
    -- it, so that no event that is proven of one company passes for another's.
    told           text not null,
    cid            text not null,
    kind           text not null,
    came_at        integer not null,
    -- Where it came from: an IPv4 address or an IPv6 /64.
    address        text not null,
    -- What it named, to be compared and shown: nothing of it ever decides an address. The subdomain is empty where none was
    -- named, until a code has proven which it is, and `?` where what was named is none.
    subdomain      text not null,
    company_name   text not null,
    property_id    text not null,
    occupancy_type text not null,
    api_location   text not null,
    state          text not null,
    -- When it is worked next; null once there is nothing left to do.
    due_at         integer,
    tries          integer not null default 0,
    -- When the company's web services refuted it.
    refuted_at     integer,
    -- The code, sealed, until it is exchanged or given up; what it is known again by stays.
    code           blob,
    code_key       text,
    code_hash      blob
) strict;

create index events_due on events (due_at) where due_at is not null;
create index events_sealed on events (id) where code is not null;
create index events_told on events (told);
create index events_reported on events (subdomain, number) where state = 'reported';
create index events_refuted on events (subdomain, refuted_at) where refuted_at is not null;
create index events_by_time on events (came_at);
create index events_proven on events (subdomain, number) where state = 'proven';
create index events_proven_by_cid on events (cid, number) where state = 'proven';
create index events_unproven on events (number) where due_at is null and state <> 'proven';
