// Chromium, driven by Playwright. The profile blocks or allows third-party cookies, as a user's own setting would.
import { launchChromium } from '../../lib/chromium.js';
import { PageTab } from './browser-page.js';

export class Driver {
  static async open({ proxyPort, thirdPartyCookies = false }) {
    const driver = new Driver();
    const { context, close } = await launchChromium({
      thirdPartyCookies,
      proxy: { server: `http://127.0.0.1:${proxyPort}` },
      ignoreHTTPSErrors: true,
      viewport: { width: 1000, height: 800 },
    });
    context.setDefaultTimeout(8000);
    return Object.assign(driver, { context, close });
  }

  async tab() {
    return new Tab(await this.context.newPage());
  }
}

class Tab extends PageTab {
  frame() {
    const childFrame = (frame, name) => frame?.childFrames().find((child) => child.name() === name);
    const frame = this.frames.reduce(childFrame, this.page.mainFrame());
    if (!frame) throw new Error(`no frame ${this.frames.join('/')}`);
    return frame;
  }

  async click(selector) {
    await this.page.bringToFront();
    await this.frame().locator(selector).click();
  }

  async fill(selector, text) {
    await this.frame().locator(selector).fill(text);
  }
}
