// Sends many requests at once from a worker thread, so that sending them does not slow down what is measured meanwhile.
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { Client } from './client.js';

/** Sends all `requests` (`{ address, method, fields, from }`). Returns each response's status, Retry-After and
 * duration in milliseconds. */
export async function flood({ app }, requests) {
  const worker = new Worker(new URL(import.meta.url), { workerData: { app, requests } });
  const [responses] = await once(worker, 'message');
  return responses;
}

if (!isMainThread) {
  const send = async ({ from, ...request }) => {
    const startedAt = performance.now();
    const failed = ({ code }) => ({ status: code, headers: {} });
    const page = await new Client(workerData, { from }).send(request).catch(failed);
    const ms = performance.now() - startedAt;
    return { status: page.status, retryAfter: page.headers['retry-after'], ms };
  };
  parentPort.postMessage(await Promise.all(workerData.requests.map(send)));
}
