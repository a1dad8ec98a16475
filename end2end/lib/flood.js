// Many requests at once, from a thread of their own, so that whoever measures beside them is not held up by sending them.
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { Client } from './client.js';

/** Sends all `requests` (`{ address, method, fields, from }`): of each answer its status, Retry-After, and how many milliseconds it took. */
export async function flood({ app }, requests) {
  const worker = new Worker(new URL(import.meta.url), { workerData: { app, requests } });
  const [answers] = await once(worker, 'message');
  return answers;
}

if (!isMainThread) {
  const send = async ({ from, ...request }) => {
    const began = performance.now();
    const page = await new Client(workerData, { from }).send(request).catch(({ code }) => ({ status: code, headers: {} }));
    return { status: page.status, retryAfter: page.headers['retry-after'], ms: performance.now() - began };
  };
  parentPort.postMessage(await Promise.all(workerData.requests.map(send)));
}
