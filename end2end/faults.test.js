// Entrata misbehaves: the person in the frame is told what to do now, and it works once Entrata is well again.
import assert from 'node:assert/strict';
import { DANA, account } from './lib/people.js';
import { story } from './lib/story.js';

story(
  'Entrata can’t be reached: nothing is lost, and trying again works as soon as it is back',
  { statuses: [502] },
  async ({ shell, world }) => {
    world.line.cut();
    await shell.enter(DANA);
    assert.equal(await shell.status(() => shell.clickTile()), 502);
    await shell.shows('unavailable');
    assert.equal(await shell.status(() => shell.button('Try again').click()), 502);
    await shell.shows('unavailable');
    assert.equal(await world.exchanges(), 0);

    await world.line.mend();
    assert.equal(await shell.status(() => shell.button('Try again').click()), 200);
    await shell.showsVisit('login');
    assert.equal(await world.exchanges(), 1);
  },
);

const ANSWERS = { 'status-502': 'unavailable', 'html-body': 'unavailable', 'truncated-json': 'unavailable' };
Object.assign(ANSWERS, { 'code-expired': 'relaunch', 'suspended-client': 'relaunch' });

story(
  'an answer that is broken or refuses is told as such, and the next click works',
  { statuses: [502, 410] },
  async ({ shell, world, t }) => {
    await shell.firstVisit(DANA, account);
    for (const [fault, page] of Object.entries(ANSWERS)) {
      await world.fault(fault);
      await shell.enter(DANA);
      assert.equal(await shell.status(() => shell.clickTile()), page === 'relaunch' ? 410 : 502, fault);
      const main = await shell.shows(page);
      assert.equal(await shell.button('Try again').count(), 0, `${fault}: the code is gone`);
      assert.match(await main.innerText(), /click the Latchkey tile/i, fault);
      assert.equal(await shell.address(), '/login', fault);
      t.diagnostic(`${fault}: ${page}`);
    }
    await world.allWell();
    await shell.open(DANA);
    await shell.showsVisit('home');
  },
);

story('an answer that takes too long is given up in time', { statuses: [504] }, async ({ shell, world }) => {
  await world.fault('slow-20s');
  await shell.enter(DANA);
  const began = Date.now();
  assert.equal(await shell.status(() => shell.clickTile()), 504);
  await shell.shows('unavailable');
  assert(Date.now() - began < 15_000, `somebody waited ${Date.now() - began} ms in a frame`);
  await world.allWell();
  await shell.open(DANA);
  await shell.showsVisit('login');
});
