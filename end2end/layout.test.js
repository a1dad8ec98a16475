// Pages fit into a narrow frame, and stand still while they load.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { toProperties } from './lib/list.js';
import { DANA, account } from './lib/people.js';
import { story } from './lib/story.js';
import { resizeFrame, tour, tourOptions } from './lib/tour.js';

/** Names that have no space to break at. */
const long = { ...account, name: `Wilhelmina-${'Alexandrina'.repeat(6)}`, email: `${'w.alexandrina'.repeat(4)}@${'example'.repeat(6)}.com` };

/** With scrollbars that take room, as most have them: Playwright hides them. */
const options = { ...tourOptions, ignoreDefaultArgs: ['--hide-scrollbars'] };

/** From the narrowest frame to a wide one; from 704 pixels on lists are tables, which have hardly room there. */
const WIDTHS = [320, 360, 660, 720, 768, 1200];

for (const [whose, who] of Object.entries({ 'short names': account, 'long names': long })) {
  story(`no page is wider than its frame, from 320 pixels on, with ${whose}`, options, async ({ shell, world }) => {
    const wider = [];
    await tour({ shell, world }, who, async (name) => {
      for (const width of WIDTHS) {
        await resizeFrame(shell, width, 640);
        const [wide, room] = await shell.frame().evaluate(() => {
          const { scrollWidth, clientWidth } = document.scrollingElement;
          return [scrollWidth, clientWidth];
        });
        if (wide > room) wider.push(`${name} at ${width}: ${wide} in ${room}`);
      }
    });
    assert.deepEqual(wider, []);
  });
}

story('no field has letters below 16 pixels, for which telephones zoom in', tourOptions, async ({ shell, world }) => {
  const small = new Set();
  let fields = 0;
  await tour({ shell, world }, account, async (name) => {
    const sizes = await shell.frame().evaluate(() =>
      [...document.querySelectorAll('input:not([type=hidden]), select, textarea')].map((field) => [field.name, parseFloat(getComputedStyle(field).fontSize)]),
    );
    fields += sizes.length;
    for (const [field, size] of sizes) if (size < 16) small.add(`${field} on ${name}: ${size} px`);
  });
  assert(fields > 10, `only ${fields} fields were seen`);
  assert.deepEqual([...small], []);
});

story('in a list of residents an e-mail address stands in one line, and the name takes no more than it needs', { timeout: 120_000 }, async ({ shell, world }) => {
  await world.setResidents(DANA, 162925, 230);
  await shell.firstVisit(DANA, account);
  await (await toProperties(shell)).link('Oak Court').click();
  await shell.shows('property');
  await shell.app.locator('table.list').waitFor();
  for (const width of [360, 768, 1200]) {
    await resizeFrame(shell, width, 640);
    const [addresses, broken, share] = await shell.frame().evaluate(() => {
      const ways = [...document.querySelectorAll('.contact span')].filter((way) => /^\S{1,30}@\S{1,15}$/.test(way.textContent.trim()));
      const lines = (element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        return new Set([...range.getClientRects()].map((rect) => Math.round(rect.top))).size;
      };
      const [name, table] = ['table.list tbody th', 'table.list'].map((one) => document.querySelector(one).getBoundingClientRect().width);
      return [ways.length, ways.filter((way) => lines(way) > 1).map((way) => way.textContent), name / table];
    });
    assert(addresses > 50, `only ${addresses} addresses were seen`);
    assert.deepEqual(broken, [], `at ${width}`);
    if (width > 704) assert(share < 0.4, `at ${width} the name takes ${Math.round(share * 100)}%`);
  }
});

/** The sum of all layout shifts since the page began to load. */
const shifts = (shell) =>
  shell.frame().evaluate(
    () =>
      new Promise((done) => {
        let sum = 0;
        const add = (list) => list.getEntries().forEach((entry) => (sum += entry.value));
        new PerformanceObserver(add).observe({ type: 'layout-shift', buffered: true });
        // What is buffered comes in a task of its own, what the last frame moved with the next one.
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum))));
      }),
  );

story('nothing moves while login and home load, nor when the island takes over', {}, async ({ shell, page }) => {
  // As over a slow line: the page is there before its style sheet.
  await page.route('**/*.css', (route) => pause(500).then(() => route.continue()));
  await shell.open(DANA);
  await shell.shows('login');
  assert.equal(await shifts(shell), 0);
  await shell.register(account);
  await shell.shows('confirm');
  assert.equal(await shifts(shell), 0);
  await shell.link();
  for (const visit of ['first', 'later']) {
    await shell.islandTakesOver();
    assert.equal(await shifts(shell), 0, visit);
    await shell.open(DANA);
    await shell.shows('home');
  }
});
