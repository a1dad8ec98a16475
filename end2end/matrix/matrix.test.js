// Every case in every browser, each browser with a world of its own, a few browsers side by side: most of the time they wait. Then a table
// of what was seen. The cases of a browser build on each other, so where one is run again, all are.
// `MATRIX=firefox CASES=company npm run matrix` takes what has that in its name; others build on two cases, which are always run.
import { after, suite, test } from 'node:test';
import { again, within } from '../lib/again.js';
import { CASES, FIRST, asked } from './cases.js';
import { Person } from './person.js';
import { Sites } from './sites.js';

const wanted = (variable) => ({ name }) => name.toLowerCase().includes((process.env[variable] ?? '').toLowerCase());

const ROWS = [
  { name: 'Chromium, third-party cookies blocked', engine: 'chromium', settings: {}, carrier: 'cookie' },
  { name: 'Chromium, allowed', engine: 'chromium', settings: { thirdPartyCookies: true }, carrier: 'cookie' },
  { name: 'Firefox, default', engine: 'firefox', settings: {}, carrier: 'cookie' },
  { name: 'Firefox, cross-site cookies blocked', engine: 'firefox', settings: { blocked: true }, carrier: 'bearer' },
  { name: 'WebKitGTK', engine: 'webkit', settings: {}, carrier: 'bearer' },
].filter(wanted('MATRIX'));

const NAMES = Object.keys(CASES).filter((name) => FIRST.includes(name) || wanted('CASES')({ name }));

/** What carried the session in a row's requests. */
const carriers = (requests) => ['cookie', 'bearer'].filter((one) => requests.some((request) => request[one])).join(' and ');

/** One case; what went wrong is noted with it. */
async function runCase(row, name, { driver, sites }) {
  const people = [];
  const person = async (frames) => {
    const tab = await driver.tab();
    if (frames) tab.frames = frames;
    people.push(new Person(tab, sites));
    return people.at(-1);
  };
  const mark = sites.mark();
  try {
    const seen = await within(40_000, () => CASES[name]({ person, sites, row }));
    row.seen[name] = seen ?? (carriers(asked(sites, mark)) || 'nothing');
  } catch (error) {
    row.seen[name] = 'FAILED';
    row.failures[name] = error;
    row.said.push(`${name}: ${error.stack}`);
    for (const entry of sites.since(mark)) row.said.push(Object.values(entry).join(' '));
  } finally {
    for (const { tab } of people) await tab.close().catch((error) => row.said.push(`a tab did not close: ${error}`));
  }
}

/** Every case in one browser, in a world of its own. */
async function runRow(row) {
  Object.assign(row, { seen: {}, failures: {} });
  const began = Date.now();
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
  row.took = Date.now() - began;
  return Object.values(row.failures);
}

/** How many browsers run side by side; their pauses are longer than their work. */
const AT_ONCE = 3;

suite('every case in every browser', { concurrency: AT_ONCE }, () => {
  for (const row of ROWS) {
    row.said = [];
    test(row.name, { timeout: 900_000 }, async (t) => {
      const tell = () => runRow(row).catch((error) => [error]);
      let failures = await tell();
      if (failures.length > 0 && again()) {
        row.said.push(`told again: ${row.name}: ${failures[0].stack}`);
        failures = await tell();
      }
      for (const line of row.said) t.diagnostic(line);
      for (const name of NAMES) {
        await t.test(name, () => {
          if (row.failures[name]) throw row.failures[name];
        });
      }
      // Also what went wrong before there was a case.
      if (failures.length > 0) throw failures[0];
    });
  }
});

after(() => {
  const launch = (measured) => (measured ? `${measured.ms} ms, ${measured.trips} requests` : '–');
  const line = (title, cell) => [title, ...ROWS.map(cell)];
  const lines = [line('', ({ name }) => name)];
  for (const name of NAMES) lines.push(line(name, ({ seen }) => seen[name] ?? 'not run'));
  lines.push(line('first launch, until usable', ({ first }) => launch(first)));
  lines.push(line('later launch, until usable', ({ later }) => launch(later)));
  lines.push(line('the row took', ({ took }) => `${(took / 1000).toFixed(1)} s`));
  const widths = lines[0].map((_, at) => Math.max(...lines.map((cells) => cells[at].length)));
  for (const cells of lines) console.log(cells.map((cell, at) => cell.padEnd(widths[at])).join('  '));
});
