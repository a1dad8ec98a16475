-- Audit rows store codes, not words. Rewrites the words that older versions stored.

drop trigger audit_is_never_changed;

update audit set browser = 'command_line' where browser = 'Command line';
update audit set browser = 'entrata_event' where browser = 'Entrata event';
update audit set detail = 'password_confirmed' where what = 'signed_in' and detail = 'password confirmed';
update audit set detail = 'account_disabled' where what = 'failed' and detail = 'disabled';
-- '6 rows, to k2' becomes 'k2:6'.
update audit
set detail = substr(detail, instr(detail, ' rows, to ') + 10) || ':'
          || substr(detail, 1, instr(detail, ' rows, to ') - 1)
where what = 'keys_rotated' and detail like '% rows, to %';

create trigger audit_is_never_changed before update on audit
when new.address <> '' or new.browser <> '' or new.detail <> ''
    or new.number <> old.number or new.at <> old.at or new.what <> old.what
    or new.account_id is not old.account_id or new.identity_id is not old.identity_id
    or new.visit_id is not old.visit_id
begin
    select raise(abort, 'the audit is never changed');
end;
