// Firefox, driven by Puppeteer over WebDriver BiDi. `blocked` is the setting that blocks all cross-site cookies.
import puppeteer from 'puppeteer-core';
import { PageTab } from './browser-page.js';

const PARTITIONED = { 'network.cookie.cookieBehavior': 5, 'network.cookie.cookieBehavior.optInPartitioning': true };
const BLOCKED = { 'network.cookie.cookieBehavior': 1 };

const proxySettings = (port) => ({
  'network.proxy.type': 1,
  'network.proxy.http': '127.0.0.1',
  'network.proxy.http_port': port,
  'network.proxy.ssl': '127.0.0.1',
  'network.proxy.ssl_port': port,
});

export class Driver {
  static async open({ proxyPort, blocked = false }) {
    const driver = new Driver();
    driver.browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: '/usr/bin/firefox-esr',
      acceptInsecureCerts: true,
      defaultViewport: null,
      extraPrefsFirefox: { ...proxySettings(proxyPort), ...(blocked ? BLOCKED : PARTITIONED) },
    });
    return driver;
  }

  async tab() {
    return (this.frontTab = new Tab(this, await this.browser.newPage()));
  }

  close() {
    return this.browser.close();
  }
}

class Tab extends PageTab {
  constructor(driver, page) {
    super(page);
    this.driver = driver;
  }

  /** Finds the frame by its element: the protocol does not report frame names. */
  async frame() {
    let frame = this.page.mainFrame();
    for (const name of this.frames) {
      const element = await frame.$(`iframe[name="${name}"]`);
      if (!element) throw new Error(`no frame ${this.frames.join('/')}`);
      frame = await element.contentFrame();
    }
    return frame;
  }

  /** Returns an element of the frame and brings its tab to the front, the only one that gets mouse and keyboard
   * events. */
  async element(selector) {
    if (this.driver.frontTab !== this) await this.page.bringToFront();
    this.driver.frontTab = this;
    const element = await (await this.frame()).$(selector);
    if (!element) throw new Error(`no element ${selector}`);
    return element;
  }

  async click(selector) {
    await (await this.element(selector)).click();
  }

  async fill(selector, text) {
    const element = await this.element(selector);
    await element.evaluate((field) => (field.value = ''));
    await element.type(text);
  }

  async close() {
    this.driver.frontTab = undefined;
    await super.close();
  }
}
