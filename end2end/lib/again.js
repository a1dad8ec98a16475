// A browser loses a click, a key or an answer now and then, and draws later than whoever looks, most of all where its tabs share two cores
// with a second browser. What fails is told once more, in a new world, and the output says so; what fails twice has failed. Rules that chance
// could hide are not held by this: races are run in process, a thousand times.
import { setTimeout as pause } from 'node:timers/promises';

/** A file in which more than this goes wrong has something else the matter with it. */
let left = 2;

/** Whether it may be told again; taken up by who asks. */
export const again = () => left-- > 0;

/** What `step` gives, if it does so in time: a key that a browser never acknowledges has no time-out of its own. */
export async function within(ms, step) {
  const inTime = new AbortController();
  const late = pause(ms, null, { signal: inTime.signal }).then(() => {
    throw new Error(`not done after ${ms} ms`);
  });
  try {
    return await Promise.race([step(), late]);
  } finally {
    inTime.abort();
    late.catch(() => {});
  }
}
