// The server is killed in the middle of its work, again and again, on one file: whatever was answered is there, whatever was not is there
// wholly or not at all, and no code lets two in (threats T3 and T20).   CRASH_ROUNDS=500 node --test crash.test.js
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from '../lib/client.js';
import { links, query, wrongs } from '../lib/ledger.js';
import { EVERYBODY } from '../lib/people.js';
import { World } from '../lib/processes.js';

const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 50);
/** What is sent at once. */
const BURST = 200;
/** How many milliseconds the server may live on when so many answers have come as chance wanted: it dies amid commits, not at answers. */
const LONGEST = 20;
/** Passwords that are checked at once while things are prepared: a fifth one for the same e-mail would have to wait. */
const AT_ONCE = 4;
const PASSWORD = 'a few plain words';
const EMAILS = ['ada@example.com', 'ben@example.com', 'cleo@example.com'];

const nameOf = ({ company, id }) => `${company}/${id}`;
/** Two who stay linked throughout; everybody else is linked and unlinked as it comes. */
const STAYING = EVERYBODY.slice(0, 2);
const stays = (person) => STAYING.includes(person);

const random = (below) => Math.floor(Math.random() * below);
const one = (list) => list[random(list.length)];
const shuffle = (list) => list.map((item) => [Math.random(), item]).sort(([a], [b]) => a - b).map(([, item]) => item);
const times = (count, make) => Array.from({ length: count }, (_, index) => make(index));

/** As `Promise.all` over `list`, a few at a time. */
async function each(list, work, atOnce = 16) {
  const queue = list.entries();
  await Promise.all(times(atOnce, async () => {
    for (const [index, item] of queue) await work(item, index);
  }));
}

/** Everybody comes from an address of their own: what is limited by address is another test's matter. */
const newcomer = (world) => new Client(world, { from: `10.${random(256)}.${random(256)}.${1 + random(254)}` });

/** Somebody launches and signs in; what they see is the confirmation. */
async function asked(world, person, email) {
  const client = newcomer(world);
  await client.launch(await world.launchUrl(person));
  await client.submit('/sign-in', { email, password: PASSWORD });
  assert.equal(client.page.name, 'confirm', `${nameOf(person)}: ${client.page.status}`);
  return client;
}

/** Somebody signs in without a launch, and stays. */
async function manager(world, email) {
  const client = newcomer(world);
  await client.get('/login');
  await client.submit('/sign-in', { email, password: PASSWORD });
  assert.equal(client.page.status, 200, client.page.body);
  client.home = client.page.address;
  return client;
}

/** Somebody linked comes in by a click, and stays. */
async function regular(world, person) {
  const client = newcomer(world);
  assert.equal((await client.launch(await world.launchUrl(person))).name, 'home');
  client.home = client.page.address;
  return { person, client };
}

// What a burst is made of: deeds, each one request.

/** The same identity's confirmations, in several browsers and for several accounts: one of them gets it. */
async function linkings(world, people) {
  const deeds = people.flatMap((person, turn) => times(3, (index) => ({ kind: 'link', person, email: EMAILS[(turn + index) % EMAILS.length] })));
  await each(deeds, async (deed) => {
    deed.client = await asked(world, deed.person, deed.email);
    const form = deed.client.page.form('/link');
    deed.visit = deed.client.page.address;
    deed.go = () => deed.client.post(form);
  }, AT_ONCE);
  return deeds;
}

/** Each identity that may go is unlinked by two of its account's sessions at once. */
async function unlinkings(world, managers, now) {
  const deeds = [];
  for (const [email, clients] of managers) {
    await each(clients, async (client) => {
      client.page = await client.send({ address: `${client.home}/account`, site: 'same-origin' });
      assert.equal(client.page.name, 'account', `${email}: ${client.page.status}`);
    });
    for (const person of EVERYBODY.filter((person) => !stays(person) && now.get(nameOf(person))?.email === email)) {
      const { identity } = now.get(nameOf(person));
      for (const client of shuffle(clients).slice(0, 2)) {
        // The last one stays where it is: its only form is for what somebody else linked, which is not told here.
        const form = client.page.forms.find(({ fields }) => fields.identity === identity && !fields.reason);
        if (form) deeds.push({ kind: 'unlink', person, client, go: () => client.post(form) });
      }
    }
  }
  return deeds;
}

/** Clicks of everybody: in new browsers and in such that were here before, and some codes twice, from one browser or from two. */
async function launches(world, count, regulars) {
  const deeds = [];
  const launch = (person, url, client, own) => {
    deeds.push({ kind: 'launch', person, url, client, own, go: () => client.send({ address: url.slice(world.app.length) }) });
  };
  const clicks = [...regulars, ...times(Math.floor(count * 0.8) - regulars.length, () => ({ person: one(EVERYBODY) }))];
  await each(clicks, async ({ person, client }, turn) => {
    const url = await world.launchUrl(person);
    const [own, browser] = [Boolean(client), client ?? newcomer(world)];
    launch(person, url, browser, own);
    if (turn % 4 === 0) launch(person, url, turn % 8 === 0 ? browser : newcomer(world), own && turn % 8 === 0);
  });
  return deeds;
}

/** All at once, and SIGKILL in the middle: a deed whose answer came has it, the others were cut. */
async function burst(world, deeds) {
  let enough;
  let left = 1 + random(0.8 * deeds.length);
  const answered = new Promise((resolve) => (enough = resolve));
  const all = deeds.map(async (deed) => {
    deed.answer = await deed.go().catch(() => undefined);
    left -= 1;
    if (left === 0) enough();
  });
  await answered;
  await pause(Math.random() * LONGEST);
  await world.killServer();
  await Promise.all(all);
}

// What has to hold afterwards.

/** Whoever was let in is in, unless what was answered to others since then ended it. */
async function judgeLaunches(deeds, now) {
  await each(deeds.filter(({ kind, answer }) => kind === 'launch' && answer?.status === 200), async ({ person, client, answer }) => {
    const { email } = now.get(nameOf(person));
    const page = await client.send({ address: answer.address });
    const was = answer.name;
    assert(['home', 'login'].includes(was), `a launch showed ${was}`);
    const still = was === 'home' ? email !== null : email === null;
    if (still) assert.deepEqual([page.status, page.name], [200, was], `${nameOf(person)} was at ${was}, and is no more`);
    else assert([401, 409].includes(page.status), `${nameOf(person)} was at ${was}, its link changed, and it got ${page.status}`);
  });
}

/** Of the confirmations of one identity at the most one was answered as done, and that one is. */
async function judgeLinks(deeds, now) {
  const linkings = deeds.filter(({ kind, answer }) => kind === 'link' && answer);
  const won = linkings.filter(({ answer }) => answer.status === 303);
  assert.equal(new Set(won.map(({ person }) => person)).size, won.length, 'an identity was linked twice');
  for (const { person, email, answer } of linkings) {
    const to = now.get(nameOf(person)).email;
    if (answer.status === 303) assert.equal(to, email, `${nameOf(person)}: an answered link is not there`);
    else assert.deepEqual([answer.status, to !== null], [409, true], `${nameOf(person)}: refused for a link that is not there`);
  }
  await each(won, async ({ person, client, visit }) => {
    const page = await client.send({ address: visit });
    assert.deepEqual([page.status, page.name], [200, 'home'], `${nameOf(person)} linked, and is not in`);
  });
}

/** What was answered as unlinked is, and an account keeps its last link. */
function judgeUnlinks(deeds, before, now) {
  for (const { person } of deeds.filter(({ kind, answer }) => kind === 'unlink' && answer?.status === 303)) {
    assert.equal(now.get(nameOf(person)).email, null, `${nameOf(person)}: answered as unlinked, and linked`);
  }
  for (const email of EMAILS) {
    const linked = (links) => [...links.values()].filter((link) => link.email === email).length;
    assert(linked(before) === 0 || linked(now) > 0, `${email} lost its last link`);
  }
}

/** Every code once more: by a stranger, and where its answer was cut, first by the browser that sent it, every other time. */
async function judgeCodes(world, deeds) {
  const count = async () => (await query(world.file, 'select count(*) as visits from visits'))[0].visits;
  const before = await count();
  const exchanged = await world.exchangesByCode();
  const short = (url) => `${new URL(url).search.match(/auth_code=(.{6})/)[1]}…`;
  const codes = new Map();
  for (const deed of deeds.filter(({ kind }) => kind === 'launch')) codes.set(deed.url, [...(codes.get(deed.url) ?? []), deed]);
  // Codes of which the server knew nothing, and which were launched now; and those that it had used when it was killed.
  let [late, lost] = [0, 0];
  await each([...codes], async ([url, sent]) => {
    const answers = sent.filter(({ answer }) => answer).map(({ answer }) => answer);
    const used = answers.some(({ status }) => status === 200);
    // Who came second was told that the code is taken, which is not to say that the first one got anywhere.
    const known = used || exchanged.has(short(url));
    const addresses = new Set(answers.filter(({ status }) => status === 200).map(({ address }) => address));
    assert(addresses.size <= 1, 'a code made two visits');
    assert(answers.every(({ status }) => [200, 410].includes(status)), `a launch was answered ${answers.map(({ status }) => status)}`);
    if (known && answers.length === 0) lost += 1;
    const own = sent.find(({ own }) => own);
    if (own && answers.length === 0 && random(2) === 0) {
      const { status } = await own.client.launch(url);
      assert([200, 410].includes(status), `a browser’s own cut launch came to ${status}`);
      if (status === 200 && !known) late += 1;
    }
    const stranger = await newcomer(world).launch(url);
    if (known) assert.equal(stranger.status, 410, 'a code was used twice');
    else assert([200, 410].includes(stranger.status));
    if (stranger.status === 200) late += 1;
  });
  assert.equal(await count(), before + late, 'a spent code made a visit');
  for (const [code, exchanges] of await world.exchangesByCode()) assert.equal(exchanges, 1, `${code} was exchanged more than once`);
  return lost;
}

test(`kill -9 in the middle of a burst leaves nothing half done, ${ROUNDS} times`, { timeout: 30_000 + ROUNDS * 10_000 }, async (t) => {
  const world = await World.start({ env: { TRUSTED_PROXIES: '127.0.0.0/8' } });
  t.after(() => world.stop());
  for (const email of EMAILS) await world.addAccount({ email, name: email.split('@')[0], password: PASSWORD });
  const managers = new Map();
  for (const [turn, person] of EVERYBODY.slice(0, 8).entries()) {
    const client = await asked(world, person, EMAILS[turn % EMAILS.length]);
    assert.equal((await client.submit('/link')).name, 'home');
  }
  const regulars = await Promise.all(times(12, (turn) => regular(world, STAYING[turn % STAYING.length])));
  const count = { requests: 0, answered: 0, cut: 0, lost: 0 };

  for (let round = 1; round <= ROUNDS; round++) {
    // Before their password is too old for unlinking.
    if (round % 50 === 1) for (const email of EMAILS) managers.set(email, await Promise.all(times(3, () => manager(world, email))));
    const before = await links(world.file);
    const unlinked = EVERYBODY.filter((person) => !before.get(nameOf(person))?.email);
    const changes = [...(await linkings(world, unlinked)), ...(await unlinkings(world, managers, before))];
    const deeds = shuffle([...changes, ...(await launches(world, BURST - changes.length, regulars))]);
    await world.control('/clear', { what: 'requests' });

    await burst(world, deeds);
    await world.serve();

    const at = `round ${round}`;
    assert.deepEqual(await wrongs(world.file), [], at);
    const now = await links(world.file);
    for (const { kind, answer } of deeds) assert(!(answer?.status >= 500), `${at}: a ${kind} was answered ${answer?.status}`);
    await judgeLaunches(deeds, now);
    await judgeLinks(deeds, now);
    judgeUnlinks(deeds, before, now);
    count.lost += await judgeCodes(world, deeds);
    for (const client of [...regulars.map(({ client }) => client), ...[...managers.values()].flat()]) {
      assert.equal((await client.send({ address: client.home })).status, 200, `${at}: a session from before is gone`);
    }
    assert.deepEqual(await wrongs(world.file), [], `${at}, after all codes came again`);
    assert.doesNotMatch(world.server.log, / ERROR /, at);

    count.requests += deeds.length;
    for (const { answer } of deeds) count[answer ? 'answered' : 'cut'] += 1;
  }
  const { requests, answered, cut, lost } = count;
  t.diagnostic(`${ROUNDS} rounds, ${requests} requests, ${answered} answered, ${cut} cut, ${lost} of these launches whose code was spent`);
});
