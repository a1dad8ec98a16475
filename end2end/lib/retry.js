// One retry for browser tests. A browser sometimes loses a click, a key press or a response, or paints late, mostly
// when several browsers share two cores. A failed test runs once more with a new server and a new browser, and the
// output says so. A second failure counts. Race conditions have in-process tests, which run them a thousand times.
import { setTimeout as sleep } from 'node:timers/promises';

/** Retries left in this process. A test file that fails more often has a real problem. */
let retriesLeft = 2;

/** Takes a retry if one is left. Returns whether there was one. */
export const takeRetry = () => retriesLeft-- > 0;

/** Runs `step` and rejects if it takes longer than `ms`. Needed because a key press that the browser never acknowledges
 * has no timeout of its own. */
export async function withTimeout(ms, step) {
  const controller = new AbortController();
  const timeout = sleep(ms, null, { signal: controller.signal }).then(() => {
    throw new Error(`not done after ${ms} ms`);
  });
  try {
    return await Promise.race([step(), timeout]);
  } finally {
    controller.abort();
    timeout.catch(() => {});
  }
}
