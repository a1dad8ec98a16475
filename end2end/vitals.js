// Figures, and no judgement: how long a click takes until the page is usable, its largest paint and its shifts, in Chromium as it is and
// slowed down four times, by cookie and by bearer.   npm run vitals
import { ARGS, Browser } from './lib/browser.js';
import { DANA, account } from './lib/people.js';
import { World } from './lib/processes.js';
import { Shell } from './lib/shell.js';

const ROUNDS = 15;
// One process for the frame and the page around it, so that both can be slowed down before the frame is there.
const args = [...ARGS, '--disable-site-isolation-trials'];
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** In the frame, once its carrier is decided: milliseconds since its navigation began. */
const look = () =>
  new Promise((seen) => {
    const entries = { 'largest-contentful-paint': [], 'layout-shift': [] };
    for (const type of Object.keys(entries)) {
      new PerformanceObserver((list) => entries[type].push(...list.getEntries())).observe({ type, buffered: true });
    }
    const decided = () => performance.getEntriesByType('resource').find((entry) => entry.name.endsWith('/echo'))?.responseEnd ?? 0;
    setTimeout(() => {
      const [page] = performance.getEntriesByType('navigation');
      const shifts = entries['layout-shift'].filter((shift) => !shift.hadRecentInput);
      seen({
        answered: page.responseEnd,
        usable: page.domInteractive,
        decided: decided(),
        lcp: entries['largest-contentful-paint'].at(-1)?.startTime ?? 0,
        cls: shifts.reduce((sum, shift) => sum + shift.value, 0),
      });
    }, 1000);
  });

async function rounds(shell) {
  const seen = [];
  for (let round = 0; round < ROUNDS; round++) {
    await shell.enter(DANA);
    await shell.clickTile();
    await shell.page.locator('iframe[name=app]').waitFor();
    await shell.shows('home');
    await shell.frame().waitForFunction(() => document.documentElement.dataset.carrier);
    seen.push(await shell.frame().evaluate(look));
  }
  return Object.fromEntries(Object.keys(seen[0]).map((name) => [name, Number(median(seen.map((one) => one[name])).toFixed(3))]));
}

const world = await World.start();
const origins = [world.app, world.sandbox];
const rows = {};
for (const [carrier, cookies] of [['cookie', true], ['bearer', false]]) {
  const browser = await Browser.open({ cookies, origins, allowed: [/.*/], args });
  const shell = new Shell(browser.page, world);
  if (cookies) await shell.firstVisit(DANA, account);
  const session = await browser.context.newCDPSession(browser.page);
  for (const slower of [1, 4]) {
    await session.send('Emulation.setCPUThrottlingRate', { rate: slower });
    rows[`${carrier}, CPU ${slower}x slower`] = await rounds(shell);
  }
  await session.detach();
  await browser.close();
}
await world.stop();
console.log(`medians of ${ROUNDS} clicks, milliseconds since the frame's navigation began; cls without unit`);
console.table(rows);
