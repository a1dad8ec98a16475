// WebKitGTK's MiniBrowser, driven by WebKitWebDriver, on a virtual display. A WebDriver session has one current window
// and frame, so each command of a tab first selects its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../lib/network.js';

/** The key of an element's ID in WebDriver's JSON (W3C WebDriver, section 12). */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** Debian installs MiniBrowser in a folder named after the architecture, and below it one named after the API
 * version. */
function miniBrowser() {
  const matching = (folder, pattern) =>
    readdirSync(folder).filter((name) => pattern.test(name)).map((name) => path.join(folder, name));
  const folders = matching('/usr/lib', /-linux-gnu$/).flatMap((folder) => matching(folder, /^webkit2gtk-4/));
  return path.join(folders.at(-1), 'MiniBrowser');
}

export class Driver {
  static async open({ proxyPort }) {
    const driver = new Driver();
    const options = ['-displayfd', '3', '-screen', '0', '1100x1400x24', '-nolisten', 'tcp'];
    driver.display = spawn('Xvfb', options, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    const [display] = await once(createInterface(driver.display.stdio[3]), 'line');
    const port = await freePort();
    const env = { ...process.env, DISPLAY: `:${display}` };
    driver.server = spawn('WebKitWebDriver', [`--port=${port}`], { env, stdio: 'ignore' });
    driver.address = `http://127.0.0.1:${port}`;
    await driver.ready();
    // Not the capability `proxy`: with it, WebKit speaks TLS to `sslProxy`, which a CONNECT proxy does not expect.
    const args = ['--automation', `--proxy=http://127.0.0.1:${proxyPort}`];
    const alwaysMatch = { acceptInsecureCerts: true, 'webkitgtk:browserOptions': { binary: miniBrowser(), args } };
    const session = await driver.send('POST', '/session', { capabilities: { alwaysMatch } }).catch((error) => {
      driver.killProcesses();
      throw error;
    });
    driver.address += `/session/${session.sessionId}`;
    driver.firstWindow = await driver.send('GET', '/window');
    return driver;
  }

  async ready() {
    for (let tries = 0; tries < 200; tries++, await sleep(25)) {
      if (await fetch(`${this.address}/status`).then(() => true, () => false)) return;
    }
    throw new Error('WebKitWebDriver does not listen');
  }

  async send(method, command, body) {
    const response = await fetch(this.address + command, { method, body: body && JSON.stringify(body) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${command}: ${value.error}: ${value.message}`);
    return value;
  }

  /** Opens a new window. The session's first window stays open, because the session ends with its last one. */
  async tab() {
    await this.send('POST', '/window', { handle: this.firstWindow });
    const { handle } = await this.send('POST', '/window/new', { type: 'window' });
    await this.send('POST', '/window', { handle });
    await this.send('POST', '/window/rect', { x: 0, y: 0, width: 1100, height: 1400 });
    return new Tab(this, handle);
  }

  async close() {
    await this.send('DELETE', '').finally(() => this.killProcesses());
  }

  killProcesses() {
    this.server.kill();
    this.display.kill();
  }
}

class Tab {
  frames = ['app'];

  constructor(driver, handle) {
    this.driver = driver;
    this.handle = handle;
  }

  async selectTop() {
    await this.driver.send('POST', '/window', { handle: this.handle });
    await this.driver.send('POST', '/frame', { id: null });
  }

  async selectFrame() {
    await this.selectTop();
    for (const name of this.frames) {
      await this.driver.send('POST', '/frame', { id: await this.element(`iframe[name="${name}"]`) });
    }
  }

  element(selector) {
    return this.driver.send('POST', '/element', { using: 'css selector', value: selector });
  }

  async goto(url) {
    await this.selectTop();
    await this.driver.send('POST', '/url', { url });
  }

  async back() {
    await this.selectTop();
    await this.driver.send('POST', '/back', {});
  }

  async reload() {
    await this.selectTop();
    await this.driver.send('POST', '/refresh', {});
  }

  async run(fn, ...args) {
    await this.selectFrame();
    return this.execute(fn, args);
  }

  async runTop(fn, ...args) {
    await this.selectTop();
    return this.execute(fn, args);
  }

  execute(fn, args) {
    return this.driver.send('POST', '/execute/sync', { script: `return (${fn})(...arguments)`, args });
  }

  /** Scrolls first: when WebDriver scrolls for a click, the click sometimes goes to the element's old position. */
  async click(selector) {
    const scrollTo = (selector) => {
      document.querySelector(selector)?.scrollIntoView({ block: 'center', behavior: 'instant' });
    };
    await this.run(scrollTo, selector);
    const { [ELEMENT]: id } = await this.element(selector);
    await this.driver.send('POST', `/element/${id}/click`, {});
    return id;
  }

  /** Clicks first: a frame gets no key events before it has been clicked. */
  async fill(selector, text) {
    const id = await this.click(selector);
    await this.driver.send('POST', `/element/${id}/clear`, {});
    await this.driver.send('POST', `/element/${id}/value`, { text });
  }

  async close() {
    await this.selectTop();
    await this.driver.send('DELETE', '/window');
  }
}
