// What has to hold in every browser. A case gets `{ person, sites, row }`; `person()` sits down at a tab of its own. What it gives
// back is shown in the table: by default what carried the session in its requests.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { DANA, TOM, account, other } from '../lib/people.js';

const MARCUS = { ...DANA, id: '7f3a09c1be' };
const PRIYA = { ...DANA, id: '51877' };

/** Pages and fetches that the app was asked for since `mark`, without its files. */
export const asked = (sites, mark) =>
  sites.since(mark).filter(({ path, dest }) => (dest === 'iframe' || dest === 'empty') && !path.startsWith('/pkg/'));

/** Waits until the newest of them is answered by a status that pleases. */
async function answered(sites, mark, pleases) {
  for (const began = Date.now(); !pleases(asked(sites, mark).at(-1)?.status); await pause(20)) {
    if (Date.now() - began > 8000) throw new Error('the app was not asked');
  }
}

async function noLoop(sites, mark, most) {
  await pause(500);
  const all = asked(sites, mark);
  assert(all.length <= most, `${all.length} requests, ${most} are enough`);
}

/** A page that frames the app where it must not be: the app answers once, and nothing of it is rendered. */
async function nothingRenders({ person, sites }, url, frames) {
  const mark = sites.mark();
  const victim = await person(frames);
  await victim.tab.goto(url);
  await pause(700);
  assert.equal(await victim.sees(), null);
  const all = sites.since(mark).map(({ method, path, status }) => `${method} ${path} ${status}`);
  assert.deepEqual(all, ['GET /login 200'], 'the app was asked once, and nothing came of its answer');
  return 'nothing';
}

/** Two tabs launch in a browser that is new to the app, before either has an answer; the answers take so many milliseconds. */
async function twoTabs({ person, sites }, platform, ...ms) {
  const [dana, tom] = [await person(), await person()];
  sites.slow(/^\/login\?/, ...ms);
  const leave = (url) => void setTimeout(() => location.assign(url));
  await dana.tab.runTop(leave, sites.opened(DANA, platform));
  await tom.tab.runTop(leave, sites.opened(TOM, platform));
  await dana.shows('home');
  await tom.shows('home');
  for (const page of ['sessions', 'home']) {
    await tom.goes(page, TOM);
    await dana.goes(page, DANA);
  }
}

/** The others build on these. */
export const FIRST = ['first visit', 'two companies'];

export const CASES = {
  async 'first visit'({ person, row }) {
    const dana = await person();
    const begun = await dana.opens(DANA, 'login');
    row.first = begun;
    await dana.registers(account);
    await dana.links();
    assert.equal(begun.carrier, row.carrier);
    const kept = await dana.tab.run(() => Object.keys(sessionStorage).filter((key) => key.startsWith('latchkey/v/')).length);
    assert.equal(kept, row.carrier === 'bearer' ? 1 : 0, 'tokens in this tab');
  },

  async 'later visit'({ person, row, sites }) {
    const mark = sites.mark();
    const dana = await person();
    row.later = await dana.opens(DANA, 'home');
    dana.actsFor(DANA, await dana.sees());
    await noLoop(sites, mark, 2);
    return row.later.carrier;
  },

  async 'reload of the frame'({ person, sites }) {
    const dana = await person();
    await dana.opens(DANA, 'home');
    const mark = sites.mark();
    await dana.reloadsFrame();
    dana.actsFor(DANA, await dana.shows('home'));
    await noLoop(sites, mark, 3);
    await dana.goes('sessions', DANA);
    await dana.reloadsFrame();
    dana.actsFor(DANA, await dana.shows('sessions'));
  },

  async 'Back after leaving'({ person, sites }) {
    const dana = await person();
    await dana.opens(DANA, 'home');
    await dana.tab.goto(sites.plain);
    const mark = sites.mark();
    await dana.tab.back();
    dana.actsFor(DANA, await dana.shows('home'));
    await noLoop(sites, mark, 3);
    await dana.goes('sessions', DANA);
  },

  async 'Back in the frame'({ person, sites }) {
    const dana = await person();
    await dana.opens(DANA, 'home');
    await dana.goes('sessions', DANA);
    const mark = sites.mark();
    await dana.tab.run(() => void setTimeout(() => history.back()));
    dana.actsFor(DANA, await dana.shows('home'));
    await dana.tab.run(() => void setTimeout(() => history.forward()));
    dana.actsFor(DANA, await dana.shows('sessions'));
    await noLoop(sites, mark, 6);
  },

  /** Somebody clicks before the answer came that decides what carries the session. */
  async 'early click'({ person, sites }) {
    sites.slow(/\/echo$/, 1000);
    const dana = await person();
    await dana.tab.goto(sites.opened(DANA));
    await dana.shows('home');
    await dana.goes('sessions', DANA);
    await dana.goes('home', DANA);
  },

  async 'two companies'({ person }) {
    const [dana, tom] = [await person(), await person()];
    await dana.opens(DANA, 'home');
    await tom.opens(TOM, 'login');
    await tom.signsIn(account);
    await tom.shows('confirm');
    await dana.goes('sessions', DANA);
    tom.actsFor(TOM, await tom.links());
    await dana.goes('home', DANA);
    await tom.goes('sessions', TOM);
    await dana.opens(DANA, 'home');
    await tom.goes('home', TOM);
    await dana.goes('sessions', DANA);
  },

  /** Each launch is answered with a cookie of its own, and the second overwrites the first. */
  async 'two tabs at once'(rig) {
    return twoTabs(rig, 1, 300, 300);
  },

  /** As before, but the first tab has made sure of its cookie before the second's comes. */
  async 'two tabs, one late'(rig) {
    return twoTabs(rig, 2, 300, 2000);
  },

  async 'sign-out in one tab'({ person, sites }) {
    const [dana, tom] = [await person(), await person()];
    await dana.opens(DANA, 'home');
    await tom.opens(TOM, 'home');
    const mark = sites.mark();
    await dana.signsOut();
    await dana.shows('login');
    await tom.goes('sessions', TOM);
    await tom.goes('home', TOM);
    await dana.reloadsFrame();
    await dana.shows('login');
    await noLoop(sites, mark, 8);
  },

  async 'expiry in a form'({ person, sites }) {
    const marcus = await person();
    await marcus.opens(MARCUS, 'login');
    await marcus.unfolds();
    await marcus.types('register', other);
    sites.world.runOutHeldVisits();
    const mark = sites.mark();
    await marcus.submits('register');
    await answered(sites, mark, (status) => status);
    await pause(300);
    const after = (await marcus.sees())?.page;
    await marcus.opens(MARCUS, 'login');
    const field = (name) => marcus.tab.run((name) => document.querySelector(`[action$="/register"] [name=${name}]`).value, name);
    const typed = [await field('name'), await field('email'), await field('password')];
    assert.deepEqual(typed, [other.name, other.email, ''], `after page ${after}`);
  },

  async 'server restart'({ person, sites }) {
    const dana = await person();
    await dana.opens(DANA, 'home');
    await sites.world.restartServer();
    await dana.goes('sessions', DANA);
    await sites.world.restartServer();
    await dana.reloadsFrame();
    dana.actsFor(DANA, await dana.shows('sessions'));
  },

  async 'foreign parent'(rig) {
    return nothingRenders(rig, rig.sites.framedByStranger(await rig.sites.world.launchUrl(DANA)));
  },

  async 'foreign grandparent'(rig) {
    return nothingRenders(rig, rig.sites.framedByStranger(rig.sites.opened(DANA), 'middle'), ['middle', 'app']);
  },

  async 'sandboxed frame'({ person, sites }) {
    const dana = await person();
    const mark = sites.mark();
    await dana.tab.goto(sites.sandboxed(await sites.world.launchUrl(DANA), 'allow-scripts allow-forms'));
    const { reason, text } = await dana.shows('error');
    assert.equal(reason, 'sandboxed');
    assert.match(text, /Entrata|administrator/);
    await noLoop(sites, mark, 3);
    return 'told';
  },

  async 'no script'({ person, sites, row }) {
    const priya = await person();
    const mark = sites.mark();
    await priya.tab.goto(sites.sandboxed(await sites.world.launchUrl(PRIYA), 'allow-same-origin allow-forms'));
    await priya.shows('login');
    await priya.registers({ ...account, email: 'priya@example.com' });
    if (row.carrier === 'cookie') {
      priya.actsFor(PRIYA, await priya.links());
      await priya.goes('sessions', PRIYA);
      await priya.goes('home', PRIYA);
      await priya.signsOut();
      await priya.shows('login');
      return;
    }
    await answered(sites, mark, (status) => status === 401);
    await priya.shows('login');
    assert.match(await priya.tab.run(() => document.querySelector('noscript')?.innerText ?? ''), /\w{3}/, 'it says what to do');
    await noLoop(sites, mark, 2);
    return 'told';
  },
};
