// A browser without a screen, for tests that need hundreds at once: a cookie jar, the headers that browsers send from a frame, and pages
// whose forms are filled in. It runs no script, so all it does is what a person without script could do.
import assert from 'node:assert/strict';
import http from 'node:http';

const COOKIE = '__Host-Http-sid';
const ENTITIES = { '&amp;': '&', '&quot;': '"', '&#39;': "'", '&lt;': '<', '&gt;': '>' };
const text = (html) => html.replace(/&(amp|quot|#39|lt|gt);/g, (entity) => ENTITIES[entity]);
const attribute = (tag, name) => tag.match(new RegExp(`\\s${name}="([^"]*)"`))?.[1];

/** One answer, read as a page. */
export class Page {
  constructor({ status, headers, body, address }) {
    Object.assign(this, { status, headers, body });
    /** Where it stands: what its first script replaces the address by, or where it was asked for. */
    this.address = body.match(/<main[^>]* data-address="([^"]+)"/)?.[1] ?? address;
  }

  get name() {
    return this.body.match(/<main[^>]* data-page="([^"]+)"/)?.[1];
  }

  get forms() {
    return [...this.body.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].map(([, tag, inside]) => {
      const inputs = [...inside.matchAll(/<input\b[^>]*/g)].map(([input]) => [attribute(input, 'name'), attribute(input, 'value') ?? '']);
      const fields = inputs.filter(([name]) => name).map(([name, value]) => [name, text(value)]);
      return { action: text(attribute(tag, 'action') ?? ''), fields: Object.fromEntries(fields) };
    });
  }

  /** The form whose action ends so, and whose fields have these values. */
  form(ending, having = {}) {
    const fits = ({ action, fields }) => action.endsWith(ending) && Object.entries(having).every(([name, value]) => fields[name] === value);
    return this.forms.find(fits) ?? assert.fail(`no form …${ending} on ${this.name} (${this.status}): ${this.body}`);
  }
}

export class Client {
  /** `from`: the address that a proxy says it comes from, where the server trusts one on loopback. */
  constructor(world, { from, cookie } = {}) {
    this.world = world;
    this.from = from;
    this.cookie = cookie;
  }

  // As a person: redirects are followed, and the page that comes is the page that is shown.

  /** Entrata's frame opens an address with a code. */
  launch(url) {
    return this.get(url.slice(this.world.app.length));
  }

  async get(address) {
    return this.show(await this.send({ address }));
  }

  /** Fills in the shown page's form whose action ends so. */
  async submit(ending, values = {}) {
    return this.show(await this.post(this.page.form(ending), values));
  }

  async show(page) {
    return (this.page = page.status === 303 ? await this.send({ address: page.headers.location, site: 'same-origin' }) : page);
  }

  // One request and its answer; it fails where the connection does.

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
      Object.assign(headers, { origin: 'null', 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) });
    }
    return new Promise((done, failed) => {
      const request = http.request({ host: '127.0.0.1', port, method, path: address, headers }, (answer) => {
        for (const cookie of answer.headers['set-cookie'] ?? []) this.keep(cookie);
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('error', failed);
        answer.on('end', () => {
          done(new Page({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts).toString(), address }));
        });
      });
      request.on('error', failed);
      request.end(body);
    });
  }

  keep(cookie) {
    const [name, value] = cookie.split(';')[0].split('=');
    if (name === COOKIE) this.cookie = value || undefined;
  }
}
