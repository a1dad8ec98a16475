// Somebody at one tab of any browser: opens the app as a member of staff, sees which page is there, fills forms, clicks. What is
// there is learnt by looking again and again, because that is the same in every engine.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

/** Runs in the app's frame: what it shows. */
function look() {
  const main = document.querySelector('main[data-page]');
  const { carrier } = document.documentElement.dataset;
  if (!main || document.readyState === 'loading') return null;
  const { page, reason } = main.dataset;
  return { page, reason, carrier, path: location.pathname, text: document.body.innerText, stale: Boolean(window.stale) };
}

/** Runs in the app's frame: milliseconds from the start of its navigation to the page and the answer that decides the carrier. */
function times() {
  const [{ domInteractive }] = performance.getEntriesByType('navigation');
  const echo = performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/echo'));
  return Math.round(Math.max(domInteractive, echo?.responseEnd ?? 0));
}

export class Person {
  constructor(tab, sites) {
    this.tab = tab;
    this.sites = sites;
  }

  /** What the frame shows, or null while it shows nothing of the app's. */
  async sees() {
    const late = new AbortController();
    const seen = this.tab.run(look).catch(() => null);
    const given = await Promise.race([seen, pause(2000, null, { signal: late.signal }).catch(() => null)]);
    late.abort();
    return given;
  }

  /** Waits until what is seen pleases. */
  async until(wanted, pleases, ms = 8000) {
    let seen = null;
    for (const began = Date.now(); Date.now() - began < ms; await pause(40)) {
      seen = await this.sees();
      if (seen && pleases(seen)) return seen;
    }
    const path = seen?.path.replace(/[\w-]{22}/, '{visit}');
    throw new Error(`${wanted} did not come; the frame shows ${seen ? JSON.stringify({ ...seen, path }) : 'nothing of the app'}`);
  }

  shows(page) {
    return this.until(`page ${page}`, (seen) => seen.page === page && !seen.stale);
  }

  /** Opens the app as a member of staff, and waits until it is ready for a click there. */
  async opens(seat, page) {
    const mark = this.sites.mark();
    await this.tab.goto(this.sites.opened(seat));
    return this.ready(page, mark);
  }

  async ready(page, mark) {
    await this.shows(page);
    const { carrier } = await this.until('a carrier', ({ carrier }) => ['cookie', 'bearer'].includes(carrier), 4000);
    const asked = this.sites.since(mark).filter(({ dest }) => dest === 'iframe' || dest === 'empty');
    return { carrier, ms: await this.tab.run(times), trips: asked.filter(({ path }) => !path.startsWith('/pkg/')).length };
  }

  /** Loads the frame's document again, by its own script. */
  async reloadsFrame() {
    await this.tab.run(() => {
      window.stale = true;
      setTimeout(() => location.reload());
    });
  }

  async registers({ name, email, password }) {
    await this.unfolds();
    await this.types('register', { name, email, password });
    await this.submits('register');
  }

  /** The form for a new account; it stands open where something was typed into it before. */
  async unfolds() {
    if (!(await this.tab.run(() => document.querySelector('details').open))) await this.tab.click('details summary');
  }

  async signsIn({ email, password }) {
    await this.types('sign-in', { email, password });
    await this.submits('sign-in');
  }

  async types(form, fields) {
    for (const [name, text] of Object.entries(fields)) await this.tab.fill(`form[action$="/${form}"] [name="${name}"]`, text);
  }

  submits(form) {
    return this.tab.click(`form[action$="/${form}"] button`);
  }

  signsOut() {
    return this.tab.click('header form[action$="/sign-out"] button');
  }

  async links() {
    await this.shows('confirm');
    await this.submits('link');
    return this.shows('home');
  }

  /** Follows a link of the bar, and checks for whom the page acts. */
  async goes(page, seat) {
    await this.tab.click(page === 'home' ? 'header nav a:first-child' : `header nav a[href$="/${page}"]`);
    this.actsFor(seat, await this.shows(page));
  }

  actsFor(seat, { text }) {
    assert(text.includes(seat.companyName), `the page acts for ${seat.companyName}`);
  }
}
