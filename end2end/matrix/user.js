// A user at one tab of any browser: opens the app as a staff member, fills forms and clicks. The state of the page is
// polled, because that works the same in every engine.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** Runs in the app's frame and returns what it shows. */
function readState() {
  const main = document.querySelector('main[data-page]');
  const { credential } = document.documentElement.dataset;
  if (!main || document.readyState === 'loading') return null;
  const { page, reason } = main.dataset;
  const { pathname: path } = location;
  return { page, reason, credential, path, text: document.body.innerText, stale: Boolean(window.stale) };
}

/** Runs in the app's frame. Returns the milliseconds from the start of its navigation until both the page and the
 * response to the cookie probe were there. */
function readLoadTime() {
  const [{ domInteractive }] = performance.getEntriesByType('navigation');
  const probe = performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/cookie-probe'));
  return Math.round(Math.max(domInteractive, probe?.responseEnd ?? 0));
}

export class User {
  constructor(tab, sites) {
    this.tab = tab;
    this.sites = sites;
  }

  /** Returns what the frame shows, or null while it shows nothing of the app. */
  async state() {
    const controller = new AbortController();
    const timeout = sleep(2000, null, { signal: controller.signal }).catch(() => null);
    const state = await Promise.race([this.tab.run(readState).catch(() => null), timeout]);
    controller.abort();
    return state;
  }

  /** Polls until a condition on the state holds, and returns the state. */
  async waitFor(what, condition, ms = 8000) {
    let state = null;
    for (const startedAt = Date.now(); Date.now() - startedAt < ms; await sleep(40)) {
      state = await this.state();
      if (state && condition(state)) return state;
    }
    const path = state?.path.replace(/[\w-]{22}/, '{visit}');
    const shown = state ? JSON.stringify({ ...state, path }) : 'nothing of the app';
    throw new Error(`timed out waiting for ${what}; the frame shows ${shown}`);
  }

  waitForPage(page) {
    return this.waitFor(`page ${page}`, (state) => state.page === page && !state.stale);
  }

  /** Opens the app as a staff member and waits until the page is usable. Returns the session credential, the
   * milliseconds that it took, and the number of requests. */
  async open(staff, page) {
    const start = this.sites.requestCount;
    await this.tab.goto(this.sites.openedApp(staff));
    await this.waitForPage(page);
    const isKnown = ({ credential }) => ['cookie', 'bearer'].includes(credential);
    const { credential } = await this.waitFor('the session credential', isKnown, 4000);
    return { credential, ms: await this.tab.run(readLoadTime), requests: this.sites.pageRequests(start).length };
  }

  /** Reloads the frame's document, by script. */
  async reloadFrame() {
    await this.tab.run(() => {
      window.stale = true;
      setTimeout(() => location.reload());
    });
  }

  async register({ name, email, password }) {
    await this.openRegistration();
    await this.fill('register', { name, email, password });
    await this.submit('register');
  }

  /** Opens the registration form. It is open already if a draft was restored. */
  async openRegistration() {
    if (!(await this.tab.run(() => document.querySelector('details').open))) await this.tab.click('details summary');
  }

  async signIn({ email, password }) {
    await this.fill('sign-in', { email, password });
    await this.submit('sign-in');
  }

  async fill(form, fields) {
    for (const [name, text] of Object.entries(fields)) {
      await this.tab.fill(`form[action$="/${form}"] [name="${name}"]`, text);
    }
  }

  submit(form) {
    return this.tab.click(`form[action$="/${form}"] button`);
  }

  signOut() {
    return this.tab.click('header form[action$="/sign-out"] button');
  }

  async confirmLink() {
    await this.waitForPage('confirm');
    await this.submit('link');
    return this.waitForPage('home');
  }

  /** Follows a link of the navigation bar and checks whom the page acts for. */
  async goTo(page, staff) {
    await this.tab.click(page === 'home' ? 'header nav a:first-child' : `header nav a[href$="/${page}"]`);
    this.assertActsFor(staff, await this.waitForPage(page));
  }

  assertActsFor(staff, { text }) {
    assert(text.includes(staff.companyName), `the page acts for ${staff.companyName}`);
  }
}
