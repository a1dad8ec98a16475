// A test is a story: its name is a sentence of the requirement, it has a world and a browser of its own, and it fails on anything that
// nobody meant to happen, be it in the console, in the server's log, or at the end of a process.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { again, within } from './again.js';
import { Browser } from './browser.js';
import { World } from './processes.js';
import { Shell } from './shell.js';

/** Telling takes as long as `options.timeout` allows; starting and ending its world is not counted, so each telling gets this more. */
const AROUND = 60_000;

/**
 * `options` are those of `World.start` and `Browser.open`, and `timeout` in milliseconds. The story is told with
 * `{ world, browser, page, shell, another }`; `another` opens one more browser.
 */
export function story(name, { timeout = 60_000, ...options }, tell) {
  test(name, { timeout: 2 * (timeout + AROUND) }, async (t) => {
    let failures = await once(t, timeout, options, tell);
    if (failures.length > 0 && again()) {
      t.diagnostic(`told again: ${name}: ${failures[0].stack}`);
      failures = await once(t, timeout, options, tell);
    }
    if (failures.length > 0) throw failures[0];
  });
}

/** What went wrong; the first is the story's own where it has one. */
async function once(t, timeout, options, tell) {
  const { env, ...asked } = options;
  const world = await World.start(options).catch((error) => error);
  if (world instanceof Error) return [world];
  const opened = [];
  const another = async (more) => {
    const browser = await Browser.open({ ...asked, ...more, origins: [world.app, world.sandbox] });
    opened.push(browser);
    return { browser, page: browser.page, shell: new Shell(browser.page, world) };
  };
  const failures = [];
  const attempt = (step) => step().catch((error) => failures.push(error));
  await attempt(() => within(timeout, async () => tell({ ...(await another()), world, another, t })));
  for (const browser of opened) await attempt(() => browser.close());
  await attempt(() => world.stop());
  await attempt(async () => assert.doesNotMatch(world.server.log, / ERROR /));
  if (failures.length > 0) {
    for (const more of failures.slice(1)) t.diagnostic(String(more));
    for (const line of world.server.log.trimEnd().split('\n').slice(-20)) t.diagnostic(line);
  }
  return failures;
}
