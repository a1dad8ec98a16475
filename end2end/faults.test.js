// Entrata fails: the page in the frame says what to do, and launches work again when Entrata does.
import assert from 'node:assert/strict';
import { browserTest } from './lib/browser-test.js';
import { DANA, account } from './lib/people.js';

browserTest(
  'while Entrata is unreachable no code is spent, and trying again works as soon as it is back',
  { statuses: [502] },
  async ({ shell, world }) => {
    world.relay.disconnect();
    await shell.enter(DANA);
    assert.equal(await shell.status(() => shell.clickTile()), 502);
    await shell.waitForPage('unavailable');
    assert.equal(await shell.status(() => shell.button('Try again').click()), 502);
    await shell.waitForPage('unavailable');
    assert.equal(await world.exchanges(), 0);

    await world.relay.reconnect();
    assert.equal(await shell.status(() => shell.button('Try again').click()), 200);
    await shell.waitForVisit('login');
    assert.equal(await world.exchanges(), 1);
  },
);

/** Faults of the token call, with the page that each leads to. */
const FAULTS = {
  'status-502': 'unavailable',
  'html-body': 'unavailable',
  'truncated-json': 'unavailable',
  'code-expired': 'relaunch',
  'suspended-client': 'relaunch',
};

browserTest(
  'a malformed or refusing response has its own page, and the next launch works',
  { statuses: [502, 410] },
  async ({ shell, world, t }) => {
    await shell.firstVisit(DANA, account);
    for (const [fault, page] of Object.entries(FAULTS)) {
      await world.setFault(fault);
      await shell.enter(DANA);
      assert.equal(await shell.status(() => shell.clickTile()), page === 'relaunch' ? 410 : 502, fault);
      const main = await shell.waitForPage(page);
      assert.equal(await shell.button('Try again').count(), 0, `${fault}: the code is spent`);
      assert.match(await main.innerText(), /click the Latchkey tile/i, fault);
      assert.equal(await shell.address(), '/login', fault);
      t.diagnostic(`${fault}: ${page}`);
    }
    await world.clearFaults();
    await shell.open(DANA);
    await shell.waitForVisit('home');
  },
);

browserTest('a slow response times out within 15 seconds', { statuses: [504] }, async ({ shell, world }) => {
  await world.setFault('slow-20s');
  await shell.enter(DANA);
  const startedAt = Date.now();
  assert.equal(await shell.status(() => shell.clickTile()), 504);
  await shell.waitForPage('unavailable');
  assert(Date.now() - startedAt < 15_000, `the user waited ${Date.now() - startedAt} ms`);
  await world.clearFaults();
  await shell.open(DANA);
  await shell.waitForVisit('login');
});
