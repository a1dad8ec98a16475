// Figures, and no judgement: what a list of a company's data costs whoever waits for it, by cookie and by bearer: 20,000 residents, which
// Entrata gives in 40 pages, and 800 properties. Milliseconds since the click that leads to the list, or since the last key.   npm run lists
import { performance } from 'node:perf_hooks';
import { Browser } from './lib/browser.js';
import { Client } from './lib/client.js';
import { List } from './lib/list.js';
import { INES, account } from './lib/people.js';
import { World } from './lib/processes.js';
import { Shell } from './lib/shell.js';

const AGAIN = 5;
const LISTS = {
  '800 properties': { before: 'Home', link: 'Properties', page: 'properties', typed: 'amber loft' },
  '20,000 residents': { before: 'Properties', link: 'Amber Arms', page: 'property', typed: '5000010777' },
};
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** In every document: when what of a list's page is seen first, by the clock that all documents have. A swapped page begins at the click. */
function watch() {
  const now = () => performance.timeOrigin + performance.now();
  const seen = (window.seen = {});
  const look = () => {
    const page = document.querySelector('main')?.dataset.page;
    const step = [...document.querySelectorAll('.steps-on-the-way p')].find((p) => p.checkVisibility());
    const found = { page: page && page === (window.awaited ?? page), step, row: document.querySelector('table.list tbody tr:not([data-left])') };
    for (const [what, is] of Object.entries(found)) if (is) seen[what] ??= now();
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-page'] });
}

/** Follows a link to a list's page: milliseconds until its frame, its first step and its first row are there. */
async function follow(shell, link, page) {
  const clicked = await shell.app.getByRole('link', { name: link, exact: true }).first().evaluate((link, page) => {
    for (const row of document.querySelectorAll('table.list tbody tr')) row.dataset.left = '';
    for (const what of Object.keys(window.seen)) delete window.seen[what];
    window.awaited = page;
    const at = performance.timeOrigin + performance.now();
    setTimeout(() => link.click());
    return at;
  }, page);
  await shell.shows(page);
  await shell.app.locator('table.list tbody tr:not([data-left])').first().waitFor({ timeout: 180_000 });
  const seen = await shell.frame().evaluate(() => window.seen);
  return Object.fromEntries(['page', 'step', 'row'].map((what) => [what, seen[what] && Math.round(seen[what] - clicked)]));
}

/** Types a word, and waits at each letter for the list that comes of it: milliseconds from key to list. */
async function type(shell, word) {
  await new List(shell).field.click();
  const times = [];
  for (const letter of word) {
    await shell.frame().evaluate(() => {
      window.took = new Promise((done) => {
        let typed;
        document.addEventListener('input', () => (typed = performance.now()), { once: true, capture: true });
        const count = document.querySelector('[data-part=count]');
        new MutationObserver((_, watching) => (watching.disconnect(), done(performance.now() - typed))).observe(count, { childList: true });
      });
    });
    await shell.page.keyboard.press(letter);
    times.push(await shell.frame().evaluate(() => window.took));
  }
  return Math.round(median(times));
}

/** What the server sends of a page, by itself. */
async function sent(world, client, address) {
  const began = performance.now();
  const page = await client.get(address);
  return { bytes: Buffer.byteLength(page.body), ms: Math.round(performance.now() - began) };
}

const world = await World.start({ env: { RUST_LOG: 'warn' } });
const rows = {};
for (const [carrier, cookies] of [['cookie', true], ['bearer', false]]) {
  const browser = await Browser.open({ cookies, origins: [world.app, world.sandbox], allowed: [/.*/] });
  await browser.context.addInitScript(watch);
  const shell = new Shell(browser.page, world);
  const client = new Client(world);
  await client.launch(await world.launchUrl(INES));
  if (client.page.name === 'login') {
    await client.submit('/register', account);
    await client.submit('/link');
  }
  const home = client.page.address;
  // What an earlier round read is gone.
  await world.restartServer();
  await shell.open(INES);
  await shell.shows('home');
  await shell.frame().waitForFunction(() => document.documentElement.dataset.carrier);
  for (const [name, { before, link, page, typed }] of Object.entries(LISTS)) {
    const first = await follow(shell, link, page);
    const key = await type(shell, typed);
    const below = (await shell.address()).replace(/^\/v\/[\w-]+|\?.*/g, '');
    const { bytes } = await sent(world, client, home + below);
    const again = [];
    for (let n = 0; n < AGAIN; n++) {
      await shell.app.getByRole('link', { name: before, exact: true }).first().click();
      await shell.shows(before.toLowerCase());
      await shell.app.getByRole('link', { name: link, exact: true }).first().waitFor();
      again.push((await follow(shell, link, page)).row);
    }
    rows[`${name}, ${carrier}`] = { bytes, page: first.page, 'first step': first.step, 'first row': first.row, 'first row again': median(again), 'key to list': key };
  }
  await browser.close();
}
await world.stop();
console.log(`first: Entrata is asked. again: median of ${AGAIN} later clicks. key to list: median of 10 keys, each waited for`);
console.table(rows);
