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
  const below = await shell.frame().evaluate(() => (scrollTo(0, 120), scrollY));
  assert(below > 0);
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
  await shell.app.getByText(/belong together/).waitFor();
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
    await shell.app.getByText(/can’t be reached right now/).waitFor();
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
