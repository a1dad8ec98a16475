// The list on a page of properties or residents: searching, sorting, paging.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds to wait for a list that is read from Entrata. */
const TIMEOUT = 30_000;

export class ListPage {
  constructor(shell) {
    this.shell = shell;
    this.searchField = shell.app.locator('#find');
    this.count = shell.app.locator('[data-part=count]');
    this.table = shell.app.locator('table.list');
    this.rows = this.table.locator('tbody tr');
    this.names = this.rows.locator('th');
    this.progress = shell.app.locator('.progress p:visible');
    this.error = shell.app.locator('[data-trouble]');
  }

  /** Waits until the count has this text. */
  waitForCount(text, timeout = TIMEOUT) {
    return this.count.and(this.shell.app.getByText(text, { exact: true })).waitFor({ timeout });
  }

  /** Waits for a progress line. */
  waitForProgress(pattern) {
    return this.progress.filter({ hasText: pattern }).waitFor({ timeout: TIMEOUT });
  }

  /** Returns the link in a column header. */
  header(name) {
    return this.table.locator('thead').getByRole('link', { name });
  }

  /** Waits until the list is sorted by a column. */
  waitForSort(name, order) {
    return this.table.locator(`thead th[aria-sort=${order}]`, { hasText: name }).waitFor();
  }

  /** Waits until a column header has the focus again after sorting. */
  async waitForHeaderFocus(name) {
    const header = await this.header(name).elementHandle();
    await this.shell.frame().waitForFunction((header) => document.activeElement === header, header);
  }

  /** Returns the number of rows once the page has loaded: a long page is shown while it loads. */
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

  /** Records what the count announces from now on. Returns a function that returns the texts so far. */
  async recordAnnouncements() {
    await this.shell.frame().evaluate(() => {
      const announcements = (window.announcements = []);
      const count = (window.observedCount = document.querySelector('[data-part=count]'));
      const observer = new MutationObserver(() => announcements.push(count.textContent));
      observer.observe(count, { childList: true, characterData: true, subtree: true });
    });
    return async () => {
      const isConnected = await this.shell.frame().evaluate(() => window.observedCount.isConnected);
      assert(isConnected, 'the element with role=status is not replaced');
      return this.shell.frame().evaluate(() => window.announcements);
    };
  }

  /** Returns the focused field and the caret in it. */
  caret() {
    return this.shell.frame().evaluate(() => {
      const { id, selectionStart, selectionEnd } = document.activeElement;
      return { id, selectionStart, selectionEnd };
    });
  }

  /** Clicks Refresh repeatedly until `condition` holds: a list is read again every ten seconds at most, in the
   * background. */
  async refreshUntil(condition, what) {
    for (const startedAt = Date.now(); Date.now() - startedAt < TIMEOUT; await sleep(500)) {
      await this.refresh();
      await this.count.waitFor();
      if (await condition()) return;
    }
    assert.fail(`timed out waiting for ${what}: ${await this.shell.app.locator('main').innerText()}`);
  }

  /** Clicks Refresh and waits until the page is replaced. */
  async refresh() {
    await this.shell.app.locator('main').evaluate((main) => (main.dataset.old = ''));
    await this.shell.button('Refresh').click();
    await this.shell.app.locator('main:not([data-old]):not([aria-busy])').waitFor();
  }
}

/** Goes from home to the list of properties. */
export async function openProperties(shell) {
  await shell.clickLink('Properties');
  await shell.waitForPage('properties');
  return new ListPage(shell);
}
