// What operators rely on: settings judged at start, a gentle stop, the command line beside a running server, compressed files.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { World } from './lib/processes.js';

const SERVER = process.env.LATCHKEY_SERVER ?? fileURLToPath(new URL('../target/release/latchkey', import.meta.url));

async function run(args, env, stdin = '') {
  const child = spawn(SERVER, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (err += text));
  child.stdin.on('error', () => {}); // it may have ended before it read
  child.stdin.end(stdin);
  const [code] = await once(child, 'close');
  return { code, out, err };
}

/** A plain request: Node's fetch hides what browsers send with a frame's navigation. */
function get(url, headers = {}) {
  return new Promise((done, failed) => {
    const request = http.get(url, { headers }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => done({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }));
    });
    request.on('error', failed);
  });
}

test('missing and wrong settings are all named at once, each in a line, and the exit code is 2', async () => {
  const { code, out, err } = await run(['serve'], { PUBLIC_URL: 'http://latchkey.example', REGISTRATION: 'maybe', LEPTOS_SITE_ROOT: '/tmp' });
  assert.equal(code, 2);
  assert.equal(out, '');
  const named = err.trim().split('\n').map((line) => line.split(':')[0]);
  assert.deepEqual(named.sort(), ['ENCRYPTION_KEYS', 'ENTRATA_CLIENT_ID', 'ENTRATA_CLIENT_SECRET', 'LEPTOS_SITE_ROOT', 'PUBLIC_URL', 'REGISTRATION']);
});

test('a key that rows still need and that is missing is a wrong setting', async (t) => {
  const world = await World.start();
  t.after(() => world.stop());
  const url = await world.launchUrl({ company: 'acme', id: 48213 });
  assert.equal((await get(url, { 'sec-fetch-dest': 'iframe' })).status, 200);
  const keys = (await run(['keys', 'generate'], {})).out.trim();
  assert.match(keys, /^[0-9a-f]{8}:[A-Za-z0-9+/]{43}=$/);
  const { code, err } = await run(['serve'], { ...world.env, ENCRYPTION_KEYS: keys, LEPTOS_SITE_ADDR: '127.0.0.1:1' });
  assert.equal(code, 2);
  assert.match(err, /^ENCRYPTION_KEYS: .*k1\n$/);
});

test('SIGTERM lets what runs end, takes nothing new, and the exit code is 0', async (t) => {
  const world = await World.start();
  t.after(() => world.entrata.stop().finally(() => world.line.cut()));
  await world.fault('slow-1s');
  const answer = get(await world.launchUrl({ company: 'acme', id: 48213 }), { 'sec-fetch-dest': 'iframe' });
  while ((await world.exchanges()) === 0);
  const stopped = world.server.stop();
  assert.equal((await answer).status, 200);
  await stopped;
  await assert.rejects(get(`${world.app}/healthz`), { code: 'ECONNREFUSED' });
});

test('accounts are added and disabled beside the running server, and refused with a reason', async (t) => {
  const world = await World.start();
  t.after(() => world.stop());
  const env = { DATABASE_URL: world.env.DATABASE_URL };
  const add = (email, password) => run(['account', 'add', email, '--name', 'Jane Doe'], env, password);
  assert.deepEqual(await add('jane@acme.example', 'correct horse\n'), { code: 0, out: 'added jane@acme.example\n', err: '' });
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

test('people who were linked elsewhere are moved in beside the running server, and out again', async (t) => {
  const world = await World.start();
  const folder = await mkdtemp(path.join(tmpdir(), 'latchkey-links-'));
  t.after(() => world.stop().finally(() => rm(folder, { recursive: true })));
  const env = { DATABASE_URL: world.env.DATABASE_URL, ENTRATA_OAUTH_URL: world.env.ENTRATA_OAUTH_URL };
  await run(['account', 'add', 'jane@acme.example', '--name', 'Jane Doe'], env, 'correct horse\n');
  const file = async (text) => {
    const name = path.join(folder, 'links.csv');
    await writeFile(name, text);
    return name;
  };
  const some = await file('\ufeffEmail,Subdomain,User_ID\r\n\r\nJANE@acme.example,acme,48213\r\nnobody@acme.example,beech,48213\r\n');
  const strict = await run(['links', 'import', '--strict', some], env);
  assert.equal(strict.code, 1);
  assert.match(strict.err, /^line 4: no account with this email\nlatchkey: nothing was imported/);
  assert.equal((await run(['links', 'export'], env)).out, 'subdomain,user_id,email\n');
  const lenient = await run(['links', 'import', some], env);
  assert.deepEqual([lenient.code, lenient.out], [1, 'linked: 1, already linked: 0, refused: 1\n']);
  const home = await get(await world.launchUrl({ company: 'acme', id: 48213 }), { 'sec-fetch-dest': 'iframe' });
  assert.match(home.body.toString(), /<main data-page="home"/);

  const { code, out } = await run(['links', 'export'], env);
  assert.deepEqual([code, out], [0, 'subdomain,user_id,email\nacme,48213,jane@acme.example\n']);
  const again = await run(['links', 'import', '--strict', await file(out)], env);
  assert.deepEqual(again, { code: 0, out: 'linked: 0, already linked: 1, refused: 0\n', err: '' });

  const list = await run(['account', 'list'], env);
  assert.match(list.out, /^EMAIL +NAME +LINKS +LAST USE +DISABLED\njane@acme\.example +Jane Doe +1 +\d{4}-\S+Z +-\n$/);
  const shown = JSON.parse((await run(['account', 'show', 'jane@acme.example', '--json'], env)).out);
  assert.deepEqual([shown.account.name, shown.linked_users[0].user_id, shown.open_sessions.length], ['Jane Doe', '48213', 1]);
  assert.match((await run(['account', 'show', 'JANE@acme.example'], env)).out, /Linked Entrata users\nCOMPANY .*\nAcme Residential Management +acme +48213 /);
  assert.match((await run(['company', 'list'], env)).out, /^SUBDOMAIN .*\nacme +Acme Residential Management +1 +1 /);
  assert.equal((await run(['account', 'show', 'nobody@acme.example'], env)).code, 1);

  for (const [content, said] of [
    ['', /links\.csv is empty/],
    ['acme,48213,jane@acme.example', /line 1: unknown column 'acme'/],
    [Buffer.from([0xff, 0xfe, 0x73, 0]), /line 1: not UTF-8/],
  ]) {
    const refused = await run(['links', 'import', await file(content)], env);
    assert.equal(refused.code, 1);
    assert.match(refused.err, said);
  }
  const missing = await run(['links', 'import', path.join(folder, 'none.csv')], env);
  assert.equal(missing.code, 1);
  assert.match(missing.err, /can't read \S+none\.csv: No such file/);
  assert.equal((await run(['links', 'import'], env)).code, 2);
  const wrong = await run(['links', 'export'], { ...env, ENTRATA_OAUTH_URL: 'http://sync.entrata.com/api/oauth' });
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /^ENTRATA_OAUTH_URL: /);
});

test('it runs from any folder, and its files are sent compressed, for ever, under hashed names', async (t) => {
  const world = await World.start();
  t.after(() => world.stop());
  assert(path.isAbsolute(world.env.LEPTOS_SITE_ROOT));
  const health = await get(`${world.app}/healthz`);
  assert.deepEqual([health.status, health.body.toString()], [200, 'ok']);
  const page = (await get(`${world.app}/login`)).body.toString();
  const style = page.match(/href="(\/pkg\/latchkey\.[0-9a-f]{12}\.css)"/)[1];
  const small = await get(world.app + style, { 'accept-encoding': 'br' });
  assert.equal(small.headers['content-encoding'], 'br');
  assert.match(small.headers['cache-control'], /immutable/);
  const plain = await get(world.app + style);
  assert.equal(plain.headers['content-encoding'], undefined);
  assert(small.body.length < plain.body.length / 2);
});
