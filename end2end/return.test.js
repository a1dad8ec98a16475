// Later clicks, and all the ways that a browser asks again: reload, Back, a second company, a server that was restarted, leaving.
import assert from 'node:assert/strict';
import { DANA, TOM, account } from './lib/people.js';
import { story } from './lib/story.js';

/** What the frame asked the app for since `mark`, as paths; pages only. */
const asked = (browser, world, mark) =>
  browser.requests
    .slice(mark)
    .filter((request) => request.url().startsWith(world.app) && request.resourceType() === 'document')
    .map((request) => new URL(request.url()).pathname);

story('a later click is at home at once, with one exchange for each click', {}, async ({ shell, world, browser }) => {
  await shell.firstVisit(DANA, account);
  for (const clicks of [2, 3]) {
    const mark = browser.requests.length;
    await shell.open(DANA);
    await shell.showsVisit('home');
    assert.deepEqual(asked(browser, world, mark), ['/login'], 'home is rendered in the launch’s own answer');
    assert.equal(await world.exchanges(), clicks);
  }
});

story('a second Entrata id leads to the same account, and each tile to its own company', {}, async ({ shell }) => {
  await shell.firstVisit(DANA, account);

  // The person changes seats as one does in the shell, by its pickers.
  await shell.sitDownAs(TOM);
  await shell.clickTile();
  const login = await shell.showsVisit('login');
  assert.match(await login.innerText(), /Beech & Rowan/, 'the same number at another company is another person');
  await shell.signIn(account);
  const confirm = await shell.showsVisit('confirm');
  assert.match(await confirm.innerText(), /Beech & Rowan/);
  await shell.link();

  for (const seat of [DANA, TOM, DANA]) {
    await shell.open(seat);
    const home = await shell.showsVisit('home');
    assert.equal(await home.getByRole('heading', { level: 2 }).innerText(), seat.companyName);
    assert.equal(await home.locator('.properties li').count(), seat.properties);
  }
});

story(
  'where new browsers are asked, a linked person gives the password once in each',
  { env: { NEW_BROWSER: 'ask' } },
  async ({ shell, another }) => {
    await shell.firstVisit(DANA, account);
    await shell.open(DANA);
    await shell.showsVisit('home');

    const office = await another();
    await office.shell.open(DANA);
    const login = await office.shell.showsVisit('login');
    assert.equal(await login.getByText('Create an account').count(), 0);
    await office.shell.signIn(account);
    await office.shell.showsVisit('home');
    await office.shell.open(DANA);
    await office.shell.showsVisit('home');
  },
);

story('Entrata’s page reloaded brings a fresh code, and one is at home at once', {}, async ({ shell, page, world }) => {
  await shell.firstVisit(DANA, account);
  await page.reload();
  await shell.showsVisit('home');
  assert.equal(await world.exchanges(), 2);
});

story('the frame reloaded at its clean address keeps the person in', {}, async ({ shell, world }) => {
  await shell.firstVisit(DANA, account);
  const address = await shell.address();
  assert.equal(await shell.status(() => shell.frame().evaluate(() => void setTimeout(() => location.reload()))), 200);
  await shell.showsVisit('home');
  assert.equal(await shell.address(), address);
  assert.equal(await world.exchanges(), 1, 'nothing was launched by it');
});

story('Back to Entrata’s page resumes, though its frame’s old address held a spent code', {}, async ({ shell, page, browser, world }) => {
  await shell.firstVisit(DANA, account);
  await shell.open(DANA);
  await shell.showsVisit('home');
  const mark = browser.requests.length;
  await page.goto('about:blank');
  await page.goBack();
  await shell.showsVisit('home');
  assert(asked(browser, world, mark).length <= 2, 'no loop');
});

story('a first visit leaves one step in the history: Back leaves the app, and forward comes in again', {}, async ({ shell, page }) => {
  await shell.open(DANA);
  await shell.shows('login');
  await shell.register(account);
  await shell.shows('confirm');
  await shell.link();
  await page.evaluate(() => history.back());
  await page.locator('[data-tile=latchkey]').waitFor({ state: 'visible' });
  await page.evaluate(() => history.forward());
  await shell.showsVisit('home');
});

story('Back to a visit that was left shows the way in, never an error', { statuses: [401] }, async ({ shell, page }) => {
  await shell.firstVisit(DANA, account);
  await shell.app.getByRole('link', { name: 'Sessions' }).click();
  await shell.shows('sessions');
  await shell.button('Sign out').click();
  await shell.shows('login');
  assert.equal(await shell.status(() => page.evaluate(() => history.back())), 401);
  const login = await shell.shows('login');
  assert.match(await login.innerText(), /App Store/);
  assert.doesNotMatch(await login.innerText(), /Acme|dana/i);
});

story('a server restarted between login and confirmation loses nothing', {}, async ({ shell, world }) => {
  await shell.open(DANA);
  await shell.shows('login');
  await world.restartServer();
  await shell.register(account);
  await shell.showsVisit('confirm');
  await world.restartServer();
  await shell.link();
});

story('signing out shows the login page, ends the visit and takes the cookie away', { statuses: [401] }, async ({ shell, browser }) => {
  await shell.firstVisit(DANA, account);
  const sid = async () => (await browser.context.cookies()).filter((cookie) => cookie.name === '__Host-Http-sid');
  const [cookie] = await sid();
  assert.equal(cookie.httpOnly && cookie.secure && cookie.sameSite, 'None');
  assert(cookie.partitionKey, 'the cookie is partitioned');
  const visit = await shell.address();

  await shell.button('Sign out').click();
  await shell.shows('login');
  assert.equal(await shell.address(), '/login');
  assert.deepEqual(await sid(), []);
  assert.equal(await shell.go(visit), 401);
  await shell.shows('login');

  // The link stays: the next click is at home.
  await shell.open(DANA);
  await shell.showsVisit('home');
});
