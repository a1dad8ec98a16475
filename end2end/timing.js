// A figure, and no judgement: whether the time of an answer tells an e-mail that has an account from one that has none (threat T14).
// Welch's t over sign-ins of both kinds, taken in turns; |t| below 4.5 is what the leakage tests of cryptography ask for.   npm run timing
import { performance } from 'node:perf_hooks';
import { Client } from './lib/client.js';
import { World } from './lib/processes.js';

const PAIRS = 500;
const WARM = 20;

const world = await World.start({ env: { TRUSTED_PROXIES: '127.0.0.0/8', RUST_LOG: 'warn' } });
const email = (kind, n) => `${kind}-${n}@acme.example`;
// Five attempts are free, so an account is asked for five times at the most.
const accounts = Math.ceil((PAIRS + WARM) / 4);
for (let n = 0; n < accounts; n++) await world.addAccount({ name: 'Somebody', email: email('known', n), password: 'a quiet gravel path' });

async function took(kind, n) {
  const client = new Client(world, { from: `10.${n >> 8}.${n & 255}.${kind === 'known' ? 1 : 2}` });
  const began = performance.now();
  const { status } = await client.send({
    method: 'POST', address: '/sign-in', site: 'same-origin', fields: { email: email(kind, n % accounts), password: 'not this one' },
  });
  if (status !== 401) throw new Error(`${kind} ${n}: ${status}`);
  return performance.now() - began;
}

const times = { known: [], unknown: [] };
for (let n = 0; n < PAIRS + WARM; n++) {
  // In turns, and each kind first as often as the other.
  for (const kind of n % 2 ? ['known', 'unknown'] : ['unknown', 'known']) {
    const ms = await took(kind, n);
    if (n >= WARM) times[kind].push(ms);
  }
}
await world.stop();

const mean = (list) => list.reduce((sum, ms) => sum + ms, 0) / list.length;
const variance = (list) => list.reduce((sum, ms) => sum + (ms - mean(list)) ** 2, 0) / (list.length - 1);
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const { known, unknown } = times;
const t = (mean(known) - mean(unknown)) / Math.sqrt(variance(known) / known.length + variance(unknown) / unknown.length);
console.table(Object.fromEntries(Object.entries(times).map(([kind, list]) => [kind, {
  sent: list.length, 'mean ms': mean(list).toFixed(3), 'median ms': median(list).toFixed(3), 'deviation ms': Math.sqrt(variance(list)).toFixed(3),
}])));
console.log(`t = ${t.toFixed(2)} (aim: below 4.5 either way)`);
