// Pictures of every page, for the eye: screenshots/{page}-{width}-{scheme}.png.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { account } from './lib/people.js';
import { story } from './lib/story.js';
import { resizeFrame, tour, tourOptions } from './lib/tour.js';

const folder = fileURLToPath(new URL('screenshots/', import.meta.url));

/** Pixels of a picture: of a hundred rows the first ones will do. */
const TALLEST = 2_000;

story('every page has its picture, in light and dark, at three widths', tourOptions, async ({ shell, world, page }) => {
  await mkdir(folder, { recursive: true });
  await tour({ shell, world }, account, async (name) => {
    for (const width of [360, 768, 1200]) {
      await resizeFrame(shell, width, 480);
      const tall = await shell.frame().evaluate(() => document.scrollingElement.scrollHeight);
      await resizeFrame(shell, width, Math.min(tall, TALLEST));
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        // The frame has a process of its own, and hears of it later.
        await shell.frame().waitForFunction((scheme) => matchMedia(`(prefers-color-scheme: ${scheme})`).matches, colorScheme);
        await shell.frame().evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
        await page.screenshot({ path: `${folder}${name}-${width}-${colorScheme}.png` });
      }
    }
  });
});
