// Measures how long a user waits for a list, by cookie and by bearer: 20,000 residents, which Entrata sends in 40
// pages, and 800 properties. Milliseconds from the click on the list's link, or from a key press in its search. Asserts
// nothing.   npm run lists
import { performance } from 'node:perf_hooks';
import { Browser } from '../lib/browser.js';
import { Client } from '../lib/client.js';
import { ListPage } from '../lib/list-page.js';
import { INES, account } from '../lib/people.js';
import { Shell } from '../lib/shell.js';
import { median } from '../lib/statistics.js';
import { World } from '../lib/world.js';

const LATER_CLICKS = 5;
const LISTS = {
  '800 properties': { from: 'Home', link: 'Properties', page: 'properties', typed: 'amber loft' },
  '20,000 residents': { from: 'Properties', link: 'Amber Arms', page: 'property', typed: '5000010777' },
};

/** Runs in every document. Records when the page, its first progress line and its first row appear. Uses the clock that
 * all documents share, because a swapped page starts with a click in an earlier document. */
function recordAppearance() {
  const now = () => performance.timeOrigin + performance.now();
  const firstSeen = (window.firstSeen = {});
  const check = () => {
    const page = document.querySelector('main')?.dataset.page;
    const steps = [...document.querySelectorAll('.progress p')];
    const visible = {
      page: page && page === (window.expectedPage ?? page),
      step: steps.some((step) => step.checkVisibility()),
      row: document.querySelector('table.list tbody tr:not([data-old])'),
    };
    for (const [what, isVisible] of Object.entries(visible)) if (isVisible) firstSeen[what] ??= now();
  };
  const options = { childList: true, subtree: true, attributes: true, attributeFilter: ['data-page'] };
  new MutationObserver(check).observe(document, options);
}

/** Clicks a link to a list. Returns the milliseconds until its page, first progress line and first row appear. */
async function timeLink(shell, name, page) {
  const link = shell.app.getByRole('link', { name, exact: true }).first();
  const clickedAt = await link.evaluate((link, page) => {
    for (const row of document.querySelectorAll('table.list tbody tr')) row.dataset.old = '';
    for (const what of Object.keys(window.firstSeen)) delete window.firstSeen[what];
    window.expectedPage = page;
    const clickedAt = performance.timeOrigin + performance.now();
    setTimeout(() => link.click());
    return clickedAt;
  }, page);
  await shell.waitForPage(page);
  await shell.app.locator('table.list tbody tr:not([data-old])').first().waitFor({ timeout: 180_000 });
  const firstSeen = await shell.frame().evaluate(() => window.firstSeen);
  const since = (time) => time && Math.round(time - clickedAt);
  return { page: since(firstSeen.page), step: since(firstSeen.step), row: since(firstSeen.row) };
}

/** Types a word and waits for the list after each letter. Returns the median milliseconds from key press to list. */
async function timeTyping(shell, word) {
  await new ListPage(shell).searchField.click();
  const times = [];
  for (const letter of word) {
    await shell.frame().evaluate(() => {
      window.searchTime = new Promise((resolve) => {
        let typedAt;
        document.addEventListener('input', () => (typedAt = performance.now()), { once: true, capture: true });
        const finish = (_, observer) => {
          observer.disconnect();
          resolve(performance.now() - typedAt);
        };
        new MutationObserver(finish).observe(document.querySelector('[data-part=count]'), { childList: true });
      });
    });
    await shell.page.keyboard.press(letter);
    times.push(await shell.frame().evaluate(() => window.searchTime));
  }
  return Math.round(median(times));
}

/** Measures one list. `home` is the address of a visit that `client` can open. */
async function measureList(shell, client, home, { from, link, page, typed }) {
  const first = await timeLink(shell, link, page);
  const keyToList = await timeTyping(shell, typed);
  const path = (await shell.address()).replace(/^\/v\/[\w-]+|\?.*/g, '');
  const { body } = await client.get(home + path);
  const later = [];
  for (let click = 0; click < LATER_CLICKS; click++) {
    await shell.app.getByRole('link', { name: from, exact: true }).first().click();
    await shell.waitForPage(from.toLowerCase());
    await shell.app.getByRole('link', { name: link, exact: true }).first().waitFor();
    later.push((await timeLink(shell, link, page)).row);
  }
  return {
    bytes: Buffer.byteLength(body),
    page: first.page,
    'first step': first.step,
    'first row': first.row,
    'first row later': median(later),
    'key to list': keyToList,
  };
}

const world = await World.start({ env: { RUST_LOG: 'warn' } });
const rows = {};
for (const [credential, cookies] of [['cookie', true], ['bearer', false]]) {
  const browser = await Browser.open({ cookies, origins: [world.app, world.sandbox], allowed: [/.*/] });
  await browser.context.addInitScript(recordAppearance);
  const shell = new Shell(browser.page, world);
  const client = new Client(world);
  await client.launch(await world.launchUrl(INES));
  if (client.page.name === 'login') {
    await client.submit('/register', account);
    await client.submit('/link');
  }
  const home = client.page.address;
  // Empties the cache of lists.
  await world.restartServer();
  await shell.open(INES);
  await shell.waitForPage('home');
  await shell.waitForCredential();
  for (const [name, list] of Object.entries(LISTS)) {
    rows[`${name}, ${credential}`] = await measureList(shell, client, home, list);
  }
  await browser.close();
}
await world.stop();
console.log('page, first step, first row: milliseconds after the first click, when the list is read from Entrata');
console.log(`later: median of ${LATER_CLICKS} clicks on the cached list. key to list: median of 10 key presses`);
console.table(rows);
