-- Durable background work. A job is one piece of work to do at a time, or as soon as possible; asking for it again while
-- it waits changes nothing, and while it runs makes it run once more.
create table jobs (
    kind text not null,
    -- What the job is about, such as the id of a connection. Empty where there is one job of the kind.
    key text not null,
    -- Someone waits for it: it goes ahead of other jobs of its kind.
    urgent integer not null default 0 check (urgent in (0, 1)),
    due_at integer not null,
    -- Failed runs since the last success.
    tries integer not null default 0,
    -- How often it was asked for.
    requests integer not null default 1,
    -- A worker runs it until this time. Renewed while it runs.
    claimed_until integer not null default 0,
    -- Counts claims, so that a worker whose claim expired changes nothing.
    claim integer not null default 0,
    primary key (kind, key)
) strict, without rowid;

create index jobs_due on jobs (kind, urgent desc, due_at);
