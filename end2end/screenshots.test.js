// Screenshots of every page, for people to look at: screenshots/{page}-{width}-{scheme}.png.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { allPagesOptions, resizeFrame, visitAllPages } from './lib/all-pages.js';
import { browserTest } from './lib/browser-test.js';
import { account } from './lib/people.js';

const folder = fileURLToPath(new URL('screenshots/', import.meta.url));

/** Pixels; the first of a hundred rows are enough. */
const MAX_HEIGHT = 2_000;

const takeScreenshots = async ({ shell, world, page }) => {
  await mkdir(folder, { recursive: true });
  await visitAllPages({ shell, world }, account, async (name) => {
    for (const width of [360, 768, 1200]) {
      await resizeFrame(shell, width, 480);
      const height = await shell.frame().evaluate(() => document.scrollingElement.scrollHeight);
      await resizeFrame(shell, width, Math.min(height, MAX_HEIGHT));
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        // The frame runs in its own process and learns the color scheme later.
        const hasScheme = (scheme) => matchMedia(`(prefers-color-scheme: ${scheme})`).matches;
        await shell.frame().waitForFunction(hasScheme, colorScheme);
        const nextPaint = () =>
          new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        await shell.frame().evaluate(nextPaint);
        await page.screenshot({ path: `${folder}${name}-${width}-${colorScheme}.png` });
      }
    }
  });
};

browserTest('every page has screenshots in light and dark, at three widths', allPagesOptions, takeScreenshots);
