// Chromium, by Playwright. Third-party cookies are blocked or allowed by the profile, as a person's own setting would.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { ARGS } from '../../lib/browser.js';

export class Driver {
  static async open({ proxyPort, thirdPartyCookies = false }) {
    const driver = new Driver();
    driver.profile = await mkdtemp(path.join(tmpdir(), 'latchkey-chromium-'));
    await mkdir(path.join(driver.profile, 'Default'));
    const cookies = { cookie_controls_mode: thirdPartyCookies ? 0 : 1, block_third_party_cookies: !thirdPartyCookies };
    await writeFile(path.join(driver.profile, 'Default/Preferences'), JSON.stringify({ profile: cookies }));
    driver.context = await chromium.launchPersistentContext(driver.profile, {
      executablePath: '/usr/bin/chromium',
      args: ARGS,
      proxy: { server: `http://127.0.0.1:${proxyPort}` },
      ignoreHTTPSErrors: true,
      viewport: { width: 1000, height: 800 },
    });
    driver.context.setDefaultTimeout(8000);
    return driver;
  }

  async tab() {
    return new Tab(await this.context.newPage());
  }

  async close() {
    await this.context.close();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 3 });
  }
}

class Tab {
  frames = ['app'];

  constructor(page) {
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

  frame() {
    const inside = (frame, name) => frame?.childFrames().find((child) => child.name() === name);
    const frame = this.frames.reduce(inside, this.page.mainFrame());
    if (!frame) throw new Error(`there is no frame ${this.frames.join('/')}`);
    return frame;
  }

  async run(fn, ...args) {
    return this.frame().evaluate(call(fn, args));
  }

  runTop(fn, ...args) {
    return this.page.evaluate(call(fn, args));
  }

  async click(selector) {
    await this.page.bringToFront();
    await this.frame().locator(selector).click();
  }

  async fill(selector, text) {
    await this.frame().locator(selector).fill(text);
  }

  async close() {
    await this.page.close();
  }
}

const call = (fn, args) => `(${fn})(...${JSON.stringify(args)})`;
