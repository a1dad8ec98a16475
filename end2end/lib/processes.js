// The world of one test: Latchkey's server and the sandbox that plays Entrata, on free ports, with a fresh database in a folder of
// its own. The app is on `localhost` and the sandbox on `127.0.0.1`: to a browser these are two sites, so the frame is truly a third
// party's, without TLS. Everything is ended by SIGTERM, and has to exit with 0.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const target = fileURLToPath(new URL('../../target/', import.meta.url));
const SERVER = process.env.LATCHKEY_SERVER ?? path.join(target, 'release/latchkey');
const SANDBOX = process.env.LATCHKEY_SANDBOX ?? path.join(target, 'debug/latchkey');
const SITE_ROOT = process.env.LEPTOS_SITE_ROOT ?? path.join(target, 'site');

const CLIENT = { id: '0123456789abcdef0123.latchkey', secret: '0123456789abcdef0123456789abcdef' };

/** A local server on a free port or a given one, once it listens. */
export async function listen(server, port = 0) {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

/** Ports of this process' own, so that no other one that tests at the same time is given the same: below those that the system gives away. */
const PORTS = { from: 12_000 + (process.pid % 200) * 100, count: 100, given: 0 };

export async function freePort() {
  for (;;) {
    const port = PORTS.from + (PORTS.given++ % PORTS.count);
    const holder = net.createServer();
    const free = await new Promise((tell) => holder.once('error', () => tell(false)).listen(port, '127.0.0.1', () => tell(true)));
    await new Promise((closed) => holder.close(closed));
    if (free) return port;
  }
}

class Process {
  constructor(name, [file, ...args], env, port) {
    this.name = name;
    this.port = port;
    this.log = '';
    this.child = spawn(file, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on('data', (text) => (this.log += text));
    this.ended = new Promise((ended) => this.child.on('exit', (code, signal) => ended({ code, signal })));
    this.child.on('error', (error) => (this.log += error));
  }

  /** Until it takes connections: there is nothing else to wait for that both programs tell. */
  async ready() {
    let gone;
    this.ended.then(() => (gone = true));
    for (const began = Date.now(); Date.now() - began < 30_000; await pause(20)) {
      assert(!gone && this.child.pid, `${this.name} ended before it listened:\n${this.log}`);
      const socket = net.connect(this.port, '127.0.0.1');
      const answered = await once(socket, 'connect').then(() => true, () => false);
      socket.destroy();
      if (answered) return this;
    }
    throw new Error(`${this.name} does not listen:\n${this.log}`);
  }

  async stop() {
    this.child.kill('SIGTERM');
    const late = new AbortController();
    const end = await Promise.race([this.ended, pause(20_000, 'late', { signal: late.signal, ref: false })]);
    late.abort();
    if (end === 'late') this.child.kill('SIGKILL');
    assert.deepEqual(end, { code: 0, signal: null }, `${this.name} did not end well:\n${this.log.slice(-2000)}`);
  }
}

/** The line from the server to Entrata, which a test can cut: then Entrata cannot be reached at all. */
class Line {
  static async to(sandboxPort) {
    const line = new Line();
    line.sandboxPort = sandboxPort;
    line.port = await freePort();
    await line.mend();
    return line;
  }

  mend() {
    const sockets = (this.sockets = new Set());
    this.relay = net.createServer((socket) => {
      const onward = net.connect(this.sandboxPort, '127.0.0.1');
      socket.pipe(onward).pipe(socket);
      for (const side of [socket, onward]) sockets.add(side.on('error', () => side.destroy()));
    });
    return listen(this.relay, this.port);
  }

  cut() {
    this.relay.close();
    for (const side of this.sockets) side.destroy();
  }
}

export class World {
  /** `env` adds to the server's settings, or replaces them. `within` gives, for the world's folder, a command that runs the server. */
  static async start({ env = {}, within = () => [] } = {}) {
    const world = new World();
    world.folder = await mkdtemp(path.join(tmpdir(), 'latchkey-e2e-'));
    world.file = path.join(world.folder, 'latchkey.db');
    const [appPort, sandboxPort] = [await freePort(), await freePort()];
    world.app = `http://localhost:${appPort}`;
    world.sandbox = `http://127.0.0.1:${sandboxPort}`;
    world.line = await Line.to(sandboxPort);
    const entrata = `http://127.0.0.1:${world.line.port}`;
    world.appPort = appPort;
    world.within = within(world.folder);
    world.env = {
      LEPTOS_SITE_ADDR: `127.0.0.1:${appPort}`,
      LEPTOS_SITE_ROOT: SITE_ROOT,
      PUBLIC_URL: world.app,
      DATABASE_URL: `sqlite:${world.file}`,
      ENTRATA_CLIENT_ID: CLIENT.id,
      ENTRATA_CLIENT_SECRET: CLIENT.secret,
      ENTRATA_OAUTH_URL: `${entrata}/api/oauth`,
      ENTRATA_API_URL: `${entrata}/{subdomain}/api/v1`,
      FRAME_ANCESTORS: world.sandbox,
      ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      ADMIN_ADDR: 'off',
      ...env,
    };
    const play = [SANDBOX, 'sandbox', '--listen', `127.0.0.1:${sandboxPort}`, '--app-url', `${world.env.PUBLIC_URL}/login`];
    play.push('--client-id', CLIENT.id, '--client-secret', CLIENT.secret);
    world.entrata = new Process('sandbox', play, {}, sandboxPort);
    world.serve();
    try {
      await Promise.all([world.entrata.ready(), world.server.ready()]);
    } catch (error) {
      // Nothing of it stays, or the test's process would never end.
      for (const { child } of [world.server, world.entrata]) child.kill('SIGKILL');
      world.line.cut();
      throw error;
    }
    return world;
  }

  serve() {
    this.server = new Process('serve', [...this.within, SERVER, 'serve'], this.env, this.appPort);
    return this.server.ready();
  }

  /** Ends the server with no time for anything; its file stays as it is. */
  async killServer() {
    this.server.child.kill('SIGKILL');
    assert.deepEqual(await this.server.ended, { code: null, signal: 'SIGKILL' }, this.server.log.slice(-2000));
  }

  async restartServer() {
    await this.server.stop();
    await this.serve();
  }

  async stop() {
    const ends = await Promise.allSettled([this.server.stop(), this.entrata.stop()]);
    this.line.cut();
    await rm(this.folder, { recursive: true, force: true });
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** Runs another command of the program on the running server's database. */
  async command(args, stdin = '') {
    const child = spawn(SERVER, args, { env: { PATH: process.env.PATH, ...this.env }, stdio: ['pipe', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
    child.stdin.end(stdin);
    const [code] = await once(child, 'close');
    assert.equal(code, 0, `latchkey ${args.join(' ')}: ${said}`);
  }

  addAccount({ email, name, password }) {
    return this.command(['account', 'add', email, '--name', name], password);
  }

  /** Lets the ten minutes of every held visit be over, in the running server's database: nothing outside moves its clock. */
  runOutHeldVisits() {
    const sql = 'pragma busy_timeout = 5000; update visits set pending_until = 1 where pending_until is not null';
    execFileSync('sqlite3', [this.file, sql]);
  }

  // The sandbox's control endpoints.

  async control(address, body) {
    const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(this.sandbox + address, body ? post : {});
    assert(answer.ok, `${address} answered ${answer.status}`);
    return answer.json();
  }

  async launchUrl({ company, id }) {
    return (await this.control('/codes', { subdomain: company, user_id: id })).url;
  }

  /** How many codes Entrata was asked to exchange. */
  async exchanges() {
    return (await this.control('/requests')).exchanges;
  }

  /** How often Entrata was asked to exchange each code that was; of a code its log keeps the beginning. */
  async exchangesByCode() {
    const counts = new Map();
    for (const { method, code } of (await this.control('/requests')).requests) {
      if (method === 'getAccessToken') counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    return counts;
  }

  /** For the next so many `times`, or until all is well. */
  fault(fault, target = 'token', times) {
    return this.control('/faults', { fault, target, times });
  }

  allWell() {
    return this.control('/clear', { what: 'faults' });
  }

  /** How long each call of a web service takes. */
  delay(ms) {
    return this.control('/delay', { ms });
  }

  setResidents({ company }, property, count) {
    return this.control('/residents', { subdomain: company, property_id: property, count });
  }

  /** From now on the app may not read this property; its staff still sees it. */
  forbid({ company }, property) {
    return this.control('/forbid', { subdomain: company, property_id: property });
  }

  /** Entrata's time goes on by so many days, and only Entrata's: a token lives for 90. */
  daysPass(days) {
    return this.control('/advance', { seconds: days * 86_400 });
  }

  /** How often Entrata was asked for each kind of list. */
  async calls() {
    return (await this.control('/requests?last=0')).calls;
  }
}
