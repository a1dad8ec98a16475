// The sites of the matrix, over HTTPS under names of their own: the app, two tenants of the platform, and a stranger. One front
// serves them all and tells them apart by `Host`; it keeps a log of what the app was asked for. Browsers come to it by a CONNECT
// proxy, so that no name has to be resolved on this machine, and nothing a browser asks of its own accord gets out of it.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { World, listen } from '../lib/processes.js';

const APP = 'app.latchkey.test';
/** Where the platform lives. Each is a site of its own, so to the app a browser that was at one is new at the others. */
const PLATFORMS = ['entrata.test', 'entrata-two.test', 'entrata-three.test'];
const TENANTS = PLATFORMS.flatMap((platform) => [`acme.${platform}`, `beech.${platform}`]);
const STRANGER = 'evil.test';
/** What concerns one connection only, and is node's to say. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding'];

export class Sites {
  /** Starts the front, then a world whose public addresses are the front's. */
  static async start() {
    const sites = new Sites();
    sites.log = [];
    sites.refused = new Set();
    sites.slow(/$^/);
    sites.front = https.createServer(await certificate(), (request, answer) => sites.serve(request, answer));
    sites.port = await listen(sites.front);
    sites.proxy = http.createServer().on('connect', (request, socket) => sites.connect(request, socket));
    sites.proxyPort = await listen(sites.proxy);
    const ancestors = PLATFORMS.map((platform) => sites.origin(`*.${platform}`));
    const env = { PUBLIC_URL: sites.origin(APP), FRAME_ANCESTORS: ancestors.join(' ') };
    sites.world = await World.start({ env }).catch((error) => {
      sites.close();
      throw error;
    });
    return sites;
  }

  async stop() {
    this.close();
    await this.world.stop();
  }

  close() {
    for (const server of [this.proxy, this.front]) server.close();
    this.front.closeAllConnections();
  }

  origin(name) {
    return `https://${name}:${this.port}`;
  }

  get app() {
    return this.origin(APP);
  }

  /** The platform's page with the app in its frame; each load of it launches anew. */
  opened({ company, id }, platform = 0) {
    return `${this.origin(`${company}.${PLATFORMS[platform]}`)}/open/${company}/${id}`;
  }

  get plain() {
    return `${this.origin(STRANGER)}/rig/plain`;
  }

  /** A page of the stranger's that frames an address; the frame's name is given, so that frames can be nested. */
  framedByStranger(src, name = 'app') {
    return framing(this.origin(STRANGER), { src, name });
  }

  /** A page of the platform's that frames an address with a `sandbox` attribute. */
  sandboxed(src, sandbox) {
    return framing(this.origin(TENANTS[0]), { src, name: 'app', sandbox });
  }

  /** The next answers of the app to what `pattern` matches take so many milliseconds more, each its own. */
  slow(pattern, ...ms) {
    this.slowed = { pattern, ms };
  }

  // What the app was asked for.

  /** A place in the log, to look from there on. */
  mark() {
    return this.log.length;
  }

  since(mark) {
    return this.log.slice(mark);
  }

  // The front.

  serve(request, answer) {
    const name = request.headers.host.split(':')[0];
    const url = new URL(request.url, this.origin(name));
    if (name === APP) this.forward(request, answer, this.world.appPort, this.note(request, url));
    else if (url.pathname.startsWith('/rig/')) page(url, answer);
    else if (TENANTS.includes(name)) this.forward(request, answer, new URL(this.world.sandbox).port);
    else answer.writeHead(404).end();
  }

  /** Says what came with a request, never its value. */
  note({ method, headers }, { pathname }) {
    const came = { cookie: 'cookie' in headers, bearer: 'authorization' in headers };
    const entry = { method, path: pathname, dest: headers['sec-fetch-dest'], ...came };
    this.log.push(entry);
    return entry;
  }

  forward(request, answer, port, entry = {}) {
    const { method, url, rawHeaders: headers } = request;
    const onward = http.request({ host: '127.0.0.1', port, method, path: url, headers, setHost: false }, (came) => {
      const give = () => {
        entry.status = came.statusCode;
        answer.writeHead(came.statusCode, came.rawHeaders.filter(keep));
        came.pipe(answer);
      };
      const wait = entry.path && this.slowed.pattern.test(url) && this.slowed.ms.shift();
      if (wait) setTimeout(give, wait);
      else give();
    });
    const broken = () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end());
    onward.on('error', broken);
    answer.on('close', () => onward.destroy());
    request.pipe(onward);
  }

  connect(request, socket) {
    socket.on('error', () => socket.destroy());
    const name = request.url.split(':')[0];
    if (![APP, ...TENANTS, STRANGER].includes(name)) {
      this.refused.add(name);
      return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    }
    const onward = net.connect(this.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    for (const [one, other] of [[socket, onward], [onward, socket]]) one.on('close', () => other.destroy());
    onward.on('error', () => socket.destroy());
  }
}

/** For a flat list of names and values: keeps both of a pair, or neither. */
const keep = (_, at, list) => !HOP_BY_HOP.includes(list[at - (at % 2)].toLowerCase());

const framing = (origin, asked) => `${origin}/rig/frame?${new URLSearchParams(asked)}`;

/** The rig's own pages. What they frame is the test's word, so only quotes are escaped. */
function page({ pathname, searchParams }, answer) {
  const attribute = ([name, value]) => `${name}="${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`;
  const frame = `<iframe ${[...searchParams].map(attribute).join(' ')} width=900 height=600></iframe>`;
  answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  answer.end(`<!doctype html><title>Rig</title><link rel=icon href="data:,">${pathname === '/rig/frame' ? frame : '<p>Plain.'}`);
}

/** A key and a certificate for all names, for a day. */
async function certificate() {
  const folder = await mkdtemp(path.join(tmpdir(), 'latchkey-tls-'));
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name));
  const names = [APP, ...TENANTS, STRANGER].map((name) => `DNS:${name}`).join();
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  args.push('-subj', '/CN=Latchkey matrix', '-addext', `subjectAltName=${names}`, '-keyout', key, '-out', cert);
  await promisify(execFile)('openssl', args);
  const pair = { key: await readFile(key), cert: await readFile(cert) };
  await rm(folder, { recursive: true });
  return pair;
}
