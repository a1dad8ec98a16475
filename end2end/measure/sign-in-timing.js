// Measures whether response times reveal which emails have an account (threat T14): Welch's t of sign-ins with known
// and unknown emails, taken in turns. Leakage tests in cryptography ask for |t| below 4.5. Asserts nothing.
// npm run timing
import { performance } from 'node:perf_hooks';
import { Client } from '../lib/client.js';
import { median } from '../lib/statistics.js';
import { World } from '../lib/world.js';

const PAIRS = 500;
const WARM_UP = 20;

const world = await World.start({ env: { TRUSTED_PROXIES: '127.0.0.0/8', RUST_LOG: 'warn' } });
const email = (kind, number) => `${kind}-${number}@acme.example`;
// Five failed sign-ins have no waiting time, so each email is used five times at most.
const accounts = Math.ceil((PAIRS + WARM_UP) / 4);
for (let number = 0; number < accounts; number++) {
  await world.addAccount({ name: 'Somebody', email: email('known', number), password: 'a quiet gravel path' });
}

async function timeSignIn(kind, number) {
  const from = `10.${number >> 8}.${number & 255}.${kind === 'known' ? 1 : 2}`;
  const fields = { email: email(kind, number % accounts), password: 'not this one' };
  const startedAt = performance.now();
  const request = { method: 'POST', address: '/sign-in', site: 'same-origin', fields };
  const { status } = await new Client(world, { from }).send(request);
  if (status !== 401) throw new Error(`${kind} ${number}: ${status}`);
  return performance.now() - startedAt;
}

const times = { known: [], unknown: [] };
for (let number = 0; number < PAIRS + WARM_UP; number++) {
  // Each kind goes first equally often.
  for (const kind of number % 2 ? ['known', 'unknown'] : ['unknown', 'known']) {
    const ms = await timeSignIn(kind, number);
    if (number >= WARM_UP) times[kind].push(ms);
  }
}
await world.stop();

const mean = (list) => list.reduce((sum, ms) => sum + ms, 0) / list.length;
const variance = (list) => list.reduce((sum, ms) => sum + (ms - mean(list)) ** 2, 0) / (list.length - 1);
const figures = (list) => ({
  sent: list.length,
  'mean ms': mean(list).toFixed(3),
  'median ms': median(list).toFixed(3),
  'deviation ms': Math.sqrt(variance(list)).toFixed(3),
});
const { known, unknown } = times;
const standardError = Math.sqrt(variance(known) / known.length + variance(unknown) / unknown.length);
console.table({ known: figures(known), unknown: figures(unknown) });
console.log(`t = ${((mean(known) - mean(unknown)) / standardError).toFixed(2)} (goal: |t| below 4.5)`);
