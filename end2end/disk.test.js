// The disk is full for real: the server's database lies on a file system of three megabytes, mounted where only the server sees it, and
// another file takes the rest of it. Needs the right to mount in a namespace of its own; a container may lack it, then this is skipped.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { Client } from './lib/client.js';
import { DANA, account } from './lib/people.js';
import { World, freePort } from './lib/processes.js';

/** Mounts over a folder, in a namespace of its own, then becomes the command that follows. */
const smallDisk = (...unshare) => (folder) => ['unshare', ...unshare, 'sh', '-c', 'mount -t tmpfs -o size=3m latchkey "$0" && exec "$@"', folder];
const works = (within) => {
  const [file, ...args] = within(tmpdir());
  return spawnSync(file, [...args, 'true']).status === 0;
};
const within = [smallDisk('--mount'), smallDisk('--map-root-user', '--mount')].find(works);
const skip = within ? false : 'no small disk can be mounted here: neither `unshare --mount` nor `unshare --map-root-user --mount` may do it';

/** What the server's folder is from outside its namespace. */
const ballast = (world) => `/proc/${world.server.child.pid}/root${world.folder}/ballast`;

function fill(world) {
  const fillUp = () => {
    for (;;) writeFileSync(ballast(world), Buffer.alloc(4096), { flag: 'a' });
  };
  assert.throws(fillUp, { code: 'ENOSPC' });
}

function isUnavailable(page) {
  assert.deepEqual([page.status, page.name], [503, 'unavailable']);
  assert.match(page.headers['retry-after'] ?? 'none', /^\d+$/);
}

test('when the disk is full a launch is told so and keeps its code, what was there stays readable, and with room again it works, without a restart', { skip }, async (t) => {
  const admin = await freePort();
  const world = await World.start({ env: { ADMIN_ADDR: `127.0.0.1:${admin}` }, within });
  const ready = async () => (await fetch(`http://127.0.0.1:${admin}/readyz`)).status;
  t.after(() => world.stop());
  const dana = new Client(world);
  await dana.launch(await world.launchUrl(DANA));
  await dana.submit('/register', account);
  await dana.submit('/link');
  assert.equal(dana.page.name, 'home');
  assert.equal(await ready(), 200);
  // A browser whose cookie has not come back yet: noting that is a write.
  const fresh = new Client(world);
  await fresh.launch(await world.launchUrl(DANA));

  fill(world);
  // The write-ahead log begins anew when all of it is in the file, and has the room that it had: launches that take it up do no harm.
  let exchanges;
  do {
    exchanges = await world.exchanges();
    await new Client(world).launch(await world.launchUrl(DANA));
  } while ((await world.exchanges()) !== exchanges);
  const urls = await Promise.all(Array.from({ length: 20 }, () => world.launchUrl(DANA)));
  isUnavailable(await new Client(world).launch(urls[0]));
  for (const page of await Promise.all(urls.map((url) => new Client(world).launch(url)))) isUnavailable(page);
  assert.equal(await world.exchanges(), exchanges, 'a code was spent on nothing');
  const reader = new Client(world);
  await reader.get('/login');
  isUnavailable(await reader.submit('/sign-in', account));
  for (const [who, client] of Object.entries({ dana, fresh })) {
    const page = await client.send({ address: client.page.address });
    assert.deepEqual([page.status, page.name], [200, 'home'], `${who} cannot read what is there`);
  }
  assert.equal((await reader.get('/healthz')).status, 200);
  // So little may find a last bit of room.
  for (let tries = 0; tries < 200 && (await ready()) === 200; tries++);
  assert.equal(await ready(), 503, 'it is told that nothing is written');

  rmSync(ballast(world));
  for (const url of urls) assert.equal((await new Client(world).launch(url)).name, 'home', 'the code is good again');
  for (const client of [dana, fresh]) assert.equal((await client.get(client.page.address)).name, 'home');
  await reader.get('/login');
  assert.equal((await reader.submit('/sign-in', account)).status, 200);
  assert.equal(await ready(), 200);
});
