-- Frames: how a tab finds out what carries its session, bearers for browsers that keep no cookie in a frame, what a visit was seen in.

-- The one-time ticket of the visit's first page, by its hash, and until when it counts.
alter table visits add column ticket blob;
alter table visits add column ticket_until integer;
-- Whether the cookie came back with it: then it buys no bearer any more, and only lets another cookie of this browser in.
alter table visits add column echoed integer not null default 0;
-- Which of the session's ids the launch presented; those issued after it may be this tab's too. 0 when it presented none.
alter table visits add column came_from integer not null default 0;
alter table visits add column used_at integer not null default 0;
-- The browser, as its User-Agent names it: "Firefox on Windows".
alter table visits add column browser text not null default '';
-- How many tabs were opened from it: the next one's ticket names this number.
alter table visits add column tabs integer not null default 0;
-- The visit from which it was opened in a tab of its own, directly or not.
alter table visits add column opened_by text;
update visits set used_at = created_at;

-- Which of the session's ids was presented when it was issued: coming back, it ends that one and those before it, and of its siblings
-- those that were not issued in the same minute. `came_back` holds when it first did.
alter table session_ids add column came_from integer not null default 0;
alter table session_ids add column issued_at integer not null default 0;

create index visits_by_opener on visits (opened_by) where opened_by is not null;
create index visits_ended on visits (ended_at) where ended_at is not null;
create index visits_held_until on visits (held_until) where held_until is not null;
create index visits_by_account on visits (account_id) where account_id is not null and ended_at is null;

-- Tokens that open one visit each, by their hash. Numbered: a newer one that came back makes the use of an older one a theft.
create table bearers (
    hash      blob primary key not null,
    visit_id  text not null references visits (id) on delete cascade,
    number    integer not null,
    issued_at integer not null,
    came_back integer not null default 0,
    unique (visit_id, number)
) strict, without rowid;
