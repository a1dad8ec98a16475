// Invariants of the database that hold at any time: no link is half done, and each change has exactly one audit row.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs a query and returns its rows as objects. A server may have the database open. */
export async function query(file, sql) {
  const { stdout } = await run('sqlite3', ['-json', '-readonly', '-cmd', '.timeout 5000', file, sql]);
  return stdout.trim() ? JSON.parse(stdout) : [];
}

/** What must never be true, with a query that returns the rows where it is. */
const VIOLATIONS = {
  'SQLite reports a damaged file': `
    select integrity_check as example from pragma_integrity_check where integrity_check <> 'ok'`,
  'a foreign key refers to no row': `select "table" as example from pragma_foreign_key_check`,
  'the number of links of an identity differs from its audit rows': `
    select i.id as example from identities i where (select count(*) from links where identity_id = i.id) <>
      (select count(*) filter (where what = 'linked') - count(*) filter (where what in ('unlinked', 'disowned'))
         from audit where identity_id = i.id)`,
  'a link leads to another account than its audit row': `
    select l.identity_id as example from links l where l.account_id is not
      (select account_id from audit where identity_id = l.identity_id and what = 'linked'
        order by number desc limit 1)`,
  'an identity has two accounts': 'select identity_id as example from links group by 1 having count(*) > 1',
  'an identity has both a link and a pending link': `
    select identity_id as example from unconfirmed_links join links using (identity_id)`,
  'a pending link belongs to a visit that has ended or has an account': `
    select p.visit_id as example from unconfirmed_links p join visits v on v.id = p.visit_id
     where v.account_id is not null or v.ended_at is not null`,
  'a visit acts for an account that its identity is not linked to': `
    select v.id as example from visits v
     where v.account_id is not null and v.identity_id is not null and v.ended_at is null
       and not exists (select 1 from links l where l.identity_id = v.identity_id and l.account_id = v.account_id)`,
  'a linked identity has no token': `
    select l.identity_id as example from links l join identities i on i.id = l.identity_id
     where i.token_key = ''`,
  'a visit is pending although its identity is linked': `
    select v.id as example from visits v join links using (identity_id)
     where v.account_id is null and v.ended_at is null`,
  'a visit has an account but no audit row that says why': `
    select v.id as example from visits v where v.account_id is not null
      and not exists (select 1 from audit where visit_id = v.id
        and what in ('launched', 'linked', 'tab_opened', iif(v.identity_id is null, 'signed_in', '')))`,
  'the code of a visit is not recorded as spent': `
    select id as example from visits where code is not null and code not in (select hash from launch_codes)`,
};

/** Returns the invariants that a database violates, one line each, with a count and an example. */
export async function violations(file) {
  const queries = Object.entries(VIOLATIONS).map(
    ([what, query]) => `select '${what}' as what, count(*) as times, min(example) as example from (${query})`,
  );
  const found = await query(file, `select * from (${queries.join(' union all ')}) where times > 0`);
  return found.map(({ what, times, example }) => `${what}: ${times}, for example ${example}`);
}

/** Returns every known identity by `company/id`, with its database ID and its account's email, or null. */
export async function links(file) {
  const rows = await query(
    file,
    `select i.subdomain || '/' || i.user_id as person, i.id as identity, a.email from identities i
     left join links l on l.identity_id = i.id left join accounts a on a.id = l.account_id`,
  );
  return new Map(rows.map(({ person, ...link }) => [person, link]));
}
