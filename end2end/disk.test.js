// A full disk: the server's database is on a file system of three megabytes, mounted in a namespace of its own, and
// another file takes the remaining space. Skipped where the right to mount is missing, as in some containers.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { Client } from './lib/client.js';
import { freePort } from './lib/network.js';
import { DANA, account } from './lib/people.js';
import { World } from './lib/world.js';

/** Mounts a small file system over a folder, in its own namespace, then runs the command that follows. */
const SCRIPT = 'mount -t tmpfs -o size=3m latchkey "$0" && exec "$@"';
const smallDisk = (...options) => (folder) => ['unshare', ...options, 'sh', '-c', SCRIPT, folder];
const works = (within) => {
  const [file, ...args] = within(tmpdir());
  return spawnSync(file, [...args, 'true']).status === 0;
};
const within = [smallDisk('--mount'), smallDisk('--map-root-user', '--mount')].find(works);
const skip = within ? false : 'neither `unshare --mount` nor `unshare --map-root-user --mount` can mount here';

/** A file in the server's folder, by its path outside the namespace. */
const filler = (world) => `/proc/${world.server.child.pid}/root${world.folder}/filler`;

function fillDisk(world) {
  const writeUntilFull = () => {
    for (;;) writeFileSync(filler(world), Buffer.alloc(4096), { flag: 'a' });
  };
  assert.throws(writeUntilFull, { code: 'ENOSPC' });
}

function assertUnavailable(page) {
  assert.deepEqual([page.status, page.name], [503, 'unavailable']);
  assert.match(page.headers['retry-after'] ?? 'none', /^\d+$/);
}

const NAME = 'on a full disk launches get 503 and keep their codes, pages can be read, and no restart is needed';

test(NAME, { skip }, async (t) => {
  const admin = await freePort();
  const world = await World.start({ env: { ADMIN_ADDR: `127.0.0.1:${admin}` }, within });
  const readiness = async () => (await fetch(`http://127.0.0.1:${admin}/readyz`)).status;
  t.after(() => world.stop());
  const dana = new Client(world);
  await dana.launch(await world.launchUrl(DANA));
  await dana.submit('/register', account);
  await dana.submit('/link');
  assert.equal(dana.page.name, 'home');
  assert.equal(await readiness(), 200);
  // A browser that has not sent its cookie back yet: recording that it did is a write.
  const newBrowser = new Client(world);
  await newBrowser.launch(await world.launchUrl(DANA));

  fillDisk(world);
  // The write-ahead log keeps its size when it starts over, so some launches still fit into it. Use up that space.
  let exchanges;
  do {
    exchanges = await world.exchanges();
    await new Client(world).launch(await world.launchUrl(DANA));
  } while ((await world.exchanges()) !== exchanges);
  const urls = await Promise.all(Array.from({ length: 20 }, () => world.launchUrl(DANA)));
  assertUnavailable(await new Client(world).launch(urls[0]));
  for (const page of await Promise.all(urls.map((url) => new Client(world).launch(url)))) assertUnavailable(page);
  assert.equal(await world.exchanges(), exchanges, 'no code was spent');
  const visitor = new Client(world);
  await visitor.get('/login');
  assertUnavailable(await visitor.submit('/sign-in', account));
  for (const [name, client] of Object.entries({ dana, newBrowser })) {
    const page = await client.send({ address: client.page.address });
    assert.deepEqual([page.status, page.name], [200, 'home'], `${name} can read pages`);
  }
  assert.equal((await visitor.get('/healthz')).status, 200);
  // The readiness check writes so little that it may fit a few times.
  for (let tries = 0; tries < 200 && (await readiness()) === 200; tries++);
  assert.equal(await readiness(), 503, 'readiness reports that writes fail');

  rmSync(filler(world));
  for (const url of urls) assert.equal((await new Client(world).launch(url)).name, 'home', 'the code still works');
  for (const client of [dana, newBrowser]) assert.equal((await client.get(client.page.address)).name, 'home');
  await visitor.get('/login');
  assert.equal((await visitor.submit('/sign-in', account)).status, 200);
  assert.equal(await readiness(), 200);
});
