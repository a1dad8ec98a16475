// A browser loses a click, a key or an answer now and then, most of all where its tabs share two cores with a second browser. Whatever
// fails for that alone is told once more, in a new world, and the output says so. What is asserted is never asserted twice.
import { AssertionError } from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

/** A file in which more than this goes wrong has something else the matter with it. */
let left = 2;

/** Whether it is the browsers' failure alone; taken up by who asks. */
export function again(failures) {
  return failures.every((error) => !(error instanceof AssertionError)) && left-- > 0;
}

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
