-- An account's end: what it leaves behind, and that it is quick however much there was.

-- Of a deleted account's rows what, when and the random ids stay; where from and in which browser go. Blanking is the one change that
-- is allowed, so that the rule goes on standing where it is held; deleting a row and inserting it again would let any change through.
drop trigger audit_is_never_changed;
create trigger audit_is_never_changed before update on audit
when new.address <> '' or new.browser <> '' or new.detail <> ''
    or new.number <> old.number or new.at <> old.at or new.what <> old.what
    or new.account_id is not old.account_id or new.identity_id is not old.identity_id or new.visit_id is not old.visit_id
begin
    select raise(abort, 'the audit is never changed');
end;

-- What happened with an identity while it was nobody's.
create index audit_of_strangers on audit (identity_id) where account_id is null and identity_id is not null;

-- Ended visits, too: a foreign key looks them up for each identity and account that is deleted.
drop index visits_by_account;
create index visits_by_account on visits (account_id, ended_at) where account_id is not null;
drop index visits_by_identity;
create index visits_by_identity on visits (identity_id, ended_at) where identity_id is not null;

-- A link that was imported may stand before its first launch: `properties` is [], `token` empty as an unlinked one's, and `first_seen_at`
-- and `launched_at` are 0; its company's name is the subdomain until then.
