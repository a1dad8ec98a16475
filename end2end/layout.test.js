// Pages fit into a narrow frame, and stand still while they load.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
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
