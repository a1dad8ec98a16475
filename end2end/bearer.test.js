// A browser that keeps no cookie, and here lets nobody store anything: the session is carried by a bearer in memory, pages are swapped in
// place, and nobody who sits there should tell the difference.
import assert from 'node:assert/strict';
import { DANA, account } from './lib/people.js';
import { story } from './lib/story.js';

const noCookies = { cookies: false, statuses: [401, 422] };
const carrier = (shell) => shell.frame().evaluate(() => document.documentElement.dataset.carrier);

story('without cookies a first visit goes all the way, in one document, and no token is in a URL', noCookies, async ({ shell, browser }) => {
  await shell.open(DANA);
  await shell.shows('login');
  await shell.frame().waitForFunction(() => document.documentElement.dataset.carrier === 'bearer');
  await shell.frame().evaluate(() => (window.sameDocument = true));
  await shell.register({ ...account, password: 'short' });
  await shell.app.locator('[aria-invalid=true]').waitFor();
  assert.equal(await shell.app.locator('#new-email').inputValue(), account.email);
  await shell.app.locator('#new-password').fill(account.password);
  await shell.button('Create account').click();
  await shell.showsVisit('confirm');
  await shell.link();
  await shell.islandTakesOver();
  await shell.app.getByRole('searchbox').fill('granary');
  await shell.app.getByText('1 of 12 properties').waitFor();
  assert(await shell.frame().evaluate(() => window.sameDocument), 'pages are swapped in place');
  for (const request of browser.requests) {
    const token = (await request.allHeaders()).authorization?.slice('Bearer '.length);
    assert(!token || !browser.requests.some((other) => other.url().includes(token)));
  }
});

story('what carries the visit is found out by one call, and no page is asked for twice', { statuses: [401] }, async ({ shell, browser, another, world }) => {
  await shell.firstVisit(DANA, account);
  const calls = async ({ shell, browser }) => {
    const mark = browser.requests.length;
    await shell.open(DANA);
    await shell.shows('home');
    await shell.frame().waitForFunction(() => document.documentElement.dataset.carrier);
    const asked = browser.requests.slice(mark).filter((request) => request.url().startsWith(world.app));
    const pages = asked.filter((request) => ['document', 'fetch'].includes(request.resourceType()));
    return [await carrier(shell), ...pages.map((request) => new URL(request.url()).pathname.replace(/^\/v\/[\w-]+/, ''))];
  };
  assert.deepEqual(await calls({ shell, browser }), ['cookie', '/login', '/echo']);
  assert.deepEqual(await calls(await another({ cookies: false })), ['bearer', '/login', '/echo']);
});

story('Back and forward move one page each, with the scroll where it was', noCookies, async ({ shell, page }) => {
  await shell.firstVisit(DANA, account);
  const [home, before] = [await shell.address(), await page.evaluate(() => history.length)];
  // Well above the page's end, which moves by a pixel when the last rows are laid out.
  const below = 25;
  assert.equal(await shell.frame().evaluate((below) => (scrollTo(0, below), scrollY), below), below);
  // By script: to be clicked, the link would be scrolled to.
  await shell.app.getByRole('link', { name: 'Sessions' }).evaluate((link) => link.click());
  await shell.shows('sessions');
  assert.equal(await shell.address(), `${home}/sessions`);
  assert.equal(await shell.frame().evaluate(() => scrollY), 0, 'a new page begins at its top');
  await shell.app.getByRole('link', { name: 'Home' }).click();
  await shell.shows('home');
  assert.equal(await page.evaluate(() => history.length), before + 2, 'links push, forms do not');
  const move = (by) => page.evaluate((by) => history.go(by), by);
  await move(-1);
  await shell.shows('sessions');
  await move(-1);
  await shell.shows('home');
  await shell.frame().waitForFunction((below) => scrollY === below, below);
  await move(1);
  await shell.shows('sessions');
});

story('signing out leads to the login page, and from there one signs in by bearer without a launch', noCookies, async ({ shell }) => {
  await shell.firstVisit(DANA, account);
  const home = await shell.address();
  await shell.button('Sign out').click();
  await shell.shows('login');
  assert.equal(await shell.go(home), 401);
  await shell.signIn({ ...account, password: 'not this one' });
  await shell.app.getByText(/Incorrect email or password/).waitFor();
  await shell.signIn(account);
  await shell.showsVisit('home');
  assert.equal(await carrier(shell), 'bearer');
});

story(
  'a server that is away loses nothing: the page stays, says so, and goes on',
  { ...noCookies, allowed: [/ERR_CONNECTION_REFUSED/] },
  async ({ shell, world }) => {
    await shell.firstVisit(DANA, account);
    await shell.islandTakesOver();
    await world.server.stop();
    await shell.app.getByRole('link', { name: 'Sessions' }).click();
    await shell.app.getByText(/can’t reach Latchkey right now/).waitFor();
    await shell.shows('home');
    await world.serve();
    await shell.app.getByRole('link', { name: 'Sessions' }).click();
    await shell.shows('sessions');
  },
);

story(
  'where wasm is refused, everything but the comfort of an island works',
  { ...noCookies, allowed: [/WebAssembly/] },
  async ({ shell, browser }) => {
    await browser.context.addInitScript(() => delete window.WebAssembly);
    await shell.firstVisit(DANA, account);
    await shell.app.getByRole('searchbox').fill('granary');
    await shell.button('Search').click();
    await shell.app.getByText('1 of 12 properties').waitFor();
  },
);

/** A visit by bearer, got by a browser that keeps no cookie: its address and its token. */
async function visitByBearer(world, seat) {
  const frame = { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
  const page = await (await fetch(await world.launchUrl(seat), { headers: frame })).text();
  const [, ticket] = page.match(/const t="([^"]+)"/);
  const [, visit] = page.match(/fetch\("(\/v\/[\w-]+)\/echo"/);
  const own = { 'sec-fetch-site': 'same-origin', origin: world.app };
  const answer = await fetch(`${world.app}${visit}/echo`, { method: 'POST', headers: own, body: new URLSearchParams({ ticket }) });
  return { visit, token: answer.headers.get('latchkey-bearer') };
}

/** Puts a bearer where the frame's script keeps it, and takes the cookies away. */
async function plant(shell, { visit, token }) {
  const keep = ([visit, token]) => {
    sessionStorage.setItem(`latchkey${visit}`, token);
    sessionStorage.setItem('latchkey', visit);
  };
  await shell.frame().evaluate(keep, [visit, token]);
  await shell.page.context().clearCookies();
}

story('a reload without a cookie shows the page by the bearer that this tab holds, never the login page', { statuses: [401] }, async ({ shell, world }) => {
  await shell.firstVisit(DANA, account);
  const bearer = await visitByBearer(world, DANA);
  await plant(shell, bearer);
  await shell.go(bearer.visit);
  await shell.shows('home');
  assert.equal(await carrier(shell), 'bearer');
  await shell.frame().evaluate(() => void setTimeout(() => location.reload()));
  await shell.shows('home');
  await shell.frame().evaluate(() => void setTimeout(() => location.assign('/')));
  await shell.shows('home');
});

story('a tab that was duplicated leaves the bearer to the first one, which goes on', { statuses: [401] }, async ({ shell, world, page }) => {
  await shell.firstVisit(DANA, account);
  const bearer = await visitByBearer(world, DANA);
  await plant(shell, bearer);
  await shell.go(bearer.visit);
  await shell.shows('home');
  const [copy] = await Promise.all([page.waitForEvent('popup'), page.evaluate(() => void window.open(location.href))]);
  const second = new shell.constructor(copy, world);
  await second.shows('home');
  const copied = (visit) => sessionStorage.getItem(`latchkey${visit}`);
  assert.equal(await second.frame().evaluate(copied, bearer.visit), bearer.token, 'the browser copied what the tab remembers');
  await page.context().clearCookies();
  assert.equal(await second.go(bearer.visit), 401);
  await second.frame().waitForFunction(() => !('resuming' in document.documentElement.dataset));
  await second.shows('login');
  await page.bringToFront();
  await shell.press('link', 'Sessions');
  await shell.shows('sessions');
});

story('signing out of a tab’s later visit leaves nothing behind of its earlier one', { statuses: [401] }, async ({ shell, world, page }) => {
  await shell.firstVisit(DANA, account);
  const earlier = await visitByBearer(world, DANA);
  await plant(shell, earlier);
  await page.waitForTimeout(1100);
  // Cookies are there for the launch, but the browser loses them on the way to the echo: the page is carried by a bearer.
  await page.route('**/login?**', async (route) => {
    const answer = await route.fetch();
    const { 'set-cookie': _, ...headers } = answer.headers();
    await route.fulfill({ response: answer, headers });
  });
  await page.locator('[data-action=open-again]').click();
  await shell.shows('home');
  await shell.frame().waitForFunction(() => document.documentElement.dataset.carrier === 'bearer');
  await shell.button('Sign out').click();
  await shell.shows('login');
  await shell.go(earlier.visit);
  await shell.frame().waitForFunction(() => !('resuming' in document.documentElement.dataset));
  await shell.shows('login');
});
