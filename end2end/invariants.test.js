// Checks the invariants themselves: each violation that a crash could cause is written to a copy of a valid database.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { Client } from './lib/client.js';
import { violations } from './lib/invariants.js';
import { DANA, SAM, account } from './lib/people.js';
import { World } from './lib/world.js';

const WRONG_COUNT = 'the number of links of an identity differs from its audit rows';
const OTHER_ACCOUNT = 'a link leads to another account than its audit row';
const INSERT_PENDING_LINK = `
  insert into unconfirmed_links (hash, ticket, ticket_key, visit_id, session_id, identity_id, account_id, expires_at)
  select randomblob(32), randomblob(32), 'k1', id, session_id, identity_id, (select id from accounts), 1 from visits`;

/** Edits of the database, with the violations that they cause. Dana is linked; Sam's visit is pending. */
const EDITS = [
  [
    `delete from audit where what = 'linked'`,
    [WRONG_COUNT, OTHER_ACCOUNT, 'a visit has an account but no audit row that says why'],
  ],
  [`delete from links`, [WRONG_COUNT, 'a visit acts for an account that its identity is not linked to']],
  [
    `insert into links select identity_id, (select id from accounts), 1 from visits where account_id is null`,
    [WRONG_COUNT, OTHER_ACCOUNT, 'a visit is pending although its identity is linked'],
  ],
  [
    `${INSERT_PENDING_LINK} where account_id is not null`,
    [
      'an identity has both a link and a pending link',
      'a pending link belongs to a visit that has ended or has an account',
    ],
  ],
  [`update identities set token_key = ''`, ['a linked identity has no token']],
  [`delete from launch_codes`, ['the code of a visit is not recorded as spent']],
  [`delete from companies`, ['a foreign key refers to no row']],
  [
    `pragma writable_schema = on;
     update sqlite_schema set rootpage = (select rootpage from sqlite_schema where name = 'links_by_account')
      where name = 'visits_by_session'`,
    ['SQLite reports a damaged file'],
  ],
];

test('every violation that a crash could cause is found', async (t) => {
  const world = await World.start();
  t.after(() => world.stop());
  const dana = new Client(world);
  await dana.launch(await world.launchUrl(DANA));
  await dana.submit('/register', account);
  await dana.submit('/link');
  await new Client(world).launch(await world.launchUrl(SAM));
  assert.deepEqual(await violations(world.file), []);

  for (const [index, [edit, expected]] of EDITS.entries()) {
    const copy = `${world.folder}/copy-${index}.db`;
    execFileSync('sqlite3', [world.file, `.backup ${copy}`]);
    execFileSync('sqlite3', [copy, `pragma foreign_keys = off; ${edit}`]);
    const found = (await violations(copy)).map((line) => line.split(':')[0]);
    assert.deepEqual(found, expected, edit);
  }
});
