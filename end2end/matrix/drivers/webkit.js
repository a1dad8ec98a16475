// WebKitGTK, by its own WebDriver and its MiniBrowser, on a screen that nobody sees. The protocol keeps one window and one frame for
// a whole session, so each command of a tab first chooses its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../lib/processes.js';

/** The name by which a WebDriver element is told from other objects. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** Debian keeps MiniBrowser in a folder named by the machine's kind, and one in it named by the API's version. */
function miniBrowser() {
  const named = (folder, pattern) => readdirSync(folder).filter((name) => pattern.test(name));
  const below = (folder, pattern) => named(folder, pattern).map((name) => path.join(folder, name));
  const folders = below('/usr/lib', /-linux-gnu$/).flatMap((folder) => below(folder, /^webkit2gtk-4/));
  return path.join(folders.at(-1), 'MiniBrowser');
}

export class Driver {
  static async open({ proxyPort }) {
    const driver = new Driver();
    driver.screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1100x1400x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const [display] = await once(createInterface(driver.screen.stdio[3]), 'line');
    const port = await freePort();
    const env = { ...process.env, DISPLAY: `:${display}` };
    driver.server = spawn('WebKitWebDriver', [`--port=${port}`], { env, stdio: 'ignore' });
    driver.address = `http://127.0.0.1:${port}`;
    await driver.listens();
    // Not the capability `proxy`: its `sslProxy` is spoken to in TLS, which no CONNECT proxy expects.
    const args = ['--automation', `--proxy=http://127.0.0.1:${proxyPort}`];
    const asked = { acceptInsecureCerts: true, 'webkitgtk:browserOptions': { binary: miniBrowser(), args } };
    const session = await driver.ask('POST', '/session', { capabilities: { alwaysMatch: asked } }).catch((error) => {
      driver.end();
      throw error;
    });
    driver.address += `/session/${session.sessionId}`;
    driver.first = await driver.ask('GET', '/window');
    return driver;
  }

  async listens() {
    for (let tries = 0; tries < 200; tries++, await pause(25)) {
      if (await fetch(`${this.address}/status`).then(() => true, () => false)) return;
    }
    throw new Error('WebKitWebDriver does not listen');
  }

  async ask(method, command, body) {
    const answer = await fetch(this.address + command, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${command}: ${value.error}: ${value.message}`);
    return value;
  }

  /** Always a new one: the window that the session began with stays, for the session ends with its last one. */
  async tab() {
    await this.ask('POST', '/window', { handle: this.first });
    const { handle } = await this.ask('POST', '/window/new', { type: 'window' });
    await this.ask('POST', '/window', { handle });
    await this.ask('POST', '/window/rect', { x: 0, y: 0, width: 1100, height: 1400 });
    return new Tab(this, handle);
  }

  async close() {
    await this.ask('DELETE', '').finally(() => this.end());
  }

  end() {
    this.server.kill();
    this.screen.kill();
  }
}

class Tab {
  frames = ['app'];

  constructor(driver, handle) {
    this.driver = driver;
    this.handle = handle;
  }

  async top() {
    await this.driver.ask('POST', '/window', { handle: this.handle });
    await this.driver.ask('POST', '/frame', { id: null });
  }

  async enter() {
    await this.top();
    for (const name of this.frames) await this.driver.ask('POST', '/frame', { id: await this.element(`iframe[name="${name}"]`) });
  }

  element(selector) {
    return this.driver.ask('POST', '/element', { using: 'css selector', value: selector });
  }

  async goto(url) {
    await this.top();
    await this.driver.ask('POST', '/url', { url });
  }

  async back() {
    await this.top();
    await this.driver.ask('POST', '/back', {});
  }

  async reload() {
    await this.top();
    await this.driver.ask('POST', '/refresh', {});
  }

  async run(fn, ...args) {
    await this.enter();
    return this.execute(fn, args);
  }

  async runTop(fn, ...args) {
    await this.top();
    return this.execute(fn, args);
  }

  execute(fn, args) {
    return this.driver.ask('POST', '/execute/sync', { script: `return (${fn})(...arguments)`, args });
  }

  /** Where it has to scroll first, a click goes to where the element was, now and then: so it scrolls beforehand. */
  async click(selector) {
    const scroll = (selector) => document.querySelector(selector)?.scrollIntoView({ block: 'center', behavior: 'instant' });
    await this.run(scroll, selector);
    const { [ELEMENT]: id } = await this.element(selector);
    await this.driver.ask('POST', `/element/${id}/click`, {});
    return id;
  }

  /** A frame that nobody has clicked into takes no keys. */
  async fill(selector, text) {
    const id = await this.click(selector);
    await this.driver.ask('POST', `/element/${id}/clear`, {});
    await this.driver.ask('POST', `/element/${id}/value`, { text });
  }

  async close() {
    await this.top();
    await this.driver.ask('DELETE', '/window');
  }
}
