// Kills the server in the middle of its work, again and again, on one database file. Whatever was answered must be
// stored, whatever was not must be stored completely or not at all, and no code may start two visits (threats T3 and
// T20).   CRASH_ROUNDS=500 node --test crash.test.js
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../lib/client.js';
import { links, query, violations } from '../lib/invariants.js';
import { ALL_STAFF } from '../lib/people.js';
import { World } from '../lib/world.js';

const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 50);
/** Requests sent at once. */
const BURST = 200;
/** Milliseconds, at most, between a random response of the burst and SIGKILL, so that the server is killed during
 * commits and not only right after responses. */
const MAX_KILL_DELAY = 20;
/** Password checks at once during setup. A fifth for the same email would have to wait. */
const CHECKS_AT_ONCE = 4;
const PASSWORD = 'a few plain words';
const EMAILS = ['ada@example.com', 'ben@example.com', 'cleo@example.com'];

const nameOf = ({ company, id }) => `${company}/${id}`;
/** Two staff members who stay linked. All others are linked and unlinked by the bursts. */
const ALWAYS_LINKED = ALL_STAFF.slice(0, 2);

const random = (below) => Math.floor(Math.random() * below);
const pick = (list) => list[random(list.length)];
const shuffle = (list) =>
  list.map((item) => [Math.random(), item]).sort(([a], [b]) => a - b).map(([, item]) => item);
const times = (count, make) => Array.from({ length: count }, (_, index) => make(index));

/** Like `Promise.all` over `list`, with a limited number at a time. */
async function forEach(list, work, atOnce = 16) {
  const queue = list.entries();
  await Promise.all(times(atOnce, async () => {
    for (const [index, item] of queue) await work(item, index);
  }));
}

/** Returns a client with an address of its own, so that no limit by address applies. */
const newClient = (world) => new Client(world, { from: `10.${random(256)}.${random(256)}.${1 + random(254)}` });

/** Launches and signs in, up to the confirmation. */
async function launchToConfirm(world, person, email) {
  const client = newClient(world);
  await client.launch(await world.launchUrl(person));
  await client.submit('/sign-in', { email, password: PASSWORD });
  assert.equal(client.page.name, 'confirm', `${nameOf(person)}: ${client.page.status}`);
  return client;
}

/** Signs in without a launch. */
async function signInDirectly(world, email) {
  const client = newClient(world);
  await client.get('/login');
  await client.submit('/sign-in', { email, password: PASSWORD });
  assert.equal(client.page.status, 200, client.page.body);
  client.home = client.page.address;
  return client;
}

/** Launches as a linked staff member. */
async function launchToHome(world, person) {
  const client = newClient(world);
  assert.equal((await client.launch(await world.launchUrl(person))).name, 'home');
  client.home = client.page.address;
  return { person, client };
}

// A burst consists of actions. Each is one request.

/** For each identity, three confirmations from different browsers and for different accounts. One of them wins. */
async function linkActions(world, people) {
  const actions = people.flatMap((person, index) =>
    times(3, (n) => ({ kind: 'link', person, email: EMAILS[(index + n) % EMAILS.length] })),
  );
  const prepare = async (action) => {
    action.client = await launchToConfirm(world, action.person, action.email);
    const form = action.client.page.form('/link');
    action.visit = action.client.page.address;
    action.run = () => action.client.post(form);
  };
  await forEach(actions, prepare, CHECKS_AT_ONCE);
  return actions;
}

/** Unlinks each identity that may be unlinked, from two sessions of its account at once. */
async function unlinkActions(world, sessions, linksNow) {
  const actions = [];
  for (const [email, clients] of sessions) {
    await forEach(clients, async (client) => {
      client.page = await client.send({ address: `${client.home}/account`, site: 'same-origin' });
      assert.equal(client.page.name, 'account', `${email}: ${client.page.status}`);
    });
    const isOfAccount = (person) => linksNow.get(nameOf(person))?.email === email;
    for (const person of ALL_STAFF.filter((person) => !ALWAYS_LINKED.includes(person) && isOfAccount(person))) {
      const { identity } = linksNow.get(nameOf(person));
      for (const client of shuffle(clients).slice(0, 2)) {
        // The last link has only the form that reports a link as somebody else's, which this test does not use.
        const form = client.page.forms.find(({ fields }) => fields.identity === identity && !fields.reason);
        if (form) actions.push({ kind: 'unlink', person, client, run: () => client.post(form) });
      }
    }
  }
  return actions;
}

/** Launches of all staff, in new browsers and in browsers with a session. Some codes are launched twice, from one
 * browser or from two. */
async function launchActions(world, count, regulars) {
  const actions = [];
  const add = (person, url, client, hasSession) => {
    const run = () => client.send({ address: url.slice(world.app.length) });
    actions.push({ kind: 'launch', person, url, client, hasSession, run });
  };
  const newcomers = times(Math.floor(count * 0.8) - regulars.length, () => ({ person: pick(ALL_STAFF) }));
  await forEach([...regulars, ...newcomers], async ({ person, client }, index) => {
    const url = await world.launchUrl(person);
    const [hasSession, browser] = [Boolean(client), client ?? newClient(world)];
    add(person, url, browser, hasSession);
    const sameBrowser = index % 8 === 0;
    if (index % 4 === 0) add(person, url, sameBrowser ? browser : newClient(world), hasSession && sameBrowser);
  });
  return actions;
}

/** Runs all actions at once and kills the server in the middle. Actions that were answered get a `response`. */
async function runBurst(world, actions) {
  let resolveAnswered;
  let untilKill = 1 + random(0.8 * actions.length);
  const answered = new Promise((resolve) => (resolveAnswered = resolve));
  const all = actions.map(async (action) => {
    action.response = await action.run().catch(() => undefined);
    untilKill -= 1;
    if (untilKill === 0) resolveAnswered();
  });
  await answered;
  await sleep(Math.random() * MAX_KILL_DELAY);
  await world.killServer();
  await Promise.all(all);
}

// Checks after the restart.

/** A launch that was answered opened its visit, unless an answered link or unlink ended it. */
async function checkLaunches(actions, linksNow) {
  const answered = actions.filter(({ kind, response }) => kind === 'launch' && response?.status === 200);
  await forEach(answered, async ({ person, client, response }) => {
    const { email } = linksNow.get(nameOf(person));
    const page = await client.send({ address: response.address });
    const shown = response.name;
    assert(['home', 'login'].includes(shown), `a launch showed ${shown}`);
    const unchanged = shown === 'home' ? email !== null : email === null;
    const what = `${nameOf(person)} was on ${shown}`;
    if (unchanged) assert.deepEqual([page.status, page.name], [200, shown], `${what} and lost the visit`);
    else assert([401, 409].includes(page.status), `${what}, the link changed, and the visit answers ${page.status}`);
  });
}

/** At most one confirmation per identity was answered as done, and its link is stored. */
async function checkLinks(actions, linksNow) {
  const answered = actions.filter(({ kind, response }) => kind === 'link' && response);
  const done = answered.filter(({ response }) => response.status === 303);
  assert.equal(new Set(done.map(({ person }) => person)).size, done.length, 'an identity was linked twice');
  for (const { person, email, response } of answered) {
    const linked = linksNow.get(nameOf(person)).email;
    if (response.status === 303) {
      assert.equal(linked, email, `${nameOf(person)}: an answered link is not stored`);
    } else {
      const expected = [409, true];
      assert.deepEqual([response.status, linked !== null], expected, `${nameOf(person)}: refused without a link`);
    }
  }
  await forEach(done, async ({ person, client, visit }) => {
    const page = await client.send({ address: visit });
    assert.deepEqual([page.status, page.name], [200, 'home'], `${nameOf(person)} linked but is not signed in`);
  });
}

/** An answered unlink is stored, and an account keeps its last link. */
function checkUnlinks(actions, linksBefore, linksNow) {
  const done = actions.filter(({ kind, response }) => kind === 'unlink' && response?.status === 303);
  for (const { person } of done) {
    assert.equal(linksNow.get(nameOf(person)).email, null, `${nameOf(person)}: an answered unlink is not stored`);
  }
  for (const email of EMAILS) {
    const count = (links) => [...links.values()].filter((link) => link.email === email).length;
    assert(count(linksBefore) === 0 || count(linksNow) > 0, `${email} lost its last link`);
  }
}

/** Launches every code once more from a new browser. Where the response was lost, in half of the cases the browser that
 * sent it first tries again. Returns how many codes were spent by launches without a response. */
async function checkCodes(world, actions) {
  const countVisits = async () => (await query(world.file, 'select count(*) as visits from visits'))[0].visits;
  const visitsBefore = await countVisits();
  const exchanged = await world.exchangesByCode();
  const shortCode = (url) => `${new URL(url).search.match(/auth_code=(.{6})/)[1]}…`;
  const launchesByUrl = new Map();
  for (const action of actions.filter(({ kind }) => kind === 'launch')) {
    launchesByUrl.set(action.url, [...(launchesByUrl.get(action.url) ?? []), action]);
  }
  let [newVisits, lost] = [0, 0];
  await forEach([...launchesByUrl], async ([url, sent]) => {
    const responses = sent.filter(({ response }) => response).map(({ response }) => response);
    const opened = responses.filter(({ status }) => status === 200);
    // A second launch is refused because the first took the code, even if the first was never exchanged.
    const spent = opened.length > 0 || exchanged.has(shortCode(url));
    assert(new Set(opened.map(({ address }) => address)).size <= 1, 'a code started two visits');
    const statuses = responses.map(({ status }) => status);
    assert(statuses.every((status) => [200, 410].includes(status)), `launches were answered ${statuses}`);
    if (spent && responses.length === 0) lost += 1;
    const regular = sent.find(({ hasSession }) => hasSession);
    if (regular && responses.length === 0 && random(2) === 0) {
      const { status } = await regular.client.launch(url);
      assert([200, 410].includes(status), `a browser repeated its lost launch and got ${status}`);
      if (status === 200 && !spent) newVisits += 1;
    }
    const { status } = await newClient(world).launch(url);
    if (spent) assert.equal(status, 410, 'a code was used twice');
    else assert([200, 410].includes(status));
    if (status === 200) newVisits += 1;
  });
  assert.equal(await countVisits(), visitsBefore + newVisits, 'a spent code started a visit');
  for (const [code, count] of await world.exchangesByCode()) {
    assert.equal(count, 1, `${code} was exchanged more than once`);
  }
  return lost;
}

/** Runs one round and adds to `totals`. */
async function runRound(world, round, { sessions, regulars, totals }) {
  // Renewed before their password check is too old for unlinking.
  if (round % 50 === 1) {
    for (const email of EMAILS) sessions.set(email, await Promise.all(times(3, () => signInDirectly(world, email))));
  }
  const linksBefore = await links(world.file);
  const unlinked = ALL_STAFF.filter((person) => !linksBefore.get(nameOf(person))?.email);
  const changes = [...(await linkActions(world, unlinked)), ...(await unlinkActions(world, sessions, linksBefore))];
  const actions = shuffle([...changes, ...(await launchActions(world, BURST - changes.length, regulars))]);
  await world.control('/clear', { what: 'requests' });

  await runBurst(world, actions);
  await world.startServer();

  const label = `round ${round}`;
  assert.deepEqual(await violations(world.file), [], label);
  const linksNow = await links(world.file);
  for (const { kind, response } of actions) {
    assert(!(response?.status >= 500), `${label}: ${kind} was answered ${response?.status}`);
  }
  await checkLaunches(actions, linksNow);
  await checkLinks(actions, linksNow);
  checkUnlinks(actions, linksBefore, linksNow);
  totals.lost += await checkCodes(world, actions);
  for (const client of [...regulars.map(({ client }) => client), ...[...sessions.values()].flat()]) {
    assert.equal((await client.send({ address: client.home })).status, 200, `${label}: an earlier session is lost`);
  }
  assert.deepEqual(await violations(world.file), [], `${label}, after all codes were launched again`);
  assert.doesNotMatch(world.server.log, / ERROR /, label);

  totals.requests += actions.length;
  for (const { response } of actions) totals[response ? 'answered' : 'unanswered'] += 1;
}

const timeout = 30_000 + ROUNDS * 10_000;

test(`kill -9 in the middle of a burst leaves nothing half done, ${ROUNDS} times`, { timeout }, async (t) => {
  const world = await World.start({ env: { TRUSTED_PROXIES: '127.0.0.0/8' } });
  t.after(() => world.stop());
  for (const email of EMAILS) await world.addAccount({ email, name: email.split('@')[0], password: PASSWORD });
  for (const [index, person] of ALL_STAFF.slice(0, 8).entries()) {
    const client = await launchToConfirm(world, person, EMAILS[index % EMAILS.length]);
    assert.equal((await client.submit('/link')).name, 'home');
  }
  const launchRegular = (index) => launchToHome(world, ALWAYS_LINKED[index % ALWAYS_LINKED.length]);
  const regulars = await Promise.all(times(12, launchRegular));
  const sessions = new Map();
  const totals = { requests: 0, answered: 0, unanswered: 0, lost: 0 };

  for (let round = 1; round <= ROUNDS; round++) await runRound(world, round, { sessions, regulars, totals });

  const { requests, answered, unanswered, lost } = totals;
  const responses = `${answered} answered, ${unanswered} not`;
  t.diagnostic(`${ROUNDS} rounds, ${requests} requests: ${responses}; ${lost} codes spent without a response`);
});
