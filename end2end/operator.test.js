// What operators rely on: validated settings, a graceful stop, commands beside a running server, compressed files.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { SERVER, World } from './lib/world.js';

const DANA = { company: 'acme', id: 48213 };

async function run(args, env, stdin = '') {
  const child = spawn(SERVER, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (err += text));
  child.stdin.on('error', () => {}); // the process may exit before it reads
  child.stdin.end(stdin);
  const [code] = await once(child, 'close');
  return { code, out, err };
}

/** Sends a GET request with any headers: Node's fetch does not let a caller set Sec-Fetch headers. */
function get(url, headers = {}) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    request.on('error', reject);
  });
}

const launch = (url) => get(url, { 'sec-fetch-dest': 'iframe' });

test('all missing and invalid settings are named at once, one per line, and the exit code is 2', async () => {
  const settings = { PUBLIC_URL: 'http://latchkey.example', REGISTRATION: 'maybe', LEPTOS_SITE_ROOT: '/tmp' };
  const { code, out, err } = await run(['serve'], settings);
  assert.equal(code, 2);
  assert.equal(out, '');
  const named = err.trim().split('\n').map((line) => line.split(':')[0]);
  const missing = ['ENCRYPTION_KEYS', 'ENTRATA_CLIENT_ID', 'ENTRATA_CLIENT_SECRET'];
  assert.deepEqual(named.sort(), [...missing, 'LEPTOS_SITE_ROOT', 'PUBLIC_URL', 'REGISTRATION']);
});

test('a missing key that rows still need is an invalid setting', async (t) => {
  const world = await World.start();
  t.after(() => world.stop());
  assert.equal((await launch(await world.launchUrl(DANA))).status, 200);
  const keys = (await run(['keys', 'generate'], {})).out.trim();
  assert.match(keys, /^[0-9a-f]{8}:[A-Za-z0-9+/]{43}=$/);
  const env = { ...world.env, ENCRYPTION_KEYS: keys, LEPTOS_SITE_ADDR: '127.0.0.1:1' };
  const { code, err } = await run(['serve'], env);
  assert.equal(code, 2);
  assert.match(err, /^ENCRYPTION_KEYS: .*k1\n$/);
});

test('SIGTERM finishes running requests, accepts no new ones, and the exit code is 0', async (t) => {
  const world = await World.start();
  t.after(() => world.entrata.stop().finally(() => world.relay.disconnect()));
  await world.setFault('slow-1s');
  const response = launch(await world.launchUrl(DANA));
  while ((await world.exchanges()) === 0);
  const stopped = world.server.stop();
  assert.equal((await response).status, 200);
  await stopped;
  await assert.rejects(get(`${world.app}/healthz`), { code: 'ECONNREFUSED' });
});

test('accounts can be added and disabled beside the running server, and refusals give a reason', async (t) => {
  const world = await World.start();
  t.after(() => world.stop());
  const env = { DATABASE_URL: world.env.DATABASE_URL };
  const add = (email, password) => run(['account', 'add', email, '--name', 'Jane Doe'], env, password);
  const added = await add('jane@acme.example', 'correct horse\n');
  assert.deepEqual(added, { code: 0, out: 'added jane@acme.example\n', err: '' });
  for (const [email, password, reason] of [
    ['JANE@acme.example', 'correct horse', /already/],
    ['ada@acme.example', 'short', /8 characters/],
    ['nobody', 'correct horse', /not a valid email/],
  ]) {
    const { code, err } = await add(email, password);
    assert.equal(code, 1);
    assert.match(err, reason);
  }
  const signIn = () =>
    fetch(`${world.app}/sign-in`, {
      method: 'POST',
      body: new URLSearchParams({ email: 'jane@acme.example', password: 'correct horse' }),
      redirect: 'manual',
    });
  assert.equal((await signIn()).status, 303);
  assert.equal((await run(['account', 'disable', 'jane@acme.example'], env)).code, 0);
  assert.equal((await signIn()).status, 403);
  assert.equal((await run(['account', 'enable', 'jane@acme.example'], env)).code, 0);
  assert.equal((await signIn()).status, 303);
  assert.equal((await run(['company', 'disable', 'nobody'], env)).code, 1);
});

/** Starts a world with Jane's account. Returns what tests of `links` need. */
async function worldWithJane(t) {
  const world = await World.start();
  const folder = await mkdtemp(path.join(tmpdir(), 'latchkey-links-'));
  t.after(() => world.stop().finally(() => rm(folder, { recursive: true })));
  const env = { DATABASE_URL: world.env.DATABASE_URL, ENTRATA_OAUTH_URL: world.env.ENTRATA_OAUTH_URL };
  await run(['account', 'add', 'jane@acme.example', '--name', 'Jane Doe'], env, 'correct horse\n');
  const write = async (content) => {
    const file = path.join(folder, 'links.csv');
    await writeFile(file, content);
    return file;
  };
  return { world, folder, env, write };
}

test('links can be imported from CSV beside the running server, listed, and exported', async (t) => {
  const { world, env, write } = await worldWithJane(t);
  const rows = 'JANE@acme.example,acme,48213\r\nnobody@acme.example,beech,48213\r\n';
  const file = await write(`\ufeffEmail,Subdomain,User_ID\r\n\r\n${rows}`);
  const strict = await run(['links', 'import', '--strict', file], env);
  assert.equal(strict.code, 1);
  assert.match(strict.err, /^line 4: no account with this email\nlatchkey: nothing was imported/);
  assert.equal((await run(['links', 'export'], env)).out, 'subdomain,user_id,email\n');
  const lenient = await run(['links', 'import', file], env);
  assert.deepEqual([lenient.code, lenient.out], [1, 'linked: 1, already linked: 0, refused: 1\n']);
  const home = await launch(await world.launchUrl(DANA));
  assert.match(home.body.toString(), /<main data-page="home"/);

  const { code, out } = await run(['links', 'export'], env);
  assert.deepEqual([code, out], [0, 'subdomain,user_id,email\nacme,48213,jane@acme.example\n']);
  const again = await run(['links', 'import', '--strict', await write(out)], env);
  assert.deepEqual(again, { code: 0, out: 'linked: 0, already linked: 1, refused: 0\n', err: '' });

  const list = await run(['account', 'list'], env);
  const account = /^EMAIL +NAME +LINKS +LAST USE +DISABLED\njane@acme\.example +Jane Doe +1 +\d{4}-\S+Z +-\n$/;
  assert.match(list.out, account);
  const shown = JSON.parse((await run(['account', 'show', 'jane@acme.example', '--json'], env)).out);
  const { linked_users: users, open_sessions: sessions } = shown;
  assert.deepEqual([shown.account.name, users[0].user_id, sessions.length], ['Jane Doe', '48213', 1]);
  const user = /Linked Entrata users\nCOMPANY .*\nAcme Residential Management +acme +48213 /;
  assert.match((await run(['account', 'show', 'JANE@acme.example'], env)).out, user);
  const company = /^SUBDOMAIN .*\nacme +Acme Residential Management +1 +1 /;
  assert.match((await run(['company', 'list'], env)).out, company);
  assert.equal((await run(['account', 'show', 'nobody@acme.example'], env)).code, 1);
});

test('an import of a file or setting that is invalid says what is wrong', async (t) => {
  const { folder, env, write } = await worldWithJane(t);
  for (const [content, message] of [
    ['', /links\.csv is empty/],
    ['acme,48213,jane@acme.example', /line 1: unknown column 'acme'/],
    [Buffer.from([0xff, 0xfe, 0x73, 0]), /line 1: not UTF-8/],
  ]) {
    const refused = await run(['links', 'import', await write(content)], env);
    assert.equal(refused.code, 1);
    assert.match(refused.err, message);
  }
  const missing = await run(['links', 'import', path.join(folder, 'none.csv')], env);
  assert.equal(missing.code, 1);
  assert.match(missing.err, /can't read \S+none\.csv: No such file/);
  assert.equal((await run(['links', 'import'], env)).code, 2);
  const wrong = await run(['links', 'export'], { ...env, ENTRATA_OAUTH_URL: 'http://sync.entrata.com/api/oauth' });
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /^ENTRATA_OAUTH_URL: /);
});

test('the server runs from any folder and sends its files compressed and immutable, under hashed names', async (t) => {
  const world = await World.start();
  t.after(() => world.stop());
  assert(path.isAbsolute(world.env.LEPTOS_SITE_ROOT));
  const health = await get(`${world.app}/healthz`);
  assert.deepEqual([health.status, health.body.toString()], [200, 'ok']);
  const page = (await get(`${world.app}/login`)).body.toString();
  const style = page.match(/href="(\/pkg\/latchkey\.[0-9a-f]{12}\.css)"/)[1];
  const compressed = await get(world.app + style, { 'accept-encoding': 'br' });
  assert.equal(compressed.headers['content-encoding'], 'br');
  assert.match(compressed.headers['cache-control'], /immutable/);
  const plain = await get(world.app + style);
  assert.equal(plain.headers['content-encoding'], undefined);
  assert(compressed.body.length < plain.body.length / 2);
});
