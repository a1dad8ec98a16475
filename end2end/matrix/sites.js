// The sites of the matrix, over HTTPS with names of their own: the app, tenants of the platform, and an unrelated site.
// One front server serves them all by their `Host` and logs the requests to the app. Browsers use it through a CONNECT
// proxy, so no name needs to be resolved on this machine, and requests that browsers send by themselves are refused.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { listen } from '../lib/network.js';
import { World } from '../lib/world.js';

const APP = 'app.latchkey.test';
/** Hosts of the platform. Each is a site of its own, so each has its own cookie partition for the app. */
const PLATFORMS = ['entrata.test', 'entrata-two.test', 'entrata-three.test'];
const TENANTS = PLATFORMS.flatMap((platform) => [`acme.${platform}`, `beech.${platform}`]);
const UNRELATED = 'evil.test';
/** Headers of one connection only. Node sets them itself. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding'];

export class Sites {
  /** Starts the front server, then a world whose public addresses are the front server's. */
  static async start() {
    const sites = new Sites();
    sites.log = [];
    sites.delayResponses(/$^/);
    sites.front = https.createServer(await certificate(), (request, response) => sites.serve(request, response));
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

  // Addresses of pages.

  /** The platform's page with the app in its frame. Each load of it is a launch. */
  openedApp({ company, id }, platform = 0) {
    return `${this.origin(`${company}.${PLATFORMS[platform]}`)}/open/${company}/${id}`;
  }

  /** A page without a frame. */
  get unrelatedPage() {
    return `${this.origin(UNRELATED)}/test/plain`;
  }

  /** A page of the unrelated site that frames an address. The frame's name is given, so that frames can be nested. */
  unrelatedFrame(src, name = 'app') {
    return framePage(this.origin(UNRELATED), { src, name });
  }

  /** A page of the platform that frames an address with a `sandbox` attribute. */
  sandboxedFrame(src, sandbox) {
    return framePage(this.origin(TENANTS[0]), { src, name: 'app', sandbox });
  }

  // The app's requests and responses.

  /** Delays the app's next responses to requests that match, one for each number of milliseconds. */
  delayResponses(pattern, ...ms) {
    this.delays = { pattern, ms };
  }

  /** The number of requests to the app so far. */
  get requestCount() {
    return this.log.length;
  }

  /** Returns the requests to the app from an earlier `requestCount` on. */
  requestsSince(start) {
    return this.log.slice(start);
  }

  /** Returns those of them that were for pages or sent by script. */
  pageRequests(start) {
    const isPage = ({ path, dest }) => ['iframe', 'empty'].includes(dest) && !path.startsWith('/pkg/');
    return this.requestsSince(start).filter(isPage);
  }

  // The front server.

  serve(request, response) {
    const name = request.headers.host.split(':')[0];
    const url = new URL(request.url, this.origin(name));
    if (name === APP) this.forward(request, response, this.world.appPort, this.record(request, url));
    else if (url.pathname.startsWith('/test/')) servePage(url, response);
    else if (TENANTS.includes(name)) this.forward(request, response, new URL(this.world.sandbox).port);
    else response.writeHead(404).end();
  }

  /** Logs which credentials a request has, without their values. */
  record({ method, headers }, { pathname: path }) {
    const credentials = { cookie: 'cookie' in headers, bearer: 'authorization' in headers };
    const entry = { method, path, dest: headers['sec-fetch-dest'], ...credentials };
    this.log.push(entry);
    return entry;
  }

  forward(request, response, port, entry = {}) {
    const { method, url, rawHeaders: headers } = request;
    const options = { host: '127.0.0.1', port, method, path: url, headers, setHost: false };
    const upstream = http.request(options, (upstreamResponse) => {
      const respond = () => {
        entry.status = upstreamResponse.statusCode;
        response.writeHead(upstreamResponse.statusCode, upstreamResponse.rawHeaders.filter(isEndToEnd));
        upstreamResponse.pipe(response);
      };
      const delay = entry.path && this.delays.pattern.test(url) && this.delays.ms.shift();
      if (delay) setTimeout(respond, delay);
      else respond();
    });
    upstream.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    response.on('close', () => upstream.destroy());
    request.pipe(upstream);
  }

  /** Connects the proxy's clients to the front server, whatever site they ask for. */
  connect(request, socket) {
    socket.on('error', () => socket.destroy());
    const name = request.url.split(':')[0];
    if (![APP, ...TENANTS, UNRELATED].includes(name)) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const upstream = net.connect(this.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    for (const [one, other] of [[socket, upstream], [upstream, socket]]) one.on('close', () => other.destroy());
    upstream.on('error', () => socket.destroy());
  }
}

/** A filter for raw headers, a flat list of names and values: keeps or drops both of a pair. */
const isEndToEnd = (_, index, list) => !HOP_BY_HOP.includes(list[index - (index % 2)].toLowerCase());

const framePage = (origin, attributes) => `${origin}/test/frame?${new URLSearchParams(attributes)}`;

/** Serves the test's own pages. The attributes come from the test, so only quotes and ampersands are escaped. */
function servePage({ pathname, searchParams }, response) {
  const attribute = ([name, value]) => `${name}="${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`;
  const frame = `<iframe ${[...searchParams].map(attribute).join(' ')} width=900 height=600></iframe>`;
  const content = pathname === '/test/frame' ? frame : '<p>Plain.';
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`<!doctype html><title>Test</title><link rel=icon href="data:,">${content}`);
}

/** Creates a key and a certificate for all names, valid for two days. */
async function certificate() {
  const folder = await mkdtemp(path.join(tmpdir(), 'latchkey-tls-'));
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name));
  const names = [APP, ...TENANTS, UNRELATED].map((name) => `DNS:${name}`).join();
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  args.push('-subj', '/CN=Latchkey matrix', '-addext', `subjectAltName=${names}`, '-keyout', key, '-out', cert);
  await promisify(execFile)('openssl', args);
  const pair = { key: await readFile(key), cert: await readFile(cert) };
  await rm(folder, { recursive: true });
  return pair;
}
