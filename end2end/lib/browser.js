// A Chromium that records what goes wrong: console errors, uncaught exceptions, dialogs, and requests to other hosts.
// Third-party cookies are blocked unless a test allows them: that is the hard case for a partitioned cookie.
import assert from 'node:assert/strict';
import { launchChromium } from './chromium.js';

/** The console error that Chromium writes for a response with an error status. */
const STATUS_ERROR = /^Failed to load resource: the server responded with a status of (\d{3}) /;

export class Browser {
  /** `statuses` are the error statuses that the test expects, `allowed` patterns of expected console errors, `origins`
   * the origins that may be contacted, first the app's and the sandbox's. With `framedCookies: false`, the browser
   * keeps the app's cookies at top level only. Other options go to `launchChromium`. */
  static async open({ statuses = [], allowed = [], origins, framedCookies = true, ...options }) {
    const browser = new Browser();
    const viewport = { width: 1280, height: 900 };
    if (!framedCookies) options.cookies = origins.slice(0, 2);
    const { context, close } = await launchChromium({ viewport, locale: 'en-US', ...options });
    Object.assign(browser, { context, closeChromium: close, origins, problems: [], requests: [] });
    context.setDefaultTimeout(20_000);
    browser.page = context.pages()[0] ?? (await context.newPage());
    browser.watch({ statuses, allowed });
    return browser;
  }

  watch({ statuses, allowed }) {
    const { context, problems } = this;
    const isAllowed = (text) => allowed.some((pattern) => pattern.test(text));
    context.on('console', (line) => {
      const status = Number(line.text().match(STATUS_ERROR)?.[1]);
      if (line.type() !== 'error' || statuses.includes(status) || isAllowed(line.text())) return;
      problems.push(`console: ${line.text()} (${line.location().url})`);
    });
    context.on('weberror', (webError) => {
      const error = String(webError.error());
      if (!isAllowed(error)) problems.push(`uncaught: ${error}`);
    });
    context.on('dialog', (dialog) => {
      problems.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    context.on('request', (request) => {
      this.requests.push(request);
      const { origin, protocol } = new URL(request.url());
      const usesNetwork = protocol.startsWith('http') || protocol.startsWith('ws');
      if (usesNetwork && !this.origins.includes(origin)) problems.push(`request to another host: ${request.url()}`);
    });
  }

  /** Closes the browser and fails if there were problems. */
  async close() {
    await this.closeChromium();
    assert.deepEqual(this.problems, []);
  }
}
