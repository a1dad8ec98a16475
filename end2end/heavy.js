// A figure, and no judgment: how long `/healthz` takes while four requests for the longest pages run all the time, beside how long it takes
// alone. The issue asks for a 99th percentile below 20 ms.   npm run heavy
import { once } from 'node:events';
import http from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { Client } from './lib/client.js';
import { INES, account } from './lib/people.js';
import { World } from './lib/processes.js';

const SECONDS = 10;
const AT_ONCE = 4;
/** The most that a page for paper shows. */
const RESIDENTS = 5_000;
const PROPERTY = 500_001;

/** Asks for the pages again and again, from a thread of its own, so that whoever measures is not held up by what they weigh. */
async function load({ app, cookie, pages }) {
  let running = true;
  parentPort.once('message', () => (running = false));
  const times = [];
  const ask = async (n) => {
    for (; running; n++) {
      const began = performance.now();
      const { status } = await new Client({ app }, { cookie }).send({ address: pages[n % pages.length] });
      if (status !== 200) throw new Error(`${pages[n % pages.length]}: ${status}`);
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => ask(n)));
  parentPort.postMessage(times);
  parentPort.close();
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

async function healthz({ app }) {
  const began = performance.now();
  const { port } = new URL(app);
  const [answer] = await once(http.get({ agent, host: '127.0.0.1', port, path: '/healthz' }), 'response');
  await once(answer.resume(), 'end');
  return performance.now() - began;
}

async function measure(world) {
  const times = [];
  for (const began = Date.now(); Date.now() - began < SECONDS * 1000; await pause(5)) times.push(await healthz(world));
  return times;
}

function figures(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1);
  return { asked: sorted.length, 'p50 ms': at(0.5), 'p99 ms': at(0.99), 'max ms': at(1) };
}

async function main() {
  const world = await World.start({ env: { RUST_LOG: 'warn' } });
  const set = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const residents = { subdomain: INES.company, property_id: PROPERTY, count: RESIDENTS };
  await fetch(`${world.sandbox}/residents`, { ...set, body: JSON.stringify(residents) });
  const client = new Client(world);
  await client.launch(await world.launchUrl(INES));
  await client.submit('/register', account);
  await client.submit('/link');
  const home = client.page.address;
  const list = await client.get(`${home}/properties?whole=1`);
  const property = list.body.match(new RegExp(`href="(/v/[^"]*/properties/${PROPERTY})"`))[1];
  const pages = [`${property}?whole=1`, `${home}/properties?whole=1`, `${property}/residents.csv`, home];
  for (const page of pages) await client.get(page);
  const alone = await measure(world);
  const worker = new Worker(new URL(import.meta.url), { workerData: { app: world.app, cookie: client.cookie, pages } });
  await pause(1_000);
  const beside = await measure(world);
  worker.postMessage('stop');
  const [heavy] = await once(worker, 'message');
  agent.destroy();
  await world.stop();
  console.table({ '/healthz alone': figures(alone), [`/healthz beside ${AT_ONCE} long pages`]: figures(beside), 'the long pages': figures(heavy) });
}

await (isMainThread ? main() : load(workerData));
