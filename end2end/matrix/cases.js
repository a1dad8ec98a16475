// What must hold in every browser. A case gets `{ openUser, sites, row }`; `openUser()` opens a tab. The table shows
// what a case returns, or else which credential its requests carried.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { DANA, TOM, account, otherAccount } from '../lib/people.js';

const MARCUS = { ...DANA, id: '7f3a09c1be' };
const PRIYA = { ...DANA, id: '51877' };

/** Waits until the response to the latest page request has a status that fulfills a condition. */
async function waitForStatus(sites, start, condition) {
  for (const startedAt = Date.now(); !condition(sites.pageRequests(start).at(-1)?.status); await sleep(20)) {
    if (Date.now() - startedAt > 8000) throw new Error('the app got no such request');
  }
}

async function assertNoLoop(sites, start, max) {
  await sleep(500);
  const { length } = sites.pageRequests(start);
  assert(length <= max, `${length} requests instead of ${max} at most`);
}

/** Opens a page that may not frame the app: the app answers once, and the browser renders nothing of it. */
async function assertNotRendered({ openUser, sites }, url, frames) {
  const start = sites.requestCount;
  const user = await openUser(frames);
  await user.tab.goto(url);
  await sleep(700);
  assert.equal(await user.state(), null);
  const requests = sites.requestsSince(start).map(({ method, path, status }) => `${method} ${path} ${status}`);
  assert.deepEqual(requests, ['GET /login 200'], 'one request, whose response is not rendered');
  return 'nothing';
}

/** Launches in two tabs of a browser that is new to the app, both before either has a response. `delays` are the
 * milliseconds of the two responses. */
async function launchTwoTabs({ openUser, sites }, platform, ...delays) {
  const [dana, tom] = [await openUser(), await openUser()];
  sites.delayResponses(/^\/login\?/, ...delays);
  const navigate = (url) => void setTimeout(() => location.assign(url));
  await dana.tab.runTop(navigate, sites.openedApp(DANA, platform));
  await tom.tab.runTop(navigate, sites.openedApp(TOM, platform));
  await dana.waitForPage('home');
  await tom.waitForPage('home');
  for (const page of ['sessions', 'home']) {
    await tom.goTo(page, TOM);
    await dana.goTo(page, DANA);
  }
}

/** The cases that others build on. */
export const REQUIRED = ['first visit', 'two companies'];

export const CASES = {
  async 'first visit'({ openUser, row }) {
    const dana = await openUser();
    row.firstLaunch = await dana.open(DANA, 'login');
    await dana.register(account);
    await dana.confirmLink();
    assert.equal(row.firstLaunch.credential, row.credential);
    const countTokens = () => Object.keys(sessionStorage).filter((key) => key.startsWith('latchkey/v/')).length;
    assert.equal(await dana.tab.run(countTokens), row.credential === 'bearer' ? 1 : 0, 'tokens in this tab');
  },

  async 'later visit'({ openUser, row, sites }) {
    const start = sites.requestCount;
    const dana = await openUser();
    row.laterLaunch = await dana.open(DANA, 'home');
    dana.assertActsFor(DANA, await dana.state());
    await assertNoLoop(sites, start, 2);
    return row.laterLaunch.credential;
  },

  async 'reload of the frame'({ openUser, sites }) {
    const dana = await openUser();
    await dana.open(DANA, 'home');
    const start = sites.requestCount;
    await dana.reloadFrame();
    dana.assertActsFor(DANA, await dana.waitForPage('home'));
    await assertNoLoop(sites, start, 3);
    await dana.goTo('sessions', DANA);
    await dana.reloadFrame();
    dana.assertActsFor(DANA, await dana.waitForPage('sessions'));
  },

  async 'Back after leaving'({ openUser, sites }) {
    const dana = await openUser();
    await dana.open(DANA, 'home');
    await dana.tab.goto(sites.unrelatedPage);
    const start = sites.requestCount;
    await dana.tab.back();
    dana.assertActsFor(DANA, await dana.waitForPage('home'));
    await assertNoLoop(sites, start, 3);
    await dana.goTo('sessions', DANA);
  },

  async 'Back in the frame'({ openUser, sites }) {
    const dana = await openUser();
    await dana.open(DANA, 'home');
    await dana.goTo('sessions', DANA);
    const start = sites.requestCount;
    await dana.tab.run(() => void setTimeout(() => history.back()));
    dana.assertActsFor(DANA, await dana.waitForPage('home'));
    await dana.tab.run(() => void setTimeout(() => history.forward()));
    dana.assertActsFor(DANA, await dana.waitForPage('sessions'));
    await assertNoLoop(sites, start, 6);
  },

  /** A click before the response to the cookie probe. */
  async 'early click'({ openUser, sites }) {
    sites.delayResponses(/\/cookie-probe$/, 1000);
    const dana = await openUser();
    await dana.tab.goto(sites.openedApp(DANA));
    await dana.waitForPage('home');
    await dana.goTo('sessions', DANA);
    await dana.goTo('home', DANA);
  },

  async 'two companies'({ openUser }) {
    const [dana, tom] = [await openUser(), await openUser()];
    await dana.open(DANA, 'home');
    await tom.open(TOM, 'login');
    await tom.signIn(account);
    await tom.waitForPage('confirm');
    await dana.goTo('sessions', DANA);
    tom.assertActsFor(TOM, await tom.confirmLink());
    await dana.goTo('home', DANA);
    await tom.goTo('sessions', TOM);
    await dana.open(DANA, 'home');
    await tom.goTo('home', TOM);
    await dana.goTo('sessions', DANA);
  },

  /** Each launch sets a cookie of its own, and the second replaces the first. */
  async 'two tabs at once'(context) {
    return launchTwoTabs(context, 1, 300, 300);
  },

  /** The same, but the first tab has probed its cookie before the second cookie arrives. */
  async 'two tabs, one late'(context) {
    return launchTwoTabs(context, 2, 300, 2000);
  },

  async 'sign-out in one tab'({ openUser, sites }) {
    const [dana, tom] = [await openUser(), await openUser()];
    await dana.open(DANA, 'home');
    await tom.open(TOM, 'home');
    const start = sites.requestCount;
    await dana.signOut();
    await dana.waitForPage('login');
    await tom.goTo('sessions', TOM);
    await tom.goTo('home', TOM);
    await dana.reloadFrame();
    await dana.waitForPage('login');
    await assertNoLoop(sites, start, 8);
  },

  async 'expiry in a form'({ openUser, sites }) {
    const marcus = await openUser();
    await marcus.open(MARCUS, 'login');
    await marcus.openRegistration();
    await marcus.fill('register', otherAccount);
    sites.world.expirePendingVisits();
    const start = sites.requestCount;
    await marcus.submit('register');
    await waitForStatus(sites, start, (status) => status);
    await sleep(300);
    const shown = (await marcus.state())?.page;
    await marcus.open(MARCUS, 'login');
    const readValue = (name) => document.querySelector(`[action$="/register"] [name=${name}]`).value;
    const values = [];
    for (const name of ['name', 'email', 'password']) values.push(await marcus.tab.run(readValue, name));
    assert.deepEqual(values, [otherAccount.name, otherAccount.email, ''], `after page ${shown}`);
  },

  async 'server restart'({ openUser, sites }) {
    const dana = await openUser();
    await dana.open(DANA, 'home');
    await sites.world.restartServer();
    await dana.goTo('sessions', DANA);
    await sites.world.restartServer();
    await dana.reloadFrame();
    dana.assertActsFor(DANA, await dana.waitForPage('sessions'));
  },

  async 'foreign parent'(context) {
    const { sites } = context;
    return assertNotRendered(context, sites.unrelatedFrame(await sites.world.launchUrl(DANA)));
  },

  async 'foreign grandparent'(context) {
    const { sites } = context;
    return assertNotRendered(context, sites.unrelatedFrame(sites.openedApp(DANA), 'middle'), ['middle', 'app']);
  },

  async 'sandboxed frame'({ openUser, sites }) {
    const dana = await openUser();
    const start = sites.requestCount;
    await dana.tab.goto(sites.sandboxedFrame(await sites.world.launchUrl(DANA), 'allow-scripts allow-forms'));
    const { reason, text } = await dana.waitForPage('error');
    assert.equal(reason, 'sandboxed');
    assert.match(text, /Entrata|administrator/);
    await assertNoLoop(sites, start, 3);
    return 'explained';
  },

  async 'no script'({ openUser, sites, row }) {
    const priya = await openUser();
    const start = sites.requestCount;
    await priya.tab.goto(sites.sandboxedFrame(await sites.world.launchUrl(PRIYA), 'allow-same-origin allow-forms'));
    await priya.waitForPage('login');
    await priya.register({ ...account, email: 'priya@example.com' });
    if (row.credential === 'cookie') {
      priya.assertActsFor(PRIYA, await priya.confirmLink());
      await priya.goTo('sessions', PRIYA);
      await priya.goTo('home', PRIYA);
      await priya.signOut();
      await priya.waitForPage('login');
      return;
    }
    await waitForStatus(sites, start, (status) => status === 401);
    await priya.waitForPage('login');
    const noscript = await priya.tab.run(() => document.querySelector('noscript')?.innerText ?? '');
    assert.match(noscript, /\w{3}/, 'the page says what to do');
    await assertNoLoop(sites, start, 2);
    return 'explained';
  },
};
