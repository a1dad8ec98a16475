// The ledger finds what it is there to find: by hand, each thing that a crash must not leave is left in a copy of a database that is well.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { Client } from './lib/client.js';
import { wrongs } from './lib/ledger.js';
import { DANA, SAM, account } from './lib/people.js';
import { World } from './lib/processes.js';

const NOT_AS_OFTEN = 'an identity is not linked as often as its audit says';
const PENDING = `insert into unconfirmed_links (hash, ticket, ticket_key, visit_id, session_id, identity_id, account_id, expires_at)
  select randomblob(32), randomblob(32), 'k1', id, session_id, identity_id, (select id from accounts), 1 from visits`;

/** What a hand does to the file, and what is found then; Dana is linked, Sam is held. */
const LEFT = [
  [`delete from audit where what = 'linked'`, [NOT_AS_OFTEN, 'a link leads elsewhere than its audit says', 'somebody came in, and the audit does not tell']],
  [`delete from links`, [NOT_AS_OFTEN, 'a visit acts for an account that its identity does not lead to']],
  [
    `insert into links select identity_id, (select id from accounts), 1 from visits where account_id is null`,
    [NOT_AS_OFTEN, 'a link leads elsewhere than its audit says', 'a visit is held though its identity is linked'],
  ],
  [`${PENDING} where account_id is not null`, ['a pending link stands beside its link', 'a pending link belongs to a visit that is over']],
  [`update identities set token_key = ''`, ['a linked identity has no token']],
  [`delete from launch_codes`, ['a launch left a visit, and its code is not known as spent']],
  [`delete from companies`, ['a row refers to nothing']],
  [
    `pragma writable_schema = on; update sqlite_schema set rootpage = (select rootpage from sqlite_schema where name = 'links_by_account')
     where name = 'visits_by_session'`,
    ['SQLite finds the file damaged'],
  ],
];

test('whatever a crash must not leave behind is found where a hand leaves it', async (t) => {
  const world = await World.start();
  t.after(() => world.stop());
  const dana = new Client(world);
  await dana.launch(await world.launchUrl(DANA));
  await dana.submit('/register', account);
  await dana.submit('/link');
  await new Client(world).launch(await world.launchUrl(SAM));
  assert.deepEqual(await wrongs(world.file), []);

  for (const [turn, [edit, found]] of LEFT.entries()) {
    const copy = `${world.folder}/copy-${turn}.db`;
    execFileSync('sqlite3', [world.file, `.backup ${copy}`]);
    execFileSync('sqlite3', [copy, `pragma foreign_keys = off; ${edit}`]);
    const names = (await wrongs(copy)).map((line) => line.split(':')[0]);
    assert.deepEqual(names, found, edit);
  }
});
