// A list of a company's data in the frame: properties, residents; as a person searches, sorts and pages it.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

/** A list that Entrata has to be asked for comes in its own time. */
const PATIENCE = 30_000;

export class List {
  constructor(shell) {
    this.shell = shell;
    this.field = shell.app.locator('#find');
    this.count = shell.app.locator('[data-part=count]');
    this.table = shell.app.locator('table.list');
    this.rows = this.table.locator('tbody tr');
    this.names = this.rows.locator('th');
    this.step = shell.app.locator('.steps-on-the-way p:visible');
    this.trouble = shell.app.locator('[data-trouble]');
  }

  /** Waits until the count is this. */
  says(text, timeout = PATIENCE) {
    return this.count.and(this.shell.app.getByText(text, { exact: true })).waitFor({ timeout });
  }

  /** Until a step like this is shown on the way. */
  steps(pattern) {
    return this.step.filter({ hasText: pattern }).waitFor({ timeout: PATIENCE });
  }

  head(name) {
    return this.table.locator('thead').getByRole('link', { name });
  }

  /** Until the list is sorted by a column. */
  sorted(name, order) {
    return this.table.locator(`thead th[aria-sort=${order}]`, { hasText: name }).waitFor();
  }

  /** Until the focus is at a head, where it was before the list was sorted. */
  async keepsFocus(name) {
    const head = await this.head(name).elementHandle();
    await this.shell.frame().waitForFunction((head) => document.activeElement === head, head);
  }

  /** How many rows there are, once the page has come to its end: a long one is shown while it comes. */
  async size() {
    await this.shell.frame().waitForFunction(() => document.readyState !== 'loading');
    return this.rows.count();
  }

  column(name) {
    return this.rows.locator(`[data-label="${name}"]`).allInnerTexts();
  }

  link(name) {
    return this.rows.getByRole('link', { name, exact: true });
  }

  /** From now on, writes down whatever the page's list says of itself; gives a function that tells it. */
  async listen() {
    await this.shell.frame().evaluate(() => {
      const said = (window.said = []);
      const count = (window.heard = document.querySelector('[data-part=count]'));
      new MutationObserver(() => said.push(count.textContent)).observe(count, { childList: true, characterData: true, subtree: true });
    });
    return async () => {
      assert(await this.shell.frame().evaluate(() => window.heard.isConnected), 'what is announced stays the same element');
      return this.shell.frame().evaluate(() => window.said);
    };
  }

  /** Where the caret is, and in what. */
  caret() {
    return this.shell.frame().evaluate(() => {
      const { id, selectionStart, selectionEnd } = document.activeElement;
      return { id, selectionStart, selectionEnd };
    });
  }

  /** Presses Refresh, and looks again and again, until the page pleases: a list is read anew at most every ten seconds, in the background. */
  async refreshUntil(pleases, what) {
    for (const began = Date.now(); Date.now() - began < PATIENCE; await pause(500)) {
      const main = this.shell.app.locator('main');
      await main.evaluate((main) => (main.dataset.old = ''));
      await this.shell.button('Refresh').click();
      await this.shell.app.locator('main:not([data-old]):not([aria-busy])').waitFor();
      await this.count.waitFor();
      if (await pleases()) return;
    }
    assert.fail(`${what} did not come: ${await this.shell.app.locator('main').innerText()}`);
  }
}

/** From home to the properties by the bar. */
export async function toProperties(shell) {
  await shell.app.getByRole('link', { name: 'Properties', exact: true }).click();
  await shell.shows('properties');
  return new List(shell);
}
