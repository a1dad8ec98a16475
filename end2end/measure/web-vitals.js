// Measures how long a launch takes until the page is usable, its largest contentful paint and its layout shift, in
// Chromium at normal speed and with the CPU slowed down four times, by cookie and by bearer. Asserts nothing.
// npm run vitals
import { Browser } from '../lib/browser.js';
import { ARGS } from '../lib/chromium.js';
import { DANA, account } from '../lib/people.js';
import { Shell } from '../lib/shell.js';
import { median } from '../lib/statistics.js';
import { World } from '../lib/world.js';

const LAUNCHES = 15;
// Puts the frame and the page around it into one process, so that the frame is slowed down from its start.
const args = [...ARGS, '--disable-site-isolation-trials'];

/** Runs in the frame once the session credential is known. All times are milliseconds since its navigation started. */
const readVitals = () =>
  new Promise((resolve) => {
    const entries = { 'largest-contentful-paint': [], 'layout-shift': [] };
    for (const type of Object.keys(entries)) {
      new PerformanceObserver((list) => entries[type].push(...list.getEntries())).observe({ type, buffered: true });
    }
    setTimeout(() => {
      const [page] = performance.getEntriesByType('navigation');
      const resources = performance.getEntriesByType('resource');
      const shifts = entries['layout-shift'].filter((shift) => !shift.hadRecentInput);
      resolve({
        response: page.responseEnd,
        usable: page.domInteractive,
        credential: resources.find(({ name }) => name.endsWith('/cookie-probe'))?.responseEnd ?? 0,
        lcp: entries['largest-contentful-paint'].at(-1)?.startTime ?? 0,
        cls: shifts.reduce((sum, shift) => sum + shift.value, 0),
      });
    }, 1000);
  });

/** Launches repeatedly and returns the median of each figure. */
async function measure(shell) {
  const results = [];
  for (let launch = 0; launch < LAUNCHES; launch++) {
    await shell.open(DANA);
    await shell.page.locator('iframe[name=app]').waitFor();
    await shell.waitForPage('home');
    await shell.waitForCredential();
    results.push(await shell.frame().evaluate(readVitals));
  }
  const medianOf = (name) => Number(median(results.map((result) => result[name])).toFixed(3));
  return Object.fromEntries(Object.keys(results[0]).map((name) => [name, medianOf(name)]));
}

const world = await World.start();
const origins = [world.app, world.sandbox];
const rows = {};
for (const [credential, cookies] of [['cookie', true], ['bearer', false]]) {
  const browser = await Browser.open({ cookies, origins, allowed: [/.*/], args });
  const shell = new Shell(browser.page, world);
  if (cookies) await shell.firstVisit(DANA, account);
  const session = await browser.context.newCDPSession(browser.page);
  for (const rate of [1, 4]) {
    await session.send('Emulation.setCPUThrottlingRate', { rate });
    rows[`${credential}, CPU ${rate}x slower`] = await measure(shell);
  }
  await session.detach();
  await browser.close();
}
await world.stop();
console.log(`medians of ${LAUNCHES} launches, milliseconds since the frame's navigation started; cls has no unit`);
console.table(rows);
