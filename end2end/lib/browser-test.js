// Browser tests. Each has its own world and browser. It also fails on problems it did not expect: in the browser's
// console, in the server's log, or when a process exits.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Browser } from './browser.js';
import { takeRetry, withTimeout } from './retry.js';
import { Shell } from './shell.js';
import { World } from './world.js';

/** Milliseconds for starting and stopping the world. They do not count toward a test's timeout. */
const SETUP_TIME = 60_000;

/** Session credentials, with the browser options that lead to each. */
const CREDENTIALS = { cookie: {}, bearer: { cookies: false } };
/** The same for tests of consent pages: at top level, where those lead back to, the browser has to keep cookies. */
export const CONSENT_CREDENTIALS = { cookie: {}, bearer: { framedCookies: false } };

/**
 * Defines a test. `options` are those of `World.start` and `Browser.open`, `timeout` in milliseconds, and
 * `moreOrigins`, which the browser may contact besides the app and the sandbox. The body gets
 * `{ world, browser, page, shell, openBrowser, t }`; `openBrowser` opens one more browser.
 */
export function browserTest(name, { timeout = 60_000, ...options }, body) {
  test(name, { timeout: 2 * (timeout + SETUP_TIME) }, async (t) => {
    let failures = await run(t, timeout, options, body);
    if (failures.length > 0 && takeRetry()) {
      t.diagnostic(`retried: ${name}: ${failures[0].stack}`);
      failures = await run(t, timeout, options, body);
    }
    if (failures.length > 0) throw failures[0];
  });
}

/** Defines the test twice: for a browser that keeps cookies, and for one that does not, where a bearer token carries
 * the session. The body also gets `credential`, "cookie" or "bearer". */
export function browserTestPerCredential(name, options, body, credentials = CREDENTIALS) {
  for (const [credential, settings] of Object.entries(credentials)) {
    const bodyWith = (context) => body({ credential, ...context });
    browserTest(`by ${credential}: ${name}`, { ...settings, ...options }, bodyWith);
  }
}

/** Returns what went wrong. A failure of the test body comes first. */
async function run(t, timeout, options, body) {
  const { env, systems, moreOrigins = [], ...browserOptions } = options;
  const world = await World.start(options).catch((error) => error);
  if (world instanceof Error) return [world];
  const browsers = [];
  const openBrowser = async (moreOptions) => {
    const origins = [world.app, world.sandbox, ...moreOrigins];
    const browser = await Browser.open({ ...browserOptions, ...moreOptions, origins });
    browsers.push(browser);
    return { browser, page: browser.page, shell: new Shell(browser.page, world) };
  };
  const failures = [];
  const attempt = (step) => step().catch((error) => failures.push(error));
  await attempt(() => withTimeout(timeout, async () => body({ ...(await openBrowser()), world, openBrowser, t })));
  for (const browser of browsers) await attempt(() => browser.close());
  await attempt(() => world.stop());
  await attempt(async () => assert.doesNotMatch(world.server.log, / ERROR /));
  if (failures.length > 0) {
    for (const failure of failures.slice(1)) t.diagnostic(String(failure));
    for (const line of world.server.log.trimEnd().split('\n').slice(-20)) t.diagnostic(line);
  }
  return failures;
}
