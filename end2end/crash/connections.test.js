// Kills the server while it connects, renews tokens, reads places, disconnects and receives webhooks, again and again,
// on one database file. No grant may be stored by half, a single-use token may be lost only with its answer, and no
// webhook may be stored twice (threats T39 and T40).   CRASH_ROUNDS=500 node --test connections.test.js
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../lib/client.js';
import { query, violations } from '../lib/invariants.js';
import {
  PROVIDER_ENV, approveProvider, octorateCallback, requests, syncarooCallback, update,
} from '../lib/systems-http.js';
import { World } from '../lib/world.js';

const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 50);
/** Milliseconds, at most, from the first request to SIGKILL: about as long as a round's work takes. */
const MAX_KILL_DELAY = 200;
const SETTLE_LIMIT = 20_000;
/** Syncaroo's locations, and how many are on a page. */
const [LOCATIONS, PAGE_SIZE] = [40, 10];
const FIRST_LOCATION = 10_001;
const WEBHOOKS = 3;
/** Seconds by which the systems' clock advances in a round: longer than Syncaroo's tokens live. */
const TOKEN_LIFE = 700;
const ACCOUNT = { email: 'ada@example.com', name: 'Ada', password: 'a few plain words' };
/** The token calls of each system. Their answers arrive late, so that some kills come between answer and storage. */
const TOKEN_CALLS = {
  octorate: ['/identity/token', '/identity/refresh'],
  activebuilding: ['/oauth/access_token'],
  syncaroo: ['/token'],
  rex: ['/oauth/token'],
};

const times = (count, make) => Array.from({ length: count }, (_, index) => make(index));

/** What must never be true of connections, with a query that returns the rows where it is. */
const NEVER = {
  'a connection has no token': `
    select id from connections where state <> 'closed' and (access is null or access_key is null)`,
  'a connection that can be renewed has nothing to renew it with': `
    select id from connections where state <> 'closed' and system <> 'activebuilding' and renewal is null`,
  'a closed connection has a token': `
    select id from connections where state = 'closed' and (access is not null or renewal is not null)`,
  'the number of connections differs from their audit rows': `
    select 1 as id where (select count(*) from connections where state <> 'closed') <>
      (select count(*) filter (where what = 'connected') - count(*) filter (where what = 'disconnected') from audit)`,
  'the installation has two connections': `
    select system as id from connections where account_id is null and state <> 'closed' group by 1 having count(*) > 1`,
  'a webhook is stored twice': 'select min(id) as id from provider_updates group by body_hash having count(*) > 1',
  'a connection has no job that reads it': `
    select id from connections where due_at is not null
      and id not in (select key from jobs where kind = 'connection_sync')`,
};

async function assertConsistent(file, label) {
  assert.deepEqual(await violations(file), [], label);
  for (const [what, sql] of Object.entries(NEVER)) assert.deepEqual(await query(file, sql), [], `${label}: ${what}`);
}

/** Returns the open connections with the ids of what they read. */
const connections = (file) =>
  query(file, `select id, system, state, error, token_version as version,
      (select group_concat(id) from (select id from connection_places where connection_id = c.id order by 1)) as places,
      (select group_concat(id) from (select id from connection_items where connection_id = c.id order by 1)) as items
    from connections c where state <> 'closed' order by created_at, id`);

/** Work that is not finished. Webhooks wait while Syncaroo is not connected. */
const UNFINISHED = `
  select 'closed' as what, id from connections where state = 'closed'
  union all select 'sync', id from connections where state in ('connected', 'failing')
    and (sync_phase <> 'idle' or due_at is null or due_at <= unixepoch())
  union all select 'webhook', id from provider_updates where due_at is not null
    and exists (select 1 from connections where system = 'syncaroo' and state in ('connected', 'failing'))
  union all select 'job', kind || key from jobs where claimed_until > 0
    or kind = 'connection_sync' and key <> '' and key not in (select id from connections)`;

/** What a kill interrupted. */
const INTERRUPTED = `
  select 'renewals' as step, count(*) as count from connections where lease_until > 0
  union all select 'syncs', count(*) from connections where sync_phase <> 'idle'
  union all select 'disconnections', count(*) from connections where state = 'closed'
  union all select 'webhooks', count(*) from provider_updates where tries > 0 and due_at is not null`;

async function settle({ world }, label) {
  for (const startedAt = Date.now(); ; await sleep(30)) {
    const unfinished = await query(world.file, UNFINISHED);
    if (unfinished.length === 0) return;
    const late = Date.now() - startedAt > SETTLE_LIMIT;
    assert(!late, `${label}: ${JSON.stringify(unfinished)}\n${world.server.log.slice(-2000)}`);
  }
}

/** Ends claims, leases and pauses as time would, because the server's clock can't be moved. */
const endPauses = ({ world }) => world.change(`
  update jobs set claimed_until = 0, due_at = 1;
  update connections set lease_until = 0;
  update provider_updates set due_at = 1 where due_at is not null`);

// Requests. Each resolves to a response, or to nothing if the server was killed.

const post = ({ client, home }, address, fields = {}) => client.post({ action: home + address, fields });

async function connectSyncaroo({ world }) {
  const callback = await syncarooCallback(world);
  assert.equal((await callback()).status, 200);
}

/** A webhook that posts the same body each time. Each is about another location. */
function webhook({ world, accessToken }, round, index) {
  const [place, locationId] = [FIRST_LOCATION + ((round * WEBHOOKS + index) % LOCATIONS), `${round}.${index}`];
  const apiUrl = `${world.env.SYNCAROO_API_URL}/v1/locations/${place}`;
  return { place, locationId, run: () => update(world, accessToken, { locationId, metaData: { apiUrl } }) };
}

async function start(t) {
  const world = await World.start({ systems: true, env: { TRUSTED_PROXIES: '127.0.0.0/8', ...PROVIDER_ENV } });
  t.after(() => world.stop());
  await world.systems('POST', `/sim/options?system=syncaroo&name=locations&value=${LOCATIONS}`);
  await world.systems('POST', `/sim/options?system=syncaroo&name=page-size&value=${PAGE_SIZE}`);
  await world.addAccount(ACCOUNT);
  const client = new Client(world, { from: '10.1.2.3' });
  await client.get('/login');
  await client.submit('/sign-in', ACCOUNT);
  const directory = await world.systems('GET', '/sim');
  const at = { world, client, home: client.page.address, directory };
  at.accessToken = await approveProvider(world, client);
  await connectSyncaroo(at);
  for (const connect of connectActions(at)) assert.equal((await connect.run()).status, 303);
  assert.equal((await (await octorateCallback(at.client, at.home))()).status, 200);
  await settle(at, 'setup');
  const made = await connections(world.file);
  /** What each system's connections must have read, by system. */
  at.expected = new Map(made.map(({ system, places, items }) => [system, { places, items }]));
  assert.equal(at.expected.get('syncaroo').places.split(',').length, LOCATIONS);
  /** The connections that remain, whose tokens are renewed in each round. */
  at.permanent = ['octorate', 'rex'].map((system) => made.find((one) => one.system === system).id);
  at.readsOfSync = (await requests(at.world, 'syncaroo', 'GET', '/v1/locations')).length;
  return at;
}

function connectActions(at) {
  const { users } = at.directory.activebuilding;
  const [keys] = at.directory.rex.keys;
  const connect = (system, fields) => ({
    kind: `connect ${system}`,
    run: () => post(at, `/connections/${system}/connect`, fields),
  });
  return [connect('activebuilding', users[0]), connect('rex', keys), connect('rex', keys)];
}

/** A round's requests. Every fourth round connects Syncaroo, every eighth as new; the others renew its token. */
async function makeActions(at, round) {
  const { world, permanent } = at;
  const reconnects = round % 4 === 0;
  if (!reconnects) await world.systems('POST', `/sim/clock?seconds=${TOKEN_LIFE}`);
  if (round % 8 === 0) await world.command(['syncaroo', 'disconnect']);
  const actions = connectActions(at);
  const callbacks = [['octorate', await octorateCallback(at.client, at.home)]];
  if (reconnects) callbacks.push(['syncaroo', await syncarooCallback(at.world)]);
  for (const [system, run] of callbacks) actions.push(...times(2, () => ({ kind: `callback ${system}`, run })));
  for (const { id, system } of await connections(world.file)) {
    const run = (kind) => () => post(at, `/connections/${id}/${kind}`);
    const add = (kind) => actions.push(...times(2, () => ({ kind, id, run: run(kind) })));
    if (permanent.includes(id)) add('test');
    else if (system !== 'syncaroo') add('disconnect');
  }
  const webhooks = times(WEBHOOKS, (index) => webhook(at, round, index));
  for (const { locationId, run } of [...webhooks, webhooks[0]]) actions.push({ kind: 'webhook', id: locationId, run });
  return { actions: actions.sort(() => Math.random() - 0.5), webhooks, reconnects };
}

/** Makes tokens expire, begins a sync of Syncaroo, sends all requests at once, and kills the server. */
async function runBurst({ world, permanent }, actions, reconnects) {
  for (const [system, paths] of Object.entries(TOKEN_CALLS)) {
    await world.systems('POST', `/sim/clear?system=${system}`);
    const late = (path) => world.systems('POST', `/sim/faults?system=${system}&path=${path}&fault=late&times=1000`);
    await Promise.all(paths.map(late));
  }
  const renewed = `id in ('${permanent.join("', '")}') or system = 'syncaroo' and ${reconnects ? 0 : 1}`;
  world.change(`
    update connections set token_expires_at = 1 where ${renewed};
    update connections set due_at = 1, full_wanted = 1 where system = 'syncaroo' and state = 'connected';
    update jobs set due_at = 1 where kind in ('connection_sync', 'provider_updates')`);
  const all = actions.map(async (action) => (action.response = await action.run().catch(() => undefined)));
  await sleep(Math.random() * MAX_KILL_DELAY);
  await world.killServer();
  await Promise.all(all);
}

/** The statuses that answer each kind of request. Two of each are sent, except to connect. */
const ANSWERS = { connect: [303], callback: [200, 400], test: [303], disconnect: [303, 404], webhook: [202] };

/** Every answer is stored: the connection exists, or is gone. */
async function checkAnswers({ world }, actions, label) {
  const made = await connections(world.file);
  const open = new Set(made.map(({ id }) => id));
  const updates = await query(world.file, 'select location_id as id from provider_updates');
  for (const { kind, id, response } of actions.filter(({ response }) => response)) {
    assert(ANSWERS[kind.split(' ')[0]].includes(response.status), `${label}: ${kind} was answered ${response.status}`);
    if (kind.startsWith('connect ')) {
      assert(open.has(response.headers.location.split('/').at(-1)), `${label}: ${kind} is lost`);
    }
    if (kind === 'webhook') assert(updates.some((one) => one.id === id), `${label}: a webhook is lost`);
    if (kind === 'disconnect') assert(!open.has(id), `${label}: a disconnection is lost`);
  }
  // One of Octorate's connections remains from before.
  for (const [system, before] of [['octorate', 1], ['syncaroo', 0]]) {
    const done = actions.filter(({ kind, response }) => kind === `callback ${system}` && response?.status === 200);
    assert(done.length <= 1, `${label}: a code was used twice`);
    const count = made.filter((one) => one.system === system).length;
    assert(done.length === 0 || count === before + 1, `${label}: a connection to ${system} is lost`);
  }
}

/** Checks the token of Syncaroo, which works once. Returns whether its answer was lost; then it is connected again. */
async function checkSyncaroo(at, { version: before, reconnects }, label) {
  const connection = (await connections(at.world.file)).find(({ system }) => system === 'syncaroo');
  if (reconnects) {
    assert.notEqual(connection?.state, 'needs_reconnect', `${label}: a connection was lost: ${connection?.error}`);
  } else {
    const renewals = await requests(at.world, 'syncaroo', 'POST', '/token', 'refresh_token');
    const stored = connection.version - before;
    const statuses = renewals.map(({ status }) => status);
    assert.deepEqual(statuses, stored ? [200] : [200, 400], `${label}: renewed ${statuses}, stored ${stored}`);
    const reads = stored ? [] : await requests(at.world, 'syncaroo', 'GET', '/v1/');
    assert.deepEqual(reads, [], `${label}: a token was used and then lost`);
    const state = stored ? ['connected', null] : ['needs_reconnect', 'reply_lost'];
    assert.deepEqual([connection.state, connection.error], state, label);
  }
  if (connection?.state === 'connected') return false;
  await connectSyncaroo(at);
  endPauses(at);
  await settle(at, `${label}, connected again`);
  return true;
}

/** Token calls of a round: two renewals if the first was lost; for REX, also one for each form. */
const MOST_CALLS = { '/identity/token': 1, '/identity/refresh': 2, '/oauth/token': 4 };

/** Checks that all connections work and have read exactly what there is. */
async function checkConnections(at, label) {
  const { world, expected, permanent } = at;
  const made = await connections(world.file);
  for (const { id, system } of made) {
    if (system === 'syncaroo') await world.command(['connection', 'test', id]);
    else assert.equal((await post(at, `/connections/${id}/test`)).status, 303);
  }
  const after = await connections(world.file);
  for (const { id, system, state, error, places, items } of after) {
    assert.deepEqual([state, error], ['connected', null], `${label}: ${system}`);
    assert.deepEqual({ places, items }, expected.get(system), `${label}: ${system} ${id}`);
  }
  assert(permanent.every((id) => after.some((one) => one.id === id)), label);
  for (const [path, most] of Object.entries(MOST_CALLS)) {
    const sent = (await requests(world, path.startsWith('/oauth') ? 'rex' : 'octorate', 'POST', path)).length;
    assert(sent <= most, `${label}: ${path} was called ${sent} times`);
  }
}

async function runRound(at, round, totals) {
  const { world } = at;
  const label = `round ${round}`;
  const { actions, webhooks, reconnects } = await makeActions(at, round);
  const version = (await connections(world.file)).find(({ system }) => system === 'syncaroo')?.version;
  await runBurst(at, actions, reconnects);
  await assertConsistent(world.file, `${label}, killed`);
  for (const { step, count } of await query(world.file, INTERRUPTED)) totals[step] += count;
  endPauses(at);
  await world.startServer();
  await checkAnswers(at, actions, label);
  await settle(at, label);
  const lost = await checkSyncaroo(at, { version, reconnects }, label);
  // Syncaroo repeats what was not answered.
  for (const { run } of webhooks) assert.equal((await run()).status, 202);
  await settle(at, `${label}, webhooks again`);
  const updates = await query(world.file, `select state, count(*) as rows from provider_updates group by 1`);
  assert.deepEqual(updates, [{ state: 'read', rows: round * WEBHOOKS }], label);
  const reads = await requests(world, 'syncaroo', 'GET', '/v1/locations');
  for (const { place } of webhooks) {
    assert(reads.some(({ path }) => path.endsWith(`/${place}`)), `${label}: ${place} was not read`);
  }
  // A sync continues where it was: at most one of its steps is repeated. Webhooks may be read twice.
  const most = at.readsOfSync + 1 + 2 * WEBHOOKS;
  if (!lost && !reconnects) assert(reads.length <= most, `${label}: ${reads.length} reads instead of ${most}`);
  await checkConnections(at, label);
  await assertConsistent(world.file, label);
  assert.doesNotMatch(world.server.log, / ERROR /, label);
  for (const { response } of actions) totals[response ? 'answered' : 'unanswered'] += 1;
  totals.lost += lost && !reconnects ? 1 : 0;
}

const timeout = 60_000 + ROUNDS * 10_000;

test(`kill -9 leaves no connection half made, renewed, read or deleted, ${ROUNDS} times`, { timeout }, async (t) => {
  const at = await start(t);
  const names = ['answered', 'unanswered', 'lost', 'renewals', 'syncs', 'disconnections', 'webhooks'];
  const totals = Object.fromEntries(names.map((name) => [name, 0]));
  for (let round = 1; round <= ROUNDS; round++) await runRound(at, round, totals);
  const { answered, unanswered, lost, ...interrupted } = totals;
  const answers = `${answered} requests answered, ${unanswered} not`;
  t.diagnostic(`${ROUNDS} rounds, ${answers}; the answer with a single-use token was lost ${lost} times`);
  t.diagnostic(`interrupted: ${Object.entries(interrupted).map(([step, count]) => `${count} ${step}`).join(', ')}`);
});
