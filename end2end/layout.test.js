// Pages fit into narrow frames and do not shift while they load.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { allPagesOptions, resizeFrame, visitAllPages } from './lib/all-pages.js';
import { browserTest } from './lib/browser-test.js';
import { openProperties } from './lib/list-page.js';
import { DANA, account } from './lib/people.js';

/** An account whose name and email are long and have no space to break at. */
const longAccount = {
  ...account,
  name: `Wilhelmina-${'Alexandrina'.repeat(6)}`,
  email: `${'w.alexandrina'.repeat(4)}@${'example'.repeat(6)}.com`,
};

/** Playwright hides scrollbars; most users have scrollbars that take up space. */
const withScrollbars = { ...allPagesOptions, ignoreDefaultArgs: ['--hide-scrollbars'] };

/** Frame widths in pixels. From 704 pixels on, lists are tables, which barely fit there. */
const WIDTHS = [320, 360, 660, 720, 768, 1200];

for (const [names, person] of Object.entries({ short: account, long: longAccount })) {
  browserTest(
    `no page is wider than its frame, from 320 pixels on, with ${names} names`,
    withScrollbars,
    async ({ shell, world }) => {
      const tooWide = [];
      await visitAllPages({ shell, world }, person, async (name) => {
        for (const width of WIDTHS) {
          await resizeFrame(shell, width, 640);
          const [needed, available] = await shell.frame().evaluate(() => {
            const { scrollWidth, clientWidth } = document.scrollingElement;
            return [scrollWidth, clientWidth];
          });
          if (needed > available) tooWide.push(`${name} at ${width}: ${needed} in ${available}`);
        }
      });
      assert.deepEqual(tooWide, []);
    },
  );
}

browserTest(
  'no field has a font below 16 pixels, at which phones zoom in',
  allPagesOptions,
  async ({ shell, world }) => {
    const tooSmall = new Set();
    let fields = 0;
    await visitAllPages({ shell, world }, account, async (name) => {
      const sizes = await shell.frame().evaluate(() => {
        const elements = [...document.querySelectorAll('input:not([type=hidden]), select, textarea')];
        return elements.map((element) => [element.name, parseFloat(getComputedStyle(element).fontSize)]);
      });
      fields += sizes.length;
      for (const [field, size] of sizes) if (size < 16) tooSmall.add(`${field} on ${name}: ${size} px`);
    });
    assert(fields > 10, `only ${fields} fields were found`);
    assert.deepEqual([...tooSmall], []);
  },
);

browserTest(
  'in a list of residents an email address takes one line, and names take no more space than they need',
  { timeout: 120_000 },
  async ({ shell, world }) => {
    await world.setResidents(DANA, 162925, 230);
    await shell.firstVisit(DANA, account);
    await (await openProperties(shell)).link('Oak Court').click();
    await shell.waitForPage('property');
    await shell.app.locator('table.list').waitFor();
    for (const width of [360, 768, 1200]) {
      await resizeFrame(shell, width, 640);
      const [addresses, broken, nameShare] = await shell.frame().evaluate(() => {
        const isAddress = (contact) => /^\S{1,30}@\S{1,15}$/.test(contact.textContent.trim());
        const addresses = [...document.querySelectorAll('.contact span')].filter(isAddress);
        const lineCount = (element) => {
          const range = document.createRange();
          range.selectNodeContents(element);
          return new Set([...range.getClientRects()].map((rect) => Math.round(rect.top))).size;
        };
        const broken = addresses.filter((address) => lineCount(address) > 1).map((address) => address.textContent);
        const widthOf = (selector) => document.querySelector(selector).getBoundingClientRect().width;
        return [addresses.length, broken, widthOf('table.list tbody th') / widthOf('table.list')];
      });
      assert(addresses > 50, `only ${addresses} addresses were found`);
      assert.deepEqual(broken, [], `at ${width}`);
      if (width > 704) assert(nameShare < 0.4, `at ${width} the name takes ${Math.round(nameShare * 100)}%`);
    }
  },
);

/** Returns the sum of all layout shifts since the page began to load. */
const layoutShift = (shell) =>
  shell.frame().evaluate(
    () =>
      new Promise((resolve) => {
        let sum = 0;
        const add = (list) => list.getEntries().forEach((entry) => (sum += entry.value));
        new PerformanceObserver(add).observe({ type: 'layout-shift', buffered: true });
        // Buffered entries arrive in a task of their own, and those of the last frame with the next frame.
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(sum))));
      }),
  );

browserTest(
  'nothing shifts while login and home load, or when the island is hydrated',
  {},
  async ({ shell, page }) => {
    // Simulates a slow connection, on which the page arrives before its style sheet.
    await page.route('**/*.css', (route) => sleep(500).then(() => route.continue()));
    await shell.open(DANA);
    await shell.waitForPage('login');
    assert.equal(await layoutShift(shell), 0);
    await shell.register(account);
    await shell.waitForPage('confirm');
    assert.equal(await layoutShift(shell), 0);
    await shell.confirmLink();
    for (const visit of ['first', 'later']) {
      await shell.waitForIsland();
      assert.equal(await layoutShift(shell), 0, visit);
      await shell.open(DANA);
      await shell.waitForPage('home');
    }
  },
);
