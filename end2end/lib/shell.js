// Entrata's shell page, as the sandbox shows it, with Latchkey in its frame.
import assert from 'node:assert/strict';

export class Shell {
  constructor(page, world) {
    this.page = page;
    this.world = world;
    this.app = page.frameLocator('iframe[name=app]');
  }

  // Entrata's page.

  /** Opens the shell as a staff member. */
  async enter(staff) {
    await this.page.goto(`${this.world.sandbox}/?company=${staff.company}&staff=${staff.id}`);
  }

  /** Switches to another staff member with the shell's pickers. */
  async switchTo(staff) {
    await this.page.locator('select[name=company]').selectOption(staff.company);
    await this.page.locator('select[name=staff]').selectOption(staff.id);
  }

  async clickTile() {
    await this.page.locator('[data-tile=latchkey]').click();
  }

  /** Launches the app as a staff member. */
  async open(staff) {
    await this.enter(staff);
    await this.clickTile();
  }

  /** Launches the app again, as the staff member who is there. */
  openAgain() {
    return this.page.locator('[data-action=open-again]').click();
  }

  /** Opens the shell at the address of the opened app, as a browser without script and a reload do. */
  openPage(staff) {
    return this.page.goto(`${this.world.sandbox}/open/${staff.company}/${staff.id}`);
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

  /** Waits for a page by its name. */
  async waitForPage(name) {
    await this.main(name).waitFor();
    return this.main(name);
  }

  /** Like `waitForPage`; also checks that the frame is at the visit's address, with no code in it. */
  async waitForVisit(name) {
    const main = await this.waitForPage(name);
    assert.match(await this.address(), /^\/v\/[\w-]+$/);
    return main;
  }

  /** Returns the frame's path and query. */
  async address() {
    const href = await this.frame().evaluate(() => location.href);
    assert(href.startsWith(this.world.app), `the frame is at ${href}`);
    return href.slice(this.world.app.length);
  }

  button(name) {
    return this.app.getByRole('button', { name, exact: true });
  }

  clickLink(name) {
    return this.app.getByRole('link', { name, exact: true }).click();
  }

  /** Dispatches a click to the element. For tests with several tabs: Chromium sometimes loses mouse and keyboard events
   * right after a tab came to the front, and may never acknowledge them. */
  async dispatchClick(role, name) {
    await this.app.getByRole(role, { name, exact: true }).dispatchEvent('click');
  }

  /** Waits for hydration: the island then hides the button that only the form without script needs. */
  waitForIsland() {
    return this.button('Search').waitFor({ state: 'hidden' });
  }

  /** Waits until the frame script knows the session credential. */
  waitForCredential() {
    return this.frame().waitForFunction(() => document.documentElement.dataset.credential);
  }

  /** Returns the session credential that the frame script found: "cookie" or "bearer". */
  credential() {
    return this.frame().evaluate(() => document.documentElement.dataset.credential);
  }

  /** Runs an action that requests a page of the app, and returns the status of the last response after redirects. */
  async status(action) {
    const isPage = (request) => request.isNavigationRequest() || 'latchkey-script' in request.headers();
    const isLast = (response) =>
      response.url().startsWith(this.world.app) &&
      isPage(response.request()) &&
      ![204, 303].includes(response.status());
    const [response] = await Promise.all([this.page.waitForEvent('response', isLast), action()]);
    return response.status();
  }

  /** Navigates the frame, as a link does, and returns the status. */
  goTo(address) {
    return this.status(() => this.frame().evaluate((to) => void setTimeout(() => location.assign(to)), address));
  }

  /** Reloads the frame's document and returns the status. */
  reloadFrame() {
    return this.status(() => this.frame().evaluate(() => void setTimeout(() => location.reload())));
  }

  /** Posts a form with one field and returns the status. */
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

  /** Opens the registration form. It is open already if a draft was restored. */
  openRegistration() {
    return this.app.locator('details').evaluate((details) => (details.open = true));
  }

  async register({ name, email, password }) {
    await this.openRegistration();
    await this.app.getByLabel('Your name').fill(name);
    await this.app.locator('form[action$="/register"]').getByLabel('Email').fill(email);
    await this.app.locator('form[action$="/register"]').getByLabel('Password').fill(password);
    await this.button('Create account').click();
  }

  async confirmLink() {
    await this.button('Link and continue').click();
    return this.waitForPage('home');
  }

  /** A first visit with a new account: from the tile to the home page. */
  async firstVisit(staff, account) {
    await this.open(staff);
    await this.waitForPage('login');
    await this.register(account);
    await this.waitForPage('confirm');
    return this.confirmLink();
  }

  /** Links another Entrata user to an existing account. */
  async linkTo(staff, account) {
    await this.open(staff);
    await this.waitForPage('login');
    await this.signIn(account);
    await this.waitForPage('confirm');
    return this.confirmLink();
  }
}
