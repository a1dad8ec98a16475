-- What `/readyz` writes to find out whether anything is written.
create table heartbeat (
    only_one integer primary key check (only_one = 1),
    beats integer not null
) strict;
insert into heartbeat values (1, 0);
