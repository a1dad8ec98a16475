// Firefox, by Puppeteer over WebDriver BiDi. `blocked` is the setting that blocks all cross-site cookies; else it is the default.
import puppeteer from 'puppeteer-core';

const PARTITIONED = { 'network.cookie.cookieBehavior': 5, 'network.cookie.cookieBehavior.optInPartitioning': true };
const BLOCKED = { 'network.cookie.cookieBehavior': 1 };

const throughProxy = (port) => ({
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
      extraPrefsFirefox: { ...throughProxy(proxyPort), ...(blocked ? BLOCKED : PARTITIONED) },
    });
    return driver;
  }

  async tab() {
    return (this.front = new Tab(this, await this.browser.newPage()));
  }

  close() {
    return this.browser.close();
  }
}

class Tab {
  frames = ['app'];

  constructor(driver, page) {
    this.driver = driver;
    this.page = page;
  }

  async goto(url) {
    await this.page.goto(url);
  }

  async back() {
    await this.page.goBack();
  }

  async reload() {
    await this.page.reload();
  }

  /** The protocol does not tell a frame's name, so it is found by its element. */
  async frame() {
    let frame = this.page.mainFrame();
    for (const name of this.frames) {
      const element = await frame.$(`iframe[name="${name}"]`);
      if (!element) throw new Error(`there is no frame ${this.frames.join('/')}`);
      frame = await element.contentFrame();
    }
    return frame;
  }

  async run(fn, ...args) {
    return (await this.frame()).evaluate(fn, ...args);
  }

  runTop(fn, ...args) {
    return this.page.evaluate(fn, ...args);
  }

  /** An element of the frame, in the tab that is in front from then on: mouse and keys go nowhere else. */
  async element(selector) {
    if (this.driver.front !== this) await this.page.bringToFront();
    this.driver.front = this;
    const element = await (await this.frame()).$(selector);
    if (!element) throw new Error(`there is no ${selector}`);
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
    this.driver.front = undefined;
    await this.page.close();
  }
}
