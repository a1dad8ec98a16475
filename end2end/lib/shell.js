// Entrata's shell as the sandbox shows it, and Latchkey in its frame, as a person uses them.
import assert from 'node:assert/strict';

export class Shell {
  constructor(page, world) {
    this.page = page;
    this.world = world;
    this.app = page.frameLocator('iframe[name=app]');
  }

  // Entrata's page.

  /** Opens the back office as a member of staff. */
  async enter(seat) {
    await this.page.goto(`${this.world.sandbox}/?company=${seat.company}&staff=${seat.id}`);
  }

  /** Changes seats by the page's pickers. */
  async sitDownAs(seat) {
    await this.page.locator('select[name=company]').selectOption(seat.company);
    await this.page.locator('select[name=staff]').selectOption(seat.id);
  }

  async clickTile() {
    await this.page.locator('[data-tile=latchkey]').click();
  }

  async open(seat) {
    await this.enter(seat);
    await this.clickTile();
  }

  /** The platform's address for an opened app: how one comes in without script, and what a reload asks for. */
  openPage(seat) {
    return this.page.goto(`${this.world.sandbox}/open/${seat.company}/${seat.id}`);
  }

  // Latchkey in the frame.

  frame() {
    const frame = this.page.frame({ name: 'app' });
    assert(frame, 'the app is framed');
    return frame;
  }

  main(name) {
    return this.app.locator(`main[data-page="${name}"]`);
  }

  async shows(name) {
    await this.main(name).waitFor();
    return this.main(name);
  }

  /** As `shows`; where the visit has an address, the frame stands at it, without a trace of the code. */
  async showsVisit(name) {
    const main = await this.shows(name);
    assert.match(await this.address(), /^\/v\/[\w-]+$/);
    return main;
  }

  /** The frame's address below the app's origin. */
  async address() {
    const href = await this.frame().evaluate(() => location.href);
    assert(href.startsWith(this.world.app), `the frame is at ${href}`);
    return href.slice(this.world.app.length);
  }

  button(name) {
    return this.app.getByRole('button', { name, exact: true });
  }

  /**
   * Clicks where several tabs are open, by the element itself: what mouse and keys do right after a tab came to the front, Chromium
   * loses now and then, and may never acknowledge.
   */
  async press(role, name) {
    await this.app.getByRole(role, { name, exact: true }).dispatchEvent('click');
  }

  /** The island hides the button that only the form without script needs: then it has taken over. */
  islandTakesOver() {
    return this.button('Search').waitFor({ state: 'hidden' });
  }

  /** Does something that asks for a page of the app, and gives the status of what came at the end of its redirects. */
  async status(action) {
    const isPage = (request) => request.isNavigationRequest() || 'latchkey-script' in request.headers();
    const isEnd = (answer) =>
      answer.url().startsWith(this.world.app) && isPage(answer.request()) && ![204, 303].includes(answer.status());
    const [answer] = await Promise.all([this.page.waitForEvent('response', isEnd), action()]);
    return answer.status();
  }

  /** The frame goes to an address of the app by itself, as by a link. */
  go(address) {
    return this.status(() => this.frame().evaluate((to) => void setTimeout(() => location.assign(to)), address));
  }

  /** Posts a form of one field to an address of the app. */
  post(address, name, value) {
    const submit = ([action, name, value]) => {
      const form = Object.assign(document.createElement('form'), { method: 'post', action });
      form.append(Object.assign(document.createElement('input'), { name, value }));
      document.body.append(form);
      form.submit();
    };
    return this.status(() => this.frame().evaluate(submit, [address, name, value]));
  }

  async signIn({ email, password }) {
    await this.app.locator('form[action$="/sign-in"]').getByLabel('Email').fill(email);
    await this.app.locator('form[action$="/sign-in"]').getByLabel('Password').fill(password);
    await this.button('Sign in').click();
  }

  /** Opens the form for a new account, unless something typed before has opened it already. */
  unfold() {
    return this.app.locator('details').evaluate((fold) => (fold.open = true));
  }

  async register({ name, email, password }) {
    await this.unfold();
    await this.app.getByLabel('Your name').fill(name);
    await this.app.locator('form[action$="/register"]').getByLabel('Email').fill(email);
    await this.app.locator('form[action$="/register"]').getByLabel('Password').fill(password);
    await this.button('Create account').click();
  }

  async link() {
    await this.button('Link and continue').click();
    return this.shows('home');
  }

  /** A whole first visit: from the tile to home, with a new account. */
  async firstVisit(seat, account) {
    await this.open(seat);
    await this.shows('login');
    await this.register(account);
    await this.shows('confirm');
    return this.link();
  }
}
