// Figures, and no judgement: what a flood of passwords and a sick Entrata cost whoever else comes at that moment, how much memory the
// server takes, and how many guesses at one account are looked at (threats T15, T16 and T27).   npm run pressure
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from './lib/client.js';
import { flood } from './lib/flood.js';
import { DANA, account } from './lib/people.js';
import { World } from './lib/processes.js';

const WAVES = 3;
const AT_ONCE = 1000;
const PER_SECOND = 50;
/** A check's working memory: Argon2id's 19 MiB. */
const CHECK = 19 * 1024;

const range = (count) => Array.from({ length: count }, (_, index) => index);
const address = (number) => `10.${(number >> 8) & 255}.${number & 255}.7`;
const megabytes = (kibibytes) => Number((kibibytes / 1024).toFixed(1));

/** `{ 401: 102, 503: 898 }` */
const byStatus = (answers) => {
  const counts = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return JSON.stringify(counts).replaceAll('"', '');
};

const percentiles = (answers) => {
  const sorted = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (part) => Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]?.toFixed(1));
  return { answers: byStatus(answers), p50: at(0.5), p99: at(0.99), max: at(1) };
};

/** Kibibytes of the server that are in memory now, and the most there were since `forgetPeak`. */
function memory(world) {
  const status = readFileSync(`/proc/${world.server.child.pid}/status`, 'utf8');
  const of = (name) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'))[1]);
  return { now: of('VmRSS'), peak: of('VmHWM') };
}
const forgetPeak = (world) => writeFileSync(`/proc/${world.server.child.pid}/clear_refs`, '5');

/** While `work` is going on, each of `kinds` is asked for so many times a second; what each took. */
async function beside(kinds, work) {
  const seen = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []]));
  let open = [];
  const ask = async (kind) => {
    const began = performance.now();
    const { status } = await kinds[kind]().catch(({ code }) => ({ status: code }));
    seen[kind].push({ status, ms: performance.now() - began });
  };
  const tick = setInterval(() => open.push(...Object.keys(kinds).map(ask)), 1000 / PER_SECOND);
  const result = await work();
  clearInterval(tick);
  await Promise.all(open);
  return [result, Object.fromEntries(Object.entries(seen).map(([kind, answers]) => [kind, percentiles(answers)]))];
}

const world = await World.start({ env: { TRUSTED_PROXIES: '127.0.0.0/8', RUST_LOG: 'warn' } });
const dana = new Client(world, { from: '192.0.2.1' });
await dana.launch(await world.launchUrl(DANA));
await dana.submit('/register', account);
await dana.submit('/link');
const home = dana.page.address;

/** The addresses of launches that are still to be made. */
async function codes(count) {
  const urls = [];
  while (urls.length < count) urls.push((await world.launchUrl(DANA)).slice(world.app.length));
  return urls;
}
let unused = await codes(100);
const [spent] = await codes(1);
await new Client(world).send({ address: spent });

const health = () => new Client(world).send({ address: '/healthz' });
const page = () => dana.send({ address: home });
const launch = () => new Client(world, { from: '192.0.2.2' }).send({ address: unused.pop() ?? '/no-code-left' });
const signIn = (email, from) => ({ method: 'POST', address: '/sign-in', site: 'same-origin', from, fields: { email, password: 'not this one' } });

// Nobody else is there.
const quiet = await beside({ '/healthz': health, home: page, launch }, () => pause(1000));
console.log(`\n${PER_SECOND} a second of each, nothing else: milliseconds`);
console.table(quiet[1]);

/** A thousand of the same at once, a few times. */
async function waves(make) {
  const answers = [];
  for (const wave of range(WAVES)) answers.push(...(await flood(world, range(AT_ONCE).map((n) => make(wave * AT_ONCE + n)))));
  return answers;
}

/** The server's memory before some work, at its peak, and after it. */
async function weighed(work) {
  forgetPeak(world);
  const before = memory(world).now;
  const result = await work();
  const { now, peak } = memory(world);
  const bound = (before + availableParallelism() * CHECK) * 1.2;
  return [result, { before: megabytes(before), peak: megabytes(peak), after: megabytes(now), bound: megabytes(bound) }];
}

// A thousand pages at once, for what the connections alone take, and a thousand passwords at once.
const [, connections] = await weighed(() => waves((n) => ({ address: '/login', from: address(n) })));
unused = await codes(2000);
const [[checked, others], passwords] = await weighed(() =>
  beside({ '/healthz': health, home: page, launch }, () => waves((n) => signIn(`nobody-${n}@example.com`, address(n)))),
);
console.log(`\n${AT_ONCE} sign-ins at once, ${WAVES} times, ${PER_SECOND} a second of each of the others beside them: milliseconds`);
console.table({ 'sign-in': percentiles(checked), ...others });
const waits = checked.filter(({ status }) => status === 503).map(({ retryAfter }) => retryAfter);
console.log(`Retry-After with 503: ${[...new Set(waits)].join(', ')}`);
console.log('\nthe server’s memory, MiB (bound: before + 19 for each core, and a fifth)');
console.table({ [`${AT_ONCE} pages at once`]: connections, [`${AT_ONCE} passwords at once`]: passwords });

/** Entrata is well, and the server knows it: after failures it leaves it alone for some seconds. */
async function well() {
  await world.allWell();
  for (;;) {
    const [code] = await codes(1);
    if ((await new Client(world).send({ address: code })).status === 200) return;
    await pause(500);
  }
}

// Entrata is sick for one half of the launches.
const rows = {};
for (const fault of ['connection-dropped', 'slow-20s', 'huge-body']) {
  unused = await codes(200);
  await world.fault(fault, 'token', 100);
  const requests = unused.map((code, n) => ({ address: code, from: address(n) }));
  const kinds = { '/healthz': health, home: page, 'a spent code': () => new Client(world).send({ address: spent }) };
  const [launched, rest] = await beside(kinds, () => flood(world, requests));
  rows[`${fault}: 200 launches`] = percentiles(launched);
  for (const [kind, figures] of Object.entries(rest)) rows[`${fault}: ${kind}`] = figures;
  await well();
}
unused = await codes(200);
world.line.cut();
const [refused, rest] = await beside({ '/healthz': health, home: page }, () => flood(world, unused.map((code, n) => ({ address: code, from: address(n) }))));
await world.line.mend();
await well();
rows['unreachable: 200 launches'] = percentiles(refused);
for (const [kind, figures] of Object.entries(rest)) rows[`unreachable: ${kind}`] = figures;
console.log('\nEntrata sick for every other launch, and gone for all: milliseconds');
console.table(rows);

// Guesses at one account, from everywhere.
const guesses = await flood(world, range(200).map((n) => signIn(account.email, address(n))));
const told = [...new Set(guesses.filter(({ status }) => status === 429).map(({ retryAfter }) => retryAfter))];
console.log(`\n200 wrong passwords at once for one e-mail: ${byStatus(guesses)}, Retry-After with 429: ${told.join(', ') || 'none'}`);
await world.stop();
