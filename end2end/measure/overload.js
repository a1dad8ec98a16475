// Measures what a flood of passwords and a failing Entrata cost other users, how much memory the server takes, and how
// many guesses at one account are checked (threats T15, T16 and T27). Asserts nothing.   npm run pressure
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../lib/client.js';
import { flood } from '../lib/flood.js';
import { DANA, account } from '../lib/people.js';
import { percentiles } from '../lib/statistics.js';
import { World } from '../lib/world.js';

const WAVES = 3;
const WAVE_SIZE = 1000;
/** Requests of each kind sent per second while something else is measured. */
const RATE = 50;
/** Kibibytes of memory that one password check needs (Argon2id). */
const CHECK_MEMORY = 19 * 1024;

const range = (count) => Array.from({ length: count }, (_, index) => index);
const ipAddress = (number) => `10.${(number >> 8) & 255}.${number & 255}.7`;
const mebibytes = (kibibytes) => Number((kibibytes / 1024).toFixed(1));

/** Counts responses by status, for example `{401:102,503:898}`. */
const countByStatus = (responses) => {
  const counts = {};
  for (const { status } of responses) counts[status] = (counts[status] ?? 0) + 1;
  return JSON.stringify(counts).replaceAll('"', '');
};

const figures = (responses) => {
  const at = percentiles(responses.map(({ ms }) => ms));
  return { responses: countByStatus(responses), p50: at(0.5), p99: at(0.99), max: at(1) };
};

const retryAfterOf = (responses, wanted) => {
  const limited = responses.filter(({ status }) => status === wanted);
  return [...new Set(limited.map(({ retryAfter }) => retryAfter))].join(', ') || 'none';
};

/** Returns the server's resident memory in kibibytes: now, and its peak since `resetPeakMemory`. */
function memory(world) {
  const status = readFileSync(`/proc/${world.server.child.pid}/status`, 'utf8');
  const valueOf = (name) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'))[1]);
  return { now: valueOf('VmRSS'), peak: valueOf('VmHWM') };
}
const resetPeakMemory = (world) => writeFileSync(`/proc/${world.server.child.pid}/clear_refs`, '5');

/** Sends requests of each kind at `RATE` while `work` runs. Returns the result of `work` and the figures of each
 * kind. */
async function measureDuring(kinds, work) {
  const responses = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []]));
  const pending = [];
  const send = async (kind) => {
    const startedAt = performance.now();
    const { status } = await kinds[kind]().catch(({ code }) => ({ status: code }));
    responses[kind].push({ status, ms: performance.now() - startedAt });
  };
  const timer = setInterval(() => pending.push(...Object.keys(kinds).map(send)), 1000 / RATE);
  const result = await work();
  clearInterval(timer);
  await Promise.all(pending);
  return [result, Object.fromEntries(Object.entries(responses).map(([kind, list]) => [kind, figures(list)]))];
}

const world = await World.start({ env: { TRUSTED_PROXIES: '127.0.0.0/8', RUST_LOG: 'warn' } });
const dana = new Client(world, { from: '192.0.2.1' });
await dana.launch(await world.launchUrl(DANA));
await dana.submit('/register', account);
await dana.submit('/link');
const home = dana.page.address;

/** Returns addresses of launches with unused codes. */
async function launchAddresses(count) {
  const addresses = [];
  while (addresses.length < count) addresses.push((await world.launchUrl(DANA)).slice(world.app.length));
  return addresses;
}
let unused = await launchAddresses(100);
const [spent] = await launchAddresses(1);
await new Client(world).send({ address: spent });

const requestHealthz = () => new Client(world).send({ address: '/healthz' });
const requestHome = () => dana.send({ address: home });
const requestLaunch = () =>
  new Client(world, { from: '192.0.2.2' }).send({ address: unused.pop() ?? '/no-code-left' });
const signIn = (email, from) => {
  const fields = { email, password: 'not this one' };
  return { method: 'POST', address: '/sign-in', site: 'same-origin', from, fields };
};
const others = { '/healthz': requestHealthz, home: requestHome, launch: requestLaunch };

// Without other load.
const [, withoutLoad] = await measureDuring(others, () => sleep(1000));
console.log(`\n${RATE} per second of each, without other load: milliseconds`);
console.table(withoutLoad);

/** Sends a wave of similar requests at once, several times. */
async function sendWaves(makeRequest) {
  const responses = [];
  for (const wave of range(WAVES)) {
    responses.push(...(await flood(world, range(WAVE_SIZE).map((n) => makeRequest(wave * WAVE_SIZE + n)))));
  }
  return responses;
}

/** Returns the result of `work`, and the server's memory before it, at its peak, and after it. */
async function measureMemory(work) {
  resetPeakMemory(world);
  const before = memory(world).now;
  const result = await work();
  const { now, peak } = memory(world);
  const limit = (before + availableParallelism() * CHECK_MEMORY) * 1.2;
  const mib = { before: mebibytes(before), peak: mebibytes(peak), after: mebibytes(now), limit: mebibytes(limit) };
  return [result, mib];
}

// A wave of pages shows what the connections alone take, then a wave of passwords.
const requestLogin = (n) => ({ address: '/login', from: ipAddress(n) });
const [, pagesMemory] = await measureMemory(() => sendWaves(requestLogin));
unused = await launchAddresses(2000);
const sendSignIns = () => sendWaves((n) => signIn(`nobody-${n}@example.com`, ipAddress(n)));
const [[signIns, besideSignIns], passwordsMemory] = await measureMemory(() => measureDuring(others, sendSignIns));
console.log(`\n${WAVE_SIZE} sign-ins at once, ${WAVES} times, and ${RATE} per second of each other kind: milliseconds`);
console.table({ 'sign-in': figures(signIns), ...besideSignIns });
console.log(`Retry-After with 503: ${retryAfterOf(signIns, 503)}`);
console.log('\nthe server’s memory, MiB (limit: before + 19 for each core, plus a fifth)');
console.table({ [`${WAVE_SIZE} pages at once`]: pagesMemory, [`${WAVE_SIZE} passwords at once`]: passwordsMemory });

/** Clears faults and waits until launches work: after failures the circuit breaker stays open for some seconds. */
async function waitForRecovery() {
  await world.clearFaults();
  for (;;) {
    const [address] = await launchAddresses(1);
    if ((await new Client(world).send({ address })).status === 200) return;
    await sleep(500);
  }
}

// Entrata fails for half of the launches, then for all of them.
const rows = {};
const addRows = (fault, launches, otherKinds) => {
  rows[`${fault}: 200 launches`] = figures(launches);
  for (const [kind, kindFigures] of Object.entries(otherKinds)) rows[`${fault}: ${kind}`] = kindFigures;
};
const sendLaunches = () => flood(world, unused.map((address, n) => ({ address, from: ipAddress(n) })));
const requestSpentCode = () => new Client(world).send({ address: spent });
for (const fault of ['connection-dropped', 'slow-20s', 'huge-body']) {
  unused = await launchAddresses(200);
  await world.setFault(fault, 'token', 100);
  const kinds = { '/healthz': requestHealthz, home: requestHome, 'a spent code': requestSpentCode };
  addRows(fault, ...(await measureDuring(kinds, sendLaunches)));
  await waitForRecovery();
}
unused = await launchAddresses(200);
world.relay.disconnect();
addRows('unreachable', ...(await measureDuring({ '/healthz': requestHealthz, home: requestHome }, sendLaunches)));
await world.relay.reconnect();
await waitForRecovery();
console.log('\nEntrata failing for every other launch, and unreachable for all: milliseconds');
console.table(rows);

// Guesses at one account, from many addresses.
const guesses = await flood(world, range(200).map((n) => signIn(account.email, ipAddress(n))));
console.log(`\n200 wrong passwords at once for one email: ${countByStatus(guesses)}`);
console.log(`Retry-After with 429: ${retryAfterOf(guesses, 429)}`);
await world.stop();
