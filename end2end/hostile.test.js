// Names that attack whoever prints them, and pages that are opened or framed by somebody else than Entrata.
import assert from 'node:assert/strict';
import http from 'node:http';
import { DANA, EVE, account } from './lib/people.js';
import { listen } from './lib/processes.js';
import { story } from './lib/story.js';

/** Controls that turn text round (Unicode's bidirectional algorithm): a name could read as another one's. */
const TURNING = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/;

story('a hostile company’s names are text: no script runs, nothing is turned round', {}, async ({ shell }) => {
  const isInert = async (name) => {
    const main = await shell.shows(name);
    const html = await shell.frame().evaluate(() => document.documentElement.outerHTML);
    assert.doesNotMatch(html, TURNING, name);
    assert.equal(await main.locator('script:not([nonce]), img, b > b').count(), 0, name);
    return main.innerText();
  };
  await shell.open(EVE);
  assert.match(await isInert('login'), /<script>alert\("Mallory"\)<\/script> & 'Sons'/);
  await shell.register({ ...account, name: '"><img src=x onerror=alert(1)> \u202Eanad' });
  assert.match(await isInert('confirm'), /"><img src=x onerror=alert\(1\)>/);
  await shell.link();
  await shell.islandTakesOver();
  const home = await isInert('home');
  assert.match(home, /"><img src=x onerror=alert\('property'\)>/);
  assert.match(home, /<\/script><script>alert\(3\)<\/script>/);
  // What is typed comes back as text, too.
  const query = '</script><img src=x onerror=alert(2)>';
  await shell.go(`${await shell.address()}?q=${encodeURIComponent(query)}`);
  await isInert('home');
  assert.equal(await shell.app.getByRole('searchbox').inputValue(), query);
});

story('a launch opened in a tab of its own is refused and leaves the code unspent', { statuses: [403] }, async ({ shell, page, world }) => {
  const url = await world.launchUrl(DANA);
  const answer = await page.goto(url);
  assert.equal(answer.status(), 403);
  assert.match(await page.locator('main[data-page=relaunch]').innerText(), /from inside Entrata/);
  assert.doesNotMatch(page.url(), /auth_code/);
  assert.equal(await world.exchanges(), 0);
  // The code still works where it belongs.
  await shell.enter(DANA);
  await page.evaluate((src) => document.body.append(Object.assign(document.createElement('iframe'), { name: 'app', src })), url);
  await shell.showsVisit('login');
});

story(
  'a page that may not frame the app shows nothing of it',
  { allowed: [/violates the following Content Security Policy directive: "frame-ancestors /] },
  async ({ page, world, shell, browser }) => {
    await shell.firstVisit(DANA, account);
    const url = await world.launchUrl(DANA);
    const site = http.createServer((request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<!doctype html><link rel="icon" href="data:,"><iframe src="${url}"></iframe>`);
    });
    const stranger = `http://127.0.0.1:${await listen(site)}`;
    browser.origins.push(stranger);
    try {
      await page.goto(stranger);
      const [frame] = page.mainFrame().childFrames();
      // What a refused frame shows is another document yet, and may come after the page's own load.
      await frame.waitForURL('chrome-error://chromewebdata/');
      assert.equal(await frame.locator('main').count(), 0);
    } finally {
      site.closeAllConnections();
      site.close();
    }
  },
);
