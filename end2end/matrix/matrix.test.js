// Runs every case in every browser, each browser with a world of its own, and prints a table of the results. A few
// browsers run in parallel, because they mostly wait. The cases of a browser build on each other, so a retry runs all
// of them. `MATRIX=firefox CASES=company npm run matrix` selects browsers and cases by their names; the required cases
// always run.
import { after, suite, test } from 'node:test';
import { takeRetry, withTimeout } from '../lib/retry.js';
import { CASES, REQUIRED } from './cases.js';
import { Sites } from './sites.js';
import { User } from './user.js';

/** Returns a filter by the name given in an environment variable. */
const selectedBy = (variable) => {
  const text = (process.env[variable] ?? '').toLowerCase();
  return (name) => name.toLowerCase().includes(text);
};

const isSelectedRow = selectedBy('MATRIX');
const ROWS = [
  { name: 'Chromium, third-party cookies blocked', engine: 'chromium', settings: {}, credential: 'cookie' },
  { name: 'Chromium, allowed', engine: 'chromium', settings: { thirdPartyCookies: true }, credential: 'cookie' },
  { name: 'Firefox, default', engine: 'firefox', settings: {}, credential: 'cookie' },
  { name: 'Firefox, cross-site cookies blocked', engine: 'firefox', settings: { blocked: true }, credential: 'bearer' },
  { name: 'WebKitGTK', engine: 'webkit', settings: {}, credential: 'bearer' },
].filter(({ name }) => isSelectedRow(name));

const isSelectedCase = selectedBy('CASES');
const NAMES = Object.keys(CASES).filter((name) => REQUIRED.includes(name) || isSelectedCase(name));

/** Browsers that run in parallel. */
const CONCURRENCY = 3;

/** Returns which credentials the requests carried. */
const credentialsOf = (requests) =>
  ['cookie', 'bearer'].filter((credential) => requests.some((request) => request[credential])).join(' and ');

/** Runs one case and records its result, or its failure and requests. */
async function runCase(row, name, { driver, sites }) {
  const users = [];
  const openUser = async (frames) => {
    const tab = await driver.tab();
    if (frames) tab.frames = frames;
    users.push(new User(tab, sites));
    return users.at(-1);
  };
  const start = sites.requestCount;
  try {
    const result = await withTimeout(40_000, () => CASES[name]({ openUser, sites, row }));
    row.results[name] = result ?? (credentialsOf(sites.pageRequests(start)) || 'nothing');
  } catch (error) {
    row.results[name] = 'FAILED';
    row.failures[name] = error;
    row.diagnostics.push(`${name}: ${error.stack}`);
    for (const entry of sites.requestsSince(start)) row.diagnostics.push(Object.values(entry).join(' '));
  } finally {
    for (const { tab } of users) {
      await tab.close().catch((error) => row.diagnostics.push(`a tab did not close: ${error}`));
    }
  }
}

/** Runs every case in one browser and returns the failures. */
async function runRow(row) {
  Object.assign(row, { results: {}, failures: {} });
  const startedAt = Date.now();
  const { Driver } = await import(`./drivers/${row.engine}.js`);
  const sites = await Sites.start();
  try {
    const driver = await Driver.open({ proxyPort: sites.proxyPort, ...row.settings });
    try {
      for (const name of NAMES) await runCase(row, name, { driver, sites });
    } finally {
      await driver.close();
    }
  } finally {
    await sites.stop();
  }
  row.duration = Date.now() - startedAt;
  return Object.values(row.failures);
}

suite('every case in every browser', { concurrency: CONCURRENCY }, () => {
  for (const row of ROWS) {
    row.diagnostics = [];
    test(row.name, { timeout: 900_000 }, async (t) => {
      const run = () => runRow(row).catch((error) => [error]);
      let failures = await run();
      if (failures.length > 0 && takeRetry()) {
        row.diagnostics.push(`retried: ${row.name}: ${failures[0].stack}`);
        failures = await run();
      }
      for (const line of row.diagnostics) t.diagnostic(line);
      for (const name of NAMES) {
        await t.test(name, () => {
          if (row.failures[name]) throw row.failures[name];
        });
      }
      // Includes failures outside the cases, for example while the browser starts.
      if (failures.length > 0) throw failures[0];
    });
  }
});

after(() => {
  const describeLaunch = (launch) => (launch ? `${launch.ms} ms, ${launch.requests} requests` : '–');
  const line = (title, cell) => [title, ...ROWS.map(cell)];
  const lines = [line('', ({ name }) => name)];
  for (const name of NAMES) lines.push(line(name, ({ results }) => results?.[name] ?? 'not run'));
  lines.push(line('first launch, until usable', ({ firstLaunch }) => describeLaunch(firstLaunch)));
  lines.push(line('later launch, until usable', ({ laterLaunch }) => describeLaunch(laterLaunch)));
  lines.push(line('all cases', ({ duration }) => `${(duration / 1000).toFixed(1)} s`));
  const widths = lines[0].map((_, column) => Math.max(...lines.map((cells) => cells[column].length)));
  for (const cells of lines) console.log(cells.map((cell, column) => cell.padEnd(widths[column])).join('  '));
});
