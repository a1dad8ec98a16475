// Names that contain markup and control characters, and pages opened or framed outside Entrata.
import assert from 'node:assert/strict';
import http from 'node:http';
import { browserTest } from './lib/browser-test.js';
import { listen } from './lib/network.js';
import { DANA, EVE, account } from './lib/people.js';

/** Bidirectional control characters (Unicode UAX #9), which can make one name look like another. */
const BIDI_CONTROLS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/;

browserTest('hostile names are shown as text: no script runs, and no text is reversed', {}, async ({ shell }) => {
  const inertText = async (name) => {
    const main = await shell.waitForPage(name);
    const html = await shell.frame().evaluate(() => document.documentElement.outerHTML);
    assert.doesNotMatch(html, BIDI_CONTROLS, name);
    assert.equal(await main.locator('script:not([nonce]), img, b > b').count(), 0, name);
    return main.innerText();
  };
  await shell.open(EVE);
  assert.match(await inertText('login'), /<script>alert\("Mallory"\)<\/script> & 'Sons'/);
  await shell.register({ ...account, name: '"><img src=x onerror=alert(1)> \u202Eanad' });
  assert.match(await inertText('confirm'), /"><img src=x onerror=alert\(1\)>/);
  await shell.confirmLink();
  await shell.waitForIsland();
  const home = await inertText('home');
  assert.match(home, /"><img src=x onerror=alert\('property'\)>/);
  assert.match(home, /<\/script><script>alert\(3\)<\/script>/);
  // So is a query.
  const query = '</script><img src=x onerror=alert(2)>';
  await shell.goTo(`${await shell.address()}?q=${encodeURIComponent(query)}`);
  await inertText('home');
  assert.equal(await shell.app.getByRole('searchbox').inputValue(), query);
});

browserTest(
  'a launch opened in its own tab is refused and leaves the code unspent',
  { statuses: [403] },
  async ({ shell, page, world }) => {
    const url = await world.launchUrl(DANA);
    const response = await page.goto(url);
    assert.equal(response.status(), 403);
    assert.match(await page.locator('main[data-page=relaunch]').innerText(), /from inside Entrata/);
    assert.doesNotMatch(page.url(), /auth_code/);
    assert.equal(await world.exchanges(), 0);
    // The code still works in a frame.
    await shell.enter(DANA);
    await page.evaluate((src) => {
      document.body.append(Object.assign(document.createElement('iframe'), { name: 'app', src }));
    }, url);
    await shell.waitForVisit('login');
  },
);

browserTest(
  'a page that may not frame the app shows nothing of it',
  { allowed: [/violates the following Content Security Policy directive: "frame-ancestors /] },
  async ({ page, world, shell, browser }) => {
    await shell.firstVisit(DANA, account);
    const url = await world.launchUrl(DANA);
    const server = http.createServer((request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<!doctype html><link rel="icon" href="data:,"><iframe src="${url}"></iframe>`);
    });
    const otherSite = `http://127.0.0.1:${await listen(server)}`;
    browser.origins.push(otherSite);
    try {
      await page.goto(otherSite);
      const [frame] = page.mainFrame().childFrames();
      // The browser's error document may load after the page's own load event.
      await frame.waitForURL('chrome-error://chromewebdata/');
      assert.equal(await frame.locator('main').count(), 0);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  },
);
