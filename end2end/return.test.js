// Later launches, and other ways to return: reload, Back, a second company, a restarted server, signing out.
import assert from 'node:assert/strict';
import { browserTest } from './lib/browser-test.js';
import { DANA, TOM, account } from './lib/people.js';

/** Returns the paths of the documents that the frame requested since the request with index `start`. */
const documentsSince = (browser, world, start) =>
  browser.requests
    .slice(start)
    .filter((request) => request.url().startsWith(world.app) && request.resourceType() === 'document')
    .map((request) => new URL(request.url()).pathname);

browserTest('a later launch shows home at once, with one exchange per click', {}, async ({ shell, world, browser }) => {
  await shell.firstVisit(DANA, account);
  for (const clicks of [2, 3]) {
    const start = browser.requests.length;
    await shell.open(DANA);
    await shell.waitForVisit('home');
    const documents = documentsSince(browser, world, start);
    assert.deepEqual(documents, ['/login'], 'home is rendered in the response to the launch');
    assert.equal(await world.exchanges(), clicks);
  }
});

browserTest('two Entrata users can share an account, and each opens its own company', {}, async ({ shell }) => {
  await shell.firstVisit(DANA, account);

  await shell.switchTo(TOM);
  await shell.clickTile();
  const login = await shell.waitForVisit('login');
  assert.match(await login.innerText(), /Beech & Rowan/, 'the same user ID at another company is another user');
  await shell.signIn(account);
  const confirm = await shell.waitForVisit('confirm');
  assert.match(await confirm.innerText(), /Beech & Rowan/);
  await shell.confirmLink();

  for (const staff of [DANA, TOM, DANA]) {
    await shell.open(staff);
    const home = await shell.waitForVisit('home');
    assert.equal(await home.getByRole('heading', { level: 2 }).innerText(), staff.companyName);
    assert.equal(await home.locator('.properties li').count(), staff.properties);
  }
});

browserTest(
  'with NEW_BROWSER=ask a linked user enters the password once in each browser',
  { env: { NEW_BROWSER: 'ask' } },
  async ({ shell, openBrowser }) => {
    await shell.firstVisit(DANA, account);
    await shell.open(DANA);
    await shell.waitForVisit('home');

    const second = (await openBrowser()).shell;
    await second.open(DANA);
    const login = await second.waitForVisit('login');
    assert.equal(await login.getByText('Create an account').count(), 0);
    await second.signIn(account);
    await second.waitForVisit('home');
    await second.open(DANA);
    await second.waitForVisit('home');
  },
);

browserTest('reloading Entrata’s page launches again and shows home', {}, async ({ shell, page, world }) => {
  await shell.firstVisit(DANA, account);
  await page.reload();
  await shell.waitForVisit('home');
  assert.equal(await world.exchanges(), 2);
});

browserTest('reloading the frame at its clean address keeps the user signed in', {}, async ({ shell, world }) => {
  await shell.firstVisit(DANA, account);
  const address = await shell.address();
  assert.equal(await shell.reloadFrame(), 200);
  await shell.waitForVisit('home');
  assert.equal(await shell.address(), address);
  assert.equal(await world.exchanges(), 1, 'the reload is not a launch');
});

browserTest(
  'Back to Entrata’s page resumes the visit although the frame’s old address has a spent code',
  {},
  async ({ shell, page, browser, world }) => {
    await shell.firstVisit(DANA, account);
    await shell.open(DANA);
    await shell.waitForVisit('home');
    const start = browser.requests.length;
    await page.goto('about:blank');
    await page.goBack();
    await shell.waitForVisit('home');
    assert(documentsSince(browser, world, start).length <= 2, 'no loop');
  },
);

browserTest(
  'a first visit adds one history entry: Back leaves the app, and Forward opens it again',
  {},
  async ({ shell, page }) => {
    await shell.open(DANA);
    await shell.waitForPage('login');
    await shell.register(account);
    await shell.waitForPage('confirm');
    await shell.confirmLink();
    await page.evaluate(() => history.back());
    await page.locator('[data-tile=latchkey]').waitFor({ state: 'visible' });
    await page.evaluate(() => history.forward());
    await shell.waitForVisit('home');
  },
);

browserTest(
  'Back after signing out shows the login page, not an error',
  { statuses: [401] },
  async ({ shell, page }) => {
    await shell.firstVisit(DANA, account);
    await shell.clickLink('Sessions');
    await shell.waitForPage('sessions');
    await shell.button('Sign out').click();
    await shell.waitForPage('login');
    assert.equal(await shell.status(() => page.evaluate(() => history.back())), 401);
    const login = await shell.waitForPage('login');
    assert.match(await login.innerText(), /App Store/);
    assert.doesNotMatch(await login.innerText(), /Acme|dana/i);
  },
);

browserTest('a server restart between login and confirmation loses nothing', {}, async ({ shell, world }) => {
  await shell.open(DANA);
  await shell.waitForPage('login');
  await world.restartServer();
  await shell.register(account);
  await shell.waitForVisit('confirm');
  await world.restartServer();
  await shell.confirmLink();
});

browserTest(
  'signing out shows the login page, ends the visit and removes the cookie',
  { statuses: [401] },
  async ({ shell, browser }) => {
    await shell.firstVisit(DANA, account);
    const sessionCookies = async () =>
      (await browser.context.cookies()).filter((cookie) => cookie.name === '__Host-Http-sid');
    const [cookie] = await sessionCookies();
    assert.equal(cookie.httpOnly && cookie.secure && cookie.sameSite, 'None');
    assert(cookie.partitionKey, 'the cookie is partitioned');
    const visit = await shell.address();

    await shell.button('Sign out').click();
    await shell.waitForPage('login');
    assert.equal(await shell.address(), '/login');
    assert.deepEqual(await sessionCookies(), []);
    assert.equal(await shell.goTo(visit), 401);
    await shell.waitForPage('login');

    // The link remains: the next launch shows home.
    await shell.open(DANA);
    await shell.waitForVisit('home');
  },
);
