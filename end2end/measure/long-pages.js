// Measures /healthz while four clients request the longest pages without a pause, and without them. Asserts nothing;
// the goal is a 99th percentile below 20 ms.   npm run heavy
import { once } from 'node:events';
import http from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { Client } from '../lib/client.js';
import { INES, account } from '../lib/people.js';
import { percentiles } from '../lib/statistics.js';
import { World } from '../lib/world.js';

const SECONDS = 10;
const CLIENTS = 4;
/** The longest list that is shown on one page. */
const RESIDENTS = 5_000;
const PROPERTY = 500_001;

/** Requests the pages until a message arrives. Runs in a worker thread, so that receiving long pages does not slow down
 * the measurement. */
async function requestPages({ app, cookie, pages }) {
  let isRunning = true;
  parentPort.once('message', () => (isRunning = false));
  const times = [];
  const requestRepeatedly = async (index) => {
    for (; isRunning; index++) {
      const address = pages[index % pages.length];
      const startedAt = performance.now();
      const { status } = await new Client({ app }, { cookie }).send({ address });
      if (status !== 200) throw new Error(`${address}: ${status}`);
      times.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, index) => requestRepeatedly(index)));
  parentPort.postMessage(times);
  parentPort.close();
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

async function timeHealthz({ app }) {
  const startedAt = performance.now();
  const { port } = new URL(app);
  const [response] = await once(http.get({ agent, host: '127.0.0.1', port, path: '/healthz' }), 'response');
  await once(response.resume(), 'end');
  return performance.now() - startedAt;
}

async function measure(world) {
  const times = [];
  for (const startedAt = Date.now(); Date.now() - startedAt < SECONDS * 1000; await sleep(5)) {
    times.push(await timeHealthz(world));
  }
  return times;
}

function figures(times) {
  const at = percentiles(times);
  return { requests: times.length, 'p50 ms': at(0.5), 'p99 ms': at(0.99), 'max ms': at(1) };
}

async function main() {
  const world = await World.start({ env: { RUST_LOG: 'warn' } });
  await world.setResidents(INES, PROPERTY, RESIDENTS);
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
  await sleep(1_000);
  const underLoad = await measure(world);
  worker.postMessage('stop');
  const [pageTimes] = await once(worker, 'message');
  agent.destroy();
  await world.stop();
  console.table({
    '/healthz alone': figures(alone),
    [`/healthz with ${CLIENTS} clients loading long pages`]: figures(underLoad),
    'the long pages': figures(pageTimes),
  });
}

await (isMainThread ? main() : requestPages(workerData));
