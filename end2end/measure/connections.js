// Measures a sync of 100,000 places from each of two systems, and the server's CPU time for a webhook beside /healthz.
// Asserts nothing.   PLACES=10000 npm run connections
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../lib/client.js';
import { query } from '../lib/invariants.js';
import { account } from '../lib/people.js';
import { PROVIDER_ENV, approveProvider, octorateCallback, syncarooCallback } from '../lib/systems-http.js';
import { World } from '../lib/world.js';

const PLACES = Number(process.env.PLACES ?? 100_000);
/** Seconds for which the second part of a sync is measured, where each place costs a request. */
const ITEMS_SECONDS = 15;
const WEBHOOKS = 3_000;
/** The system's clock ticks, in which /proc counts CPU time. */
const TICKS_PER_SECOND = 100;
const FIRST_IDS = { octorate: '1000000', syncaroo: '10001' };

const statusOf = (world, file) => readFileSync(`/proc/${world.server.child.pid}/${file}`, 'utf8');
const memory = (world, name) => {
  const [, kibibytes] = statusOf(world, 'status').match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'));
  return Number(kibibytes) / 1024;
};
const cpuSeconds = (world) => {
  const [user, system] = statusOf(world, 'stat').split(') ')[1].split(' ').slice(11, 13).map(Number);
  return (user + system) / TICKS_PER_SECOND;
};
const rounded = (value, digits = 1) => Number(value.toFixed(digits));

async function stateOf(world, system) {
  const [row] = await query(
    world.file,
    `select id, sync_phase as phase, sync_rows as rows, sync_page as page from connections where system = '${system}'`,
  );
  return row;
}

/** Waits until the list of places has been read and measures it, and then the items for a while. */
async function measureSync(world, client, system, startedAt) {
  const cpu = cpuSeconds(world);
  let [shown, state] = [undefined, undefined];
  while ((state = await stateOf(world, system))?.phase !== 'items') {
    if (system === 'octorate' && state && !shown) {
      const page = await client.send({ address: `${client.home}/connections/${state.id}`, site: 'same-origin' });
      if (page.body.includes(`>${FIRST_IDS[system]}<`)) shown = performance.now() - startedAt;
    }
    await sleep(shown || system !== 'octorate' ? 100 : 5);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const [placesCpu, peak] = [cpuSeconds(world) - cpu, memory(world, 'VmHWM')];
  const before = await stateOf(world, system);
  await sleep(ITEMS_SECONDS * 1_000);
  const after = await stateOf(world, system);
  return {
    system,
    'first row ms': shown && rounded(shown),
    'places s': rounded(seconds),
    'places/s': Math.round(PLACES / seconds),
    'CPU ms per 1000 places': rounded((placesCpu * 1e6) / PLACES),
    'item lists/s': rounded((after.page - before.page) / ITEMS_SECONDS),
    'peak MiB, places': rounded(peak),
    'peak MiB, with items': rounded(memory(world, 'VmHWM')),
  };
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function send(world, { method = 'GET', path, headers, body }) {
  return new Promise((resolve, reject) => {
    const { port } = new URL(world.app);
    const request = http.request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    request.on('error', reject).end(body);
  });
}

/** Sends requests one after another. Returns the server's CPU time for each in milliseconds, until it is idle. */
async function cpuOf(world, kind, count, make) {
  const [statuses, cpu, startedAt] = [new Map(), cpuSeconds(world), performance.now()];
  for (let index = 0; index < count; index++) {
    const status = await send(world, make(index));
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  const ms = (performance.now() - startedAt) / count;
  const waiting = () => query(world.file, 'select 1 from provider_updates where due_at is not null limit 1');
  while ((await waiting()).length > 0) await sleep(200);
  const perRequest = ((cpuSeconds(world) - cpu) * 1_000) / count;
  const answers = [...statuses].map(([status, times]) => `${status}: ${times}`).join(', ');
  return { kind, answers, 'ms each': rounded(ms, 2), 'CPU ms each': rounded(perRequest, 2) };
}

async function measureWebhooks(world, accessToken) {
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
  const apiUrl = `${world.env.SYNCAROO_API_URL}/v1/locations/${FIRST_IDS.syncaroo}`;
  const webhook = (metaData, prefix) => (index) => {
    const body = JSON.stringify({ connectionId: 99, webhookType: 'update', locationId: `${prefix}${index}`, metaData });
    return { method: 'POST', path: '/api/update', headers, body };
  };
  const kinds = [
    ['healthz', WEBHOOKS, () => ({ path: '/healthz' })],
    ['webhook, stored', WEBHOOKS, webhook({}, 'a')],
    ['webhook, repeated', WEBHOOKS, () => webhook({}, 'a')(0)],
    ['webhook, stored and read', 900, webhook({ apiUrl }, 'b')],
  ];
  const rows = [];
  for (const [kind, count, make] of kinds) rows.push(await cpuOf(world, kind, count, make));
  return rows;
}

async function main() {
  const world = await World.start({ systems: true, env: { RUST_LOG: 'warn', ...PROVIDER_ENV } });
  const client = new Client(world);
  await world.addAccount(account);
  await client.get('/login');
  await client.submit('/sign-in', account);
  client.home = client.page.address;
  const accessToken = await approveProvider(world, client);
  // Before the long syncs, which would take CPU time meanwhile.
  await (await syncarooCallback(world))();
  await sleep(3_000);
  console.table(await measureWebhooks(world, accessToken));
  await world.command(['syncaroo', 'disconnect']);
  await world.systems('POST', `/sim/options?system=syncaroo&name=locations&value=${PLACES}`);
  await world.systems('POST', `/sim/options?system=octorate&name=accommodations&value=${PLACES}`);
  const rows = [];
  for (const system of ['syncaroo', 'octorate']) {
    await world.restartServer();
    const isSyncaroo = system === 'syncaroo';
    const callback = await (isSyncaroo ? syncarooCallback(world) : octorateCallback(client, client.home));
    writeFileSync(`/proc/${world.server.child.pid}/clear_refs`, '5');
    const [startedAt, idle] = [performance.now(), rounded(memory(world, 'VmRSS'))];
    await callback();
    rows.push({ ...(await measureSync(world, client, system, startedAt)), 'idle MiB': idle });
    const { id } = await stateOf(world, system);
    await world.command(isSyncaroo ? ['syncaroo', 'disconnect'] : ['connection', 'remove', id]);
  }
  console.table(rows);
  agent.destroy();
  await world.stop();
}

await main();
