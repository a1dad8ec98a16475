// What the database has to say of links, whenever somebody looks: nothing half done, and an audit row for each change, no more and no fewer.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a query finds in a database, a row an object; a server may be running on it. */
export async function query(file, sql) {
  const { stdout } = await run('sqlite3', ['-json', '-readonly', '-cmd', '.timeout 5000', file, sql]);
  return stdout.trim() ? JSON.parse(stdout) : [];
}

/** What must never be, and the query that would find it. */
const NEVER = {
  'SQLite finds the file damaged': `select integrity_check as fault from pragma_integrity_check where integrity_check <> 'ok'`,
  'a row refers to nothing': `select "table" as fault from pragma_foreign_key_check`,
  'an identity is not linked as often as its audit says': `
    select i.id as fault from identities i where (select count(*) from links where identity_id = i.id) <>
      (select count(*) filter (where what = 'linked') - count(*) filter (where what in ('unlinked', 'disowned')) from audit where identity_id = i.id)`,
  'a link leads elsewhere than its audit says': `
    select l.identity_id as fault from links l where l.account_id is not
      (select account_id from audit where identity_id = l.identity_id and what = 'linked' order by number desc limit 1)`,
  'an identity has two accounts': 'select identity_id as fault from links group by 1 having count(*) > 1',
  'a pending link stands beside its link': 'select identity_id as fault from unconfirmed_links join links using (identity_id)',
  'a pending link belongs to a visit that is over': `
    select p.visit_id as fault from unconfirmed_links p join visits v on v.id = p.visit_id where v.account_id is not null or v.ended_at is not null`,
  'a visit acts for an account that its identity does not lead to': `
    select v.id as fault from visits v where v.account_id is not null and v.identity_id is not null and v.ended_at is null
      and not exists (select 1 from links l where l.identity_id = v.identity_id and l.account_id = v.account_id)`,
  'a linked identity has no token': `select l.identity_id as fault from links l join identities i on i.id = l.identity_id where i.token_key = ''`,
  'a visit is held though its identity is linked': `
    select v.id as fault from visits v join links using (identity_id) where v.account_id is null and v.ended_at is null`,
  'somebody came in, and the audit does not tell': `
    select v.id as fault from visits v where v.account_id is not null
      and not exists (select 1 from audit where visit_id = v.id
        and what in ('launched', 'linked', 'tab_opened', iif(v.identity_id is null, 'signed_in', '')))`,
  'a launch left a visit, and its code is not known as spent': `
    select id as fault from visits where code is not null and code not in (select hash from launch_codes)`,
};

/** What is wrong in a database: a line for each kind, with how often and an example. */
export async function wrongs(file) {
  const looks = Object.entries(NEVER).map(([what, query]) => `select '${what}' as what, count(*) as times, min(fault) as fault from (${query})`);
  const found = await query(file, `select * from (${looks.join(' union all ')}) where times > 0`);
  return found.map(({ what, times, fault }) => `${what}: ${times}, such as ${fault}`);
}

/** Where every identity leads that has been seen: by `company/id`, its account's e-mail or null. */
export async function links(file) {
  const rows = await query(
    file,
    `select i.subdomain || '/' || i.user_id as person, i.id as identity, a.email from identities i
     left join links l on l.identity_id = i.id left join accounts a on a.id = l.account_id`,
  );
  return new Map(rows.map(({ person, ...link }) => [person, link]));
}
