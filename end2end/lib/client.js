// An HTTP client that acts as a browser, for tests that need hundreds at once: it has a cookie jar, sends the headers
// that browsers send from a frame, and fills in forms. It runs no script, so it does what a user without script can do.
import assert from 'node:assert/strict';
import http from 'node:http';

const COOKIE = '__Host-Http-sid';
const ENTITIES = { '&amp;': '&', '&quot;': '"', '&#39;': "'", '&lt;': '<', '&gt;': '>' };
const decode = (html) => html.replace(/&(amp|quot|#39|lt|gt);/g, (entity) => ENTITIES[entity]);
const attribute = (tag, name) => tag.match(new RegExp(`\\s${name}="([^"]*)"`))?.[1];

/** A response, read as a page. */
export class Page {
  constructor({ status, headers, body, address }) {
    Object.assign(this, { status, headers, body });
    /** The address that the page's first script sets, or else the one that was requested. */
    this.address = body.match(/<main[^>]* data-address="([^"]+)"/)?.[1] ?? address;
  }

  get name() {
    return this.body.match(/<main[^>]* data-page="([^"]+)"/)?.[1];
  }

  get forms() {
    return [...this.body.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].map(([, tag, content]) => {
      const inputs = [...content.matchAll(/<input\b[^>]*/g)].map(([input]) => input);
      const fields = inputs
        .map((input) => [attribute(input, 'name'), decode(attribute(input, 'value') ?? '')])
        .filter(([name]) => name);
      return { action: decode(attribute(tag, 'action') ?? ''), fields: Object.fromEntries(fields) };
    });
  }

  /** Returns the form whose action has this ending. */
  form(ending) {
    const form = this.forms.find(({ action }) => action.endsWith(ending));
    return form ?? assert.fail(`no form …${ending} on ${this.name} (${this.status}): ${this.body}`);
  }
}

export class Client {
  /** `from` is sent as the address that a proxy forwards for, where the server trusts loopback proxies. */
  constructor(world, { from, cookie } = {}) {
    this.world = world;
    this.from = from;
    this.cookie = cookie;
  }

  // As a user: follows redirects and keeps the page that is shown.

  /** Opens a launch URL as Entrata's frame does. */
  launch(url) {
    return this.get(url.slice(this.world.app.length));
  }

  async get(address) {
    return this.show(await this.send({ address }));
  }

  /** Fills in and submits the current page's form whose action has this ending. */
  async submit(ending, values = {}) {
    return this.show(await this.post(this.page.form(ending), values));
  }

  async show(page) {
    const redirected = page.status === 303;
    this.page = redirected ? await this.send({ address: page.headers.location, site: 'same-origin' }) : page;
    return this.page;
  }

  // Single requests. They reject if the connection fails.

  post({ action, fields }, values = {}) {
    return this.send({ method: 'POST', address: action, site: 'same-origin', fields: { ...fields, ...values } });
  }

  send({ method = 'GET', address, site = 'cross-site', fields }) {
    const { host, port } = new URL(this.world.app);
    const headers = { host, 'sec-fetch-dest': 'iframe', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': site };
    if (this.from) headers['x-forwarded-for'] = this.from;
    if (this.cookie) headers.cookie = `${COOKIE}=${this.cookie}`;
    const body = fields && new URLSearchParams(fields).toString();
    if (body !== undefined) {
      headers.origin = 'null';
      headers['content-type'] = 'application/x-www-form-urlencoded';
      headers['content-length'] = Buffer.byteLength(body);
    }
    return new Promise((resolve, reject) => {
      const request = http.request({ host: '127.0.0.1', port, method, path: address, headers }, (response) => {
        for (const cookie of response.headers['set-cookie'] ?? []) this.storeCookie(cookie);
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const body = Buffer.concat(chunks).toString();
          resolve(new Page({ status: response.statusCode, headers: response.headers, body, address }));
        });
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  storeCookie(cookie) {
    const [name, value] = cookie.split(';')[0].split('=');
    if (name === COOKIE) this.cookie = value || undefined;
  }
}
