// Every case in every browser, each browser with a world of its own, one after the other; then a table of what was seen.
// `MATRIX=firefox CASES=company npm run matrix` takes what has that in its name; others build on two cases, which are always run.
import { after, test } from 'node:test';
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

async function runCase(t, row, name, { driver, sites }) {
  const people = [];
  const person = async (frames) => {
    const tab = await driver.tab();
    if (frames) tab.frames = frames;
    people.push(new Person(tab, sites));
    return people.at(-1);
  };
  const mark = sites.mark();
  try {
    row.seen[name] = 'FAILED';
    row.seen[name] = (await CASES[name]({ person, sites, row })) ?? (carriers(asked(sites, mark)) || 'nothing');
  } catch (error) {
    for (const entry of sites.since(mark)) t.diagnostic(Object.values(entry).join(' '));
    throw error;
  } finally {
    for (const { tab } of people) await tab.close().catch((error) => t.diagnostic(`a tab did not close: ${error}`));
  }
}

for (const row of ROWS) {
  row.seen = {};
  test(row.name, async (t) => {
    const began = Date.now();
    const { Driver } = await import(`./drivers/${row.engine}.js`);
    const sites = await Sites.start();
    try {
      const driver = await Driver.open({ proxyPort: sites.proxyPort, ...row.settings });
      try {
        for (const name of NAMES) {
          await t.test(name, { timeout: 40_000 }, (t) => runCase(t, row, name, { driver, sites }));
        }
      } finally {
        await driver.close();
      }
    } finally {
      await sites.stop();
    }
    row.took = Date.now() - began;
  });
}

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
