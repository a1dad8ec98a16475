// A browser that keeps no cookies and here allows no storage either: a bearer token in memory carries the session, and
// pages are swapped in place. The user should notice no difference.
import assert from 'node:assert/strict';
import { browserTest } from './lib/browser-test.js';
import { DANA, account } from './lib/people.js';
import { Shell } from './lib/shell.js';

const noCookies = { cookies: false, statuses: [401, 422] };

const waitForBearer = (shell) =>
  shell.frame().waitForFunction(() => document.documentElement.dataset.credential === 'bearer');
/** Waits until the frame script has tried to resume the visit. */
const waitForResume = (shell) =>
  shell.frame().waitForFunction(() => !('resuming' in document.documentElement.dataset));

browserTest(
  'without cookies a first visit completes in one document, and no token appears in a URL',
  noCookies,
  async ({ shell, browser }) => {
    await shell.open(DANA);
    await shell.waitForPage('login');
    await waitForBearer(shell);
    await shell.frame().evaluate(() => (window.sameDocument = true));
    await shell.register({ ...account, password: 'short' });
    await shell.app.locator('[aria-invalid=true]').waitFor();
    assert.equal(await shell.app.locator('#new-email').inputValue(), account.email);
    await shell.app.locator('#new-password').fill(account.password);
    await shell.button('Create account').click();
    await shell.waitForVisit('confirm');
    await shell.confirmLink();
    await shell.waitForIsland();
    await shell.app.getByRole('searchbox').fill('granary');
    await shell.app.getByText('1 of 12 properties').waitFor();
    assert(await shell.frame().evaluate(() => window.sameDocument), 'pages are swapped in place');
    for (const request of browser.requests) {
      const token = (await request.allHeaders()).authorization?.slice('Bearer '.length);
      assert(!token || !browser.requests.some((other) => other.url().includes(token)));
    }
  },
);

browserTest(
  'one cookie probe finds the session credential, and no page is requested twice',
  { statuses: [401] },
  async ({ shell, browser, openBrowser, world }) => {
    await shell.firstVisit(DANA, account);
    const launch = async ({ shell, browser }) => {
      const start = browser.requests.length;
      await shell.open(DANA);
      await shell.waitForPage('home');
      await shell.waitForCredential();
      const requests = browser.requests
        .slice(start)
        .filter((request) => request.url().startsWith(world.app))
        .filter((request) => ['document', 'fetch'].includes(request.resourceType()));
      const paths = requests.map((request) => new URL(request.url()).pathname.replace(/^\/v\/[\w-]+/, ''));
      return [await shell.credential(), ...paths];
    };
    assert.deepEqual(await launch({ shell, browser }), ['cookie', '/login', '/cookie-probe']);
    assert.deepEqual(await launch(await openBrowser({ cookies: false })), ['bearer', '/login', '/cookie-probe']);
  },
);

browserTest(
  'Back and Forward move one page each and restore the scroll position',
  noCookies,
  async ({ shell, page }) => {
    await shell.firstVisit(DANA, account);
    const [home, entries] = [await shell.address(), await page.evaluate(() => history.length)];
    // Well above the end of the page, which moves by a pixel when the last rows are laid out.
    const position = 25;
    const scrolled = await shell.frame().evaluate((top) => (scrollTo(0, top), scrollY), position);
    assert.equal(scrolled, position);
    // Clicked by script: Playwright would scroll to the link first.
    await shell.app.getByRole('link', { name: 'Sessions' }).evaluate((link) => link.click());
    await shell.waitForPage('sessions');
    assert.equal(await shell.address(), `${home}/sessions`);
    assert.equal(await shell.frame().evaluate(() => scrollY), 0, 'a new page starts at the top');
    await shell.clickLink('Home');
    await shell.waitForPage('home');
    assert.equal(await page.evaluate(() => history.length), entries + 2, 'links add history entries, forms do not');
    const move = (steps) => page.evaluate((steps) => history.go(steps), steps);
    await move(-1);
    await shell.waitForPage('sessions');
    await move(-1);
    await shell.waitForPage('home');
    await shell.frame().waitForFunction((position) => scrollY === position, position);
    await move(1);
    await shell.waitForPage('sessions');
  },
);

browserTest(
  'signing out shows the login page, where one can sign in by bearer without a launch',
  noCookies,
  async ({ shell }) => {
    await shell.firstVisit(DANA, account);
    const home = await shell.address();
    await shell.button('Sign out').click();
    await shell.waitForPage('login');
    assert.equal(await shell.goTo(home), 401);
    await shell.signIn({ ...account, password: 'not this one' });
    await shell.app.getByText(/Incorrect email or password/).waitFor();
    await shell.signIn(account);
    await shell.waitForVisit('home');
    assert.equal(await shell.credential(), 'bearer');
  },
);

browserTest(
  'while the server is down the page remains and says so; afterwards it works again',
  { ...noCookies, allowed: [/ERR_CONNECTION_REFUSED/] },
  async ({ shell, world }) => {
    await shell.firstVisit(DANA, account);
    await shell.waitForIsland();
    await world.server.stop();
    await shell.clickLink('Sessions');
    await shell.app.getByText(/can’t reach Latchkey right now/).waitFor();
    await shell.waitForPage('home');
    await world.startServer();
    await shell.clickLink('Sessions');
    await shell.waitForPage('sessions');
  },
);

browserTest(
  'where WebAssembly is blocked, everything works without the island',
  { ...noCookies, allowed: [/WebAssembly/] },
  async ({ shell, browser }) => {
    await browser.context.addInitScript(() => delete window.WebAssembly);
    await shell.firstVisit(DANA, account);
    await shell.app.getByRole('searchbox').fill('granary');
    await shell.button('Search').click();
    await shell.app.getByText('1 of 12 properties').waitFor();
  },
);

/** Launches as a browser that keeps no cookies. Returns the visit's address and its bearer token. */
async function launchByBearer(world, staff) {
  const frame = { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
  const page = await (await fetch(await world.launchUrl(staff), { headers: frame })).text();
  const [, ticket] = page.match(/const t="([^"]+)"/);
  const [, visit] = page.match(/fetch\("(\/v\/[\w-]+)\/cookie-probe"/);
  const headers = { 'sec-fetch-site': 'same-origin', origin: world.app };
  const body = new URLSearchParams({ ticket });
  const response = await fetch(`${world.app}${visit}/cookie-probe`, { method: 'POST', headers, body });
  return { visit, token: response.headers.get('latchkey-bearer') };
}

/** Stores a bearer token where the frame script keeps it, and deletes the cookies. */
async function storeBearer(shell, { visit, token }) {
  const store = ([visit, token]) => {
    sessionStorage.setItem(`latchkey${visit}`, token);
    sessionStorage.setItem('latchkey', visit);
  };
  await shell.frame().evaluate(store, [visit, token]);
  await shell.page.context().clearCookies();
}

browserTest(
  'a reload without a cookie shows the page by the tab’s bearer token, never the login page',
  { statuses: [401] },
  async ({ shell, world }) => {
    await shell.firstVisit(DANA, account);
    const bearer = await launchByBearer(world, DANA);
    await storeBearer(shell, bearer);
    await shell.goTo(bearer.visit);
    await shell.waitForPage('home');
    assert.equal(await shell.credential(), 'bearer');
    await shell.reloadFrame();
    await shell.waitForPage('home');
    await shell.goTo('/');
    await shell.waitForPage('home');
  },
);

browserTest(
  'a duplicated tab leaves the bearer token to the first tab, which keeps working',
  { statuses: [401] },
  async ({ shell, world, page }) => {
    await shell.firstVisit(DANA, account);
    const bearer = await launchByBearer(world, DANA);
    await storeBearer(shell, bearer);
    await shell.goTo(bearer.visit);
    await shell.waitForPage('home');
    const duplicate = page.evaluate(() => void window.open(location.href));
    const [secondPage] = await Promise.all([page.waitForEvent('popup'), duplicate]);
    const second = new Shell(secondPage, world);
    await second.waitForPage('home');
    const copy = await second.frame().evaluate((visit) => sessionStorage.getItem(`latchkey${visit}`), bearer.visit);
    assert.equal(copy, bearer.token, 'the browser copied the stored token');
    await page.context().clearCookies();
    assert.equal(await second.goTo(bearer.visit), 401);
    await waitForResume(second);
    await second.waitForPage('login');
    await page.bringToFront();
    await shell.dispatchClick('link', 'Sessions');
    await shell.waitForPage('sessions');
  },
);

browserTest(
  'signing out of a tab’s later visit also ends its earlier one',
  { statuses: [401] },
  async ({ shell, world, page }) => {
    await shell.firstVisit(DANA, account);
    const earlier = await launchByBearer(world, DANA);
    await storeBearer(shell, earlier);
    await page.waitForTimeout(1100);
    // The launch sets a cookie, but the browser loses it before the cookie probe: a bearer token carries the visit.
    await page.route('**/login?**', async (route) => {
      const response = await route.fetch();
      const { 'set-cookie': _, ...headers } = response.headers();
      await route.fulfill({ response, headers });
    });
    await shell.openAgain();
    await shell.waitForPage('home');
    await waitForBearer(shell);
    await shell.button('Sign out').click();
    await shell.waitForPage('login');
    await shell.goTo(earlier.visit);
    await waitForResume(shell);
    await shell.waitForPage('login');
  },
);
