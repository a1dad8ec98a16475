// Debian's Chromium, each with a profile of its own, and a watch over it: what a page complains of, what it pops up, and every host it
// asks. Third-party cookies are blocked unless a test allows them: that is the hard case, which a partitioned cookie has to survive.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

export const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
ARGS.push('--disable-component-update', '--disable-sync');
// Playwright's own list turns the partitioning of storage off, which every Chromium in the world has on: without it a frame whose cookies
// are blocked has no storage at all. Of two lists the last one counts; this one keeps what matters here.
ARGS.push('--disable-features=HttpsUpgrades,MediaRouter,OptimizationHints,PreconnectToSearch,NetworkTimeServiceQuerying');

/** The browser's own line for a document that was answered with a status of its own. */
const ANSWERED = /^Failed to load resource: the server responded with a status of (\d{3}) /;

export class Browser {
  /** `statuses` are the error statuses that the test means to see, `allowed` the console lines; `origins` all that may be asked. */
  static async open({ thirdPartyCookies = false, cookies = true, statuses = [], allowed = [], origins, ...options }) {
    const browser = new Browser();
    browser.profile = await mkdtemp(path.join(tmpdir(), 'latchkey-chromium-'));
    await mkdir(path.join(browser.profile, 'Default'));
    const profile = { cookie_controls_mode: thirdPartyCookies ? 0 : 1, block_third_party_cookies: !thirdPartyCookies };
    // Chromium that keeps no cookies at all lets nobody store anything else either.
    if (!cookies) profile.default_content_setting_values = { cookies: 2 };
    await writeFile(path.join(browser.profile, 'Default/Preferences'), JSON.stringify({ profile }));
    browser.context = await chromium.launchPersistentContext(browser.profile, {
      executablePath: '/usr/bin/chromium',
      args: ARGS,
      viewport: { width: 1280, height: 900 },
      locale: 'en-US',
      ...options,
    });
    browser.context.setDefaultTimeout(20_000);
    browser.page = browser.context.pages()[0] ?? (await browser.context.newPage());
    browser.origins = origins;
    browser.watch({ statuses, allowed });
    return browser;
  }

  watch({ statuses, allowed }) {
    this.complaints = [];
    this.requests = [];
    const { context, complaints } = this;
    context.on('console', (line) => {
      const status = Number(line.text().match(ANSWERED)?.[1]);
      const meant = statuses.includes(status) || allowed.some((pattern) => pattern.test(line.text()));
      if (line.type() === 'error' && !meant) complaints.push(`console: ${line.text()} (${line.location().url})`);
    });
    context.on('weberror', (thrown) => {
      const error = String(thrown.error());
      if (!allowed.some((pattern) => pattern.test(error))) complaints.push(`uncaught: ${error}`);
    });
    context.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    context.on('request', (request) => {
      this.requests.push(request);
      const { origin, protocol } = new URL(request.url());
      const loads = protocol.startsWith('http') || protocol.startsWith('ws');
      if (loads && !this.origins.includes(origin)) complaints.push(`a stranger was asked: ${request.url()}`);
    });
  }

  /** Ends it; fails on whatever nobody meant to happen. */
  async close() {
    await this.context.close();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 3 });
    assert.deepEqual(this.complaints, []);
  }
}
