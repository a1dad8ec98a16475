// A test is a story: its name is a sentence of the requirement, it has a world and a browser of its own, and it fails on anything that
// nobody meant to happen, be it in the console, in the server's log, or at the end of a process.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Browser } from './browser.js';
import { World } from './processes.js';
import { Shell } from './shell.js';

/**
 * `options` are those of `World.start` and `Browser.open`. The story is told with
 * `{ world, browser, page, shell, another }`; `another` opens one more browser.
 */
export function story(name, options, tell) {
  test(name, { timeout: options.timeout ?? 60_000 }, async (t) => {
    const world = await World.start(options);
    const { env, timeout, ...asked } = options;
    const opened = [];
    const another = async (more) => {
      const browser = await Browser.open({ ...asked, ...more, origins: [world.app, world.sandbox] });
      opened.push(browser);
      return { browser, page: browser.page, shell: new Shell(browser.page, world) };
    };
    const failures = [];
    const attempt = (step) => step().catch((error) => failures.push(error));
    await attempt(async () => tell({ ...(await another()), world, another, t }));
    for (const browser of opened) await attempt(() => browser.close());
    await attempt(() => world.stop());
    await attempt(async () => assert.doesNotMatch(world.server.log, / ERROR /));
    if (failures.length === 0) return;
    for (const more of failures.slice(1)) t.diagnostic(String(more));
    for (const line of world.server.log.trimEnd().split('\n').slice(-20)) t.diagnostic(line);
    throw failures[0];
  });
}
