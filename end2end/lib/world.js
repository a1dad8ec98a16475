// The world of one test: a Latchkey server and a sandbox that simulates Entrata, on free ports, with a new database in
// a temporary folder. The app is on `localhost` and the sandbox on `127.0.0.1`. To a browser these are two sites, so
// the frame is third-party, without TLS. Both processes are stopped with SIGTERM and must exit with code 0.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Relay, freePort } from './network.js';

const target = fileURLToPath(new URL('../../target/', import.meta.url));
export const SERVER = process.env.LATCHKEY_SERVER ?? path.join(target, 'release/latchkey');
const SANDBOX = process.env.LATCHKEY_SANDBOX ?? path.join(target, 'debug/latchkey');
const SITE_ROOT = process.env.LEPTOS_SITE_ROOT ?? path.join(target, 'site');

const CLIENT = { id: '0123456789abcdef0123.latchkey', secret: '0123456789abcdef0123456789abcdef' };

class Process {
  constructor(name, [file, ...args], env, port) {
    this.name = name;
    this.port = port;
    this.log = '';
    this.child = spawn(file, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on('data', (text) => (this.log += text));
    this.exited = new Promise((resolve) => this.child.on('exit', (code, signal) => resolve({ code, signal })));
    this.child.on('error', (error) => (this.log += error));
  }

  /** Waits until it accepts connections, the only sign of readiness that both programs give. */
  async ready() {
    let hasExited = false;
    this.exited.then(() => (hasExited = true));
    for (const startedAt = Date.now(); Date.now() - startedAt < 30_000; await sleep(20)) {
      assert(!hasExited && this.child.pid, `${this.name} exited before it listened:\n${this.log}`);
      const socket = net.connect(this.port, '127.0.0.1');
      const connected = await once(socket, 'connect').then(() => true, () => false);
      socket.destroy();
      if (connected) return this;
    }
    throw new Error(`${this.name} does not listen:\n${this.log}`);
  }

  async stop() {
    this.child.kill('SIGTERM');
    const controller = new AbortController();
    const timeout = sleep(20_000, 'timeout', { signal: controller.signal, ref: false });
    const result = await Promise.race([this.exited, timeout]);
    controller.abort();
    if (result === 'timeout') this.child.kill('SIGKILL');
    assert.deepEqual(result, { code: 0, signal: null }, `${this.name} did not exit cleanly:\n${this.log.slice(-2000)}`);
  }
}

/** Returns the settings with which the server uses the sandbox's property systems. */
function systemSettings(app, port) {
  const args = ['sandbox', '--listen', `127.0.0.1:${port}`, '--app-url', `${app}/login`, '--print-environment'];
  const lines = execFileSync(SANDBOX, args, { encoding: 'utf8' }).trim().split('\n');
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

export class World {
  /** `env` overrides the server's settings. `within`, given the world's folder, returns the command that runs the
   * server. `systems`: whether the simulated Octorate, ActiveBuilding, Syncaroo and REX are turned on. */
  static async start({ env = {}, within = () => [], systems = false } = {}) {
    const world = new World();
    world.folder = await mkdtemp(path.join(tmpdir(), 'latchkey-e2e-'));
    world.file = path.join(world.folder, 'latchkey.db');
    const [appPort, sandboxPort] = [await freePort(), await freePort()];
    world.app = `http://localhost:${appPort}`;
    world.sandbox = `http://127.0.0.1:${sandboxPort}`;
    /** Between the server and Entrata. */
    world.relay = await Relay.to(sandboxPort);
    const entrata = `http://127.0.0.1:${world.relay.port}`;
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
      ...(systems ? systemSettings(world.app, sandboxPort) : {}),
      ...env,
    };
    world.startSandbox(sandboxPort);
    world.startServer();
    try {
      await Promise.all([world.entrata.ready(), world.server.ready()]);
    } catch (error) {
      // A process or relay left running would keep the test process alive.
      for (const { child } of [world.server, world.entrata]) child.kill('SIGKILL');
      world.relay.disconnect();
      throw error;
    }
    return world;
  }

  startSandbox(port) {
    const command = [SANDBOX, 'sandbox', '--listen', `127.0.0.1:${port}`, '--app-url', `${this.env.PUBLIC_URL}/login`];
    command.push('--client-id', CLIENT.id, '--client-secret', CLIENT.secret);
    this.entrata = new Process('sandbox', command, {}, port);
  }

  startServer() {
    this.server = new Process('serve', [...this.within, SERVER, 'serve'], this.env, this.appPort);
    return this.server.ready();
  }

  /** Kills the server with SIGKILL. Its database file remains. */
  async killServer() {
    this.server.child.kill('SIGKILL');
    assert.deepEqual(await this.server.exited, { code: null, signal: 'SIGKILL' }, this.server.log.slice(-2000));
  }

  async restartServer() {
    await this.server.stop();
    await this.startServer();
  }

  async stop() {
    const results = await Promise.allSettled([this.server.stop(), this.entrata.stop()]);
    this.relay.disconnect();
    await rm(this.folder, { recursive: true, force: true });
    const failed = results.find(({ status }) => status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** Runs another command of the program on the running server's database. Returns its output. */
  async command(args, stdin = '') {
    const env = { PATH: process.env.PATH, ...this.env };
    const child = spawn(SERVER, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    child.stdin.end(stdin);
    const [code] = await once(child, 'close');
    assert.equal(code, 0, `latchkey ${args.join(' ')}: ${output}`);
    return output;
  }

  addAccount({ email, name, password }) {
    return this.command(['account', 'add', email, '--name', name], password);
  }

  /** Expires every pending visit. Written to the running server's database, because its clock can't be moved. */
  expirePendingVisits() {
    this.change('update visits set pending_until = 1 where pending_until is not null');
  }

  /** Writes to the database, whether or not a server runs. */
  change(sql) {
    execFileSync('sqlite3', ['-cmd', '.timeout 5000', this.file, sql]);
  }

  // The sandbox's control endpoints.

  /** Calls the control API of the simulated property systems, such as `POST /sim/clock?seconds=600`. */
  async systems(method, address) {
    const response = await fetch(this.sandbox + address, { method });
    assert(response.ok, `${address}: status ${response.status}`);
    return response.json();
  }

  async control(address, body) {
    const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(this.sandbox + address, body ? post : {});
    assert(response.ok, `${address}: status ${response.status}`);
    return response.json();
  }

  async launchUrl({ company, id }) {
    return (await this.control('/codes', { subdomain: company, user_id: id })).url;
  }

  /** Returns how many codes Entrata was asked to exchange. */
  async exchanges() {
    return (await this.control('/requests')).exchanges;
  }

  /** Returns how often Entrata was asked to exchange each code. Its log keeps only the beginning of a code. */
  async exchangesByCode() {
    const counts = new Map();
    for (const { method, code } of (await this.control('/requests')).requests) {
      if (method === 'getAccessToken') counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    return counts;
  }

  /** Makes requests fail, `times` times or until `clearFaults`. */
  setFault(fault, target = 'token', times) {
    return this.control('/faults', { fault, target, times });
  }

  clearFaults() {
    return this.control('/clear', { what: 'faults' });
  }

  /** Sets how many milliseconds each web service call takes. */
  setDelay(ms) {
    return this.control('/delay', { ms });
  }

  setResidents({ company }, property, count) {
    return this.control('/residents', { subdomain: company, property_id: property, count });
  }

  /** Takes the app's access to a property away. The company's staff still see it. */
  denyAccess({ company }, property) {
    return this.control('/forbid', { subdomain: company, property_id: property });
  }

  /** Advances Entrata's clock only. Its tokens are valid for 90 days. */
  advanceDays(days) {
    return this.control('/advance', { seconds: days * 86_400 });
  }

  /** Returns how often Entrata was asked for each kind of list. */
  async calls() {
    return (await this.control('/requests?last=0')).calls;
  }
}
