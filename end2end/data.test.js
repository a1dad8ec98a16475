// A company's data in the frame: properties and residents are searched, sorted, paged, printed and taken away, while Entrata is well and while
// it is not; by cookie and by bearer where that makes a difference.
import { setTimeout as pause } from 'node:timers/promises';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { List, toProperties } from './lib/list.js';
import { DANA, INES, TOM, account, other } from './lib/people.js';
import { story } from './lib/story.js';
import { resizeFrame } from './lib/tour.js';

const CARRIERS = { cookie: {}, bearer: { cookies: false } };
const timeout = 180_000;
/** Of granite's properties the one with 20,000 residents, and one with as many as a story wants. */
const LARGE = { id: 500001, name: 'Amber Arms', residents: 20_000 };
const SMALL = { id: 500002, name: 'Aspen Arms' };

/** Answers to what matches come no earlier than they are let go. */
async function hold(page, pattern) {
  let release;
  const held = new Promise((go) => (release = go));
  await page.route(pattern, async (route) => {
    const answer = await route.fetch();
    await held;
    await route.fulfill({ response: answer });
  });
  return release;
}

const back = (page) => page.evaluate(() => history.back());
const reload = (shell) => shell.status(() => shell.frame().evaluate(() => void setTimeout(() => location.reload())));
const scrolled = (shell, to) => shell.frame().waitForFunction((to) => Math.abs(scrollY - to) <= 1, to);
const scroll = (shell, to) => shell.frame().evaluate((to) => scrollTo(0, to), to);
/** By script: to be clicked, a link would be scrolled to. */
const follow = (link) => link.evaluate((link) => link.click());

async function at(shell, property) {
  await shell.shows('property');
  await shell.app.getByRole('heading', { level: 1, name: property.name, exact: true }).waitFor({ timeout: 60_000 });
  return new List(shell);
}

/** From home to a property, found by its name. */
async function toProperty(shell, property) {
  const list = await toProperties(shell);
  await list.field.fill(property.name);
  await list.says('1 of 800 properties');
  await list.link(property.name).click();
  return list;
}

for (const [carrier, options] of Object.entries(CARRIERS)) {
  story(
    `by ${carrier}: 800 properties are narrowed by what is typed; the count is announced, focus and caret stay, the address keeps the words`,
    { ...options, timeout },
    async ({ shell, page }) => {
      await shell.firstVisit(INES, account);
      const list = await toProperties(shell);
      await list.says('800 properties');
      assert.equal(await list.size(), 100);
      assert.equal(await list.count.getAttribute('role'), 'status');
      const said = await list.listen();
      const address = await shell.address();

      await list.field.click();
      await page.keyboard.type('HERON', { delay: 30 });
      await list.says('20 of 800 properties');
      assert.deepEqual(await list.caret(), { id: 'find', selectionStart: 5, selectionEnd: 5 });
      await page.keyboard.press('Home');
      await page.keyboard.type('lofts ', { delay: 30 });
      await list.says('1 of 800 properties');
      assert.deepEqual(await list.names.allInnerTexts(), ['Heron Lofts']);
      assert.deepEqual(await list.caret(), { id: 'find', selectionStart: 6, selectionEnd: 6 });
      assert.equal(await shell.address(), `${address}?q=lofts+HERON`);
      const same = await shell.frame().evaluate(() => (window.same = document.activeElement).value);
      await page.keyboard.press('Enter');
      await page.keyboard.type('x');
      await list.says('No matching properties');
      assert(await shell.frame().evaluate(() => document.activeElement === window.same), 'Enter leaves one where one is');
      await page.keyboard.press('Backspace');
      await list.says('1 of 800 properties');
      assert.equal(await list.field.inputValue(), same);
      assert.deepEqual([(await said()).at(0), (await said()).at(-1)], ['20 of 800 properties', '1 of 800 properties']);
      await list.field.fill('no such place');
      await list.says('No matching properties');
      assert.equal(await list.size(), 0);
      await list.field.fill('');
      await list.says('800 properties');
      assert.equal(await shell.address(), address);
    },
  );

  story(`by ${carrier}: Back from a property leads to the words that were typed, and the list that they left`, { ...options, timeout }, async ({ shell, page }) => {
    await shell.firstVisit(INES, account);
    const list = await toProperty(shell, SMALL);
    await at(shell, SMALL);
    await list.rows.first().waitFor();
    await back(page);
    await shell.shows('properties');
    await list.says('1 of 800 properties');
    assert.equal(await list.field.inputValue(), SMALL.name);
    assert.deepEqual(await list.names.allInnerTexts(), [SMALL.name]);
  });

  story(`by ${carrier}: of answers only that to the last word typed is shown`, { ...options, timeout }, async ({ shell, page }) => {
    await shell.firstVisit(INES, account);
    const list = await toProperties(shell);
    await list.says('800 properties');
    const said = await list.listen();
    const release = await hold(page, /[?&]q=heron(&|$)/);
    const first = page.waitForRequest(/[?&]q=heron(&|$)/);
    await list.field.pressSequentially('heron');
    await first;
    const second = page.waitForResponse(/[?&]q=heron\+lofts(&|$)/);
    await list.field.pressSequentially(' lofts');
    // Whether the second call waits for the first one or not, the first one's answer comes when it is old.
    await Promise.race([second, shell.frame().waitForFunction(() => new Promise((later) => setTimeout(later, 400, true)))]);
    release();
    await list.says('1 of 800 properties');
    assert.deepEqual(await list.names.allInnerTexts(), ['Heron Lofts']);
    assert.equal((await said()).includes('20 of 800 properties'), false, 'what nobody asks for any more is not shown');
    assert.match(await shell.address(), /\?q=heron\+lofts$/);
  });

  story(`by ${carrier}: a list is sorted by its heads, with the mouse and by keyboard, and leafed through`, { ...options, timeout }, async ({ shell, page }) => {
    await shell.firstVisit(INES, account);
    const list = await toProperties(shell);
    await list.sorted('Name', 'ascending');
    await list.head('City').click();
    await list.sorted('City', 'ascending');
    assert.deepEqual([...new Set(await list.column('City'))], ['Austin, TX 78701']);
    await list.head('City').click();
    await list.sorted('City', 'descending');
    assert.deepEqual([...new Set(await list.column('City'))], ['Tulsa, OK 74103']);
    await list.field.fill('heron');
    await list.says('20 of 800 properties');
    await list.sorted('City', 'descending');
    await list.head('ID').focus();
    await page.keyboard.press('Enter');
    await list.sorted('ID', 'ascending');
    await list.says('20 of 800 properties');
    assert.equal(await list.field.inputValue(), 'heron', 'sorting keeps the words');
    await list.keepsFocus('ID');
    await page.keyboard.press('Enter');
    await list.sorted('ID', 'descending');
    await list.keepsFocus('ID');
    await page.keyboard.press('Enter');
    await list.sorted('ID', 'ascending');
    const ids = (await list.column('ID')).map(Number);
    assert.deepEqual(ids, ids.toSorted((a, b) => a - b));

    await list.field.fill('');
    await list.says('800 properties');
    const pager = shell.app.getByRole('navigation', { name: 'Pagination' });
    await pager.getByRole('link', { name: 'Next' }).click();
    await pager.getByText('Page 2 of 8').waitFor();
    await list.sorted('ID', 'ascending');
    assert.deepEqual([(await list.column('ID'))[0], await list.size()], ['500101', 100]);
    await pager.getByRole('link').first().click();
    await pager.getByText('Page 1 of 8').waitFor();
    assert.equal((await list.column('ID'))[0], '500001');
    await list.head('ID').click();
    await list.sorted('ID', 'descending');
    await pager.getByRole('link', { name: 'Next' }).click();
    await pager.getByText('Page 2 of 8').waitFor();
    await list.field.fill('amber');
    await list.says('20 of 800 properties');
    assert.equal(await pager.count(), 0, 'what was typed begins at the first page');
  });

  story(`by ${carrier}: 20,000 residents: each step is told while they are read, then one is found among them`, { ...options, timeout }, async ({ shell, world }) => {
    await shell.firstVisit(INES, account);
    const list = await toProperties(shell);
    await world.delay(250);
    await list.link(LARGE.name).click();
    await list.steps(/Loading residents… [\d,]+ of about 20,000/);
    assert.equal(await list.step.count(), 1, 'the newest step, and no other');
    assert.equal(await list.step.locator('..').getAttribute('role'), 'status');
    await world.delay(0);
    await list.says('20,000 residents', 120_000);
    await at(shell, LARGE);
    assert.equal(await list.step.count(), 0, 'no step stays');
    assert.equal(await list.size(), 100);
    assert.equal((await world.calls()).getCustomers, 40);
    const id = `${LARGE.id}07777`;
    await list.field.pressSequentially(id);
    await list.says('1 of 20,000 residents');
    assert.match(await list.rows.first().innerHTML(), new RegExp(`/residents/${id}"`));
    const name = await list.names.first().innerText();
    await list.rows.getByRole('link').click();
    await shell.shows('resident');
    await shell.app.getByRole('heading', { level: 1, name, exact: true }).waitFor({ timeout: 60_000 });
    await shell.app.locator('.lease').first().waitFor();
    assert.match(await shell.app.locator('.lease').first().innerText(), /End/);
    assert.equal(await shell.frame().title(), `${name} · Latchkey`);
    assert.equal((await world.calls()).getCustomers, 40, 'nothing is read twice');
  });

  story(`by ${carrier}: 20,000 residents are taken away as a file, as they were searched`, { ...options, timeout }, async ({ shell, page }) => {
    await shell.firstVisit(INES, account);
    const list = await toProperty(shell, LARGE);
    await list.says('20,000 residents', 120_000);
    const lines = async () => {
      const [file] = await Promise.all([page.waitForEvent('download'), shell.app.getByRole('link', { name: 'Download as CSV' }).click()]);
      assert.equal(file.suggestedFilename(), 'amber-arms-residents.csv');
      return (await readFile(await file.path(), 'utf8')).trimEnd().split('\r\n');
    };
    const all = await lines();
    assert.equal(all.length, 20_001);
    assert.equal(all[0].replace('\uFEFF', ''), 'Unit,Building,Name,Email,Phone,Lease,ID');
    assert.equal(await shell.app.getByText('Show all on one page').count(), 0, 'nobody prints 20,000');
    await list.field.fill(`${LARGE.id}0777`);
    await list.says('10 of 20,000 residents');
    assert.equal((await lines()).length, 11, 'what was typed holds for the file, too');
    await list.field.fill('notice');
    await shell.app.getByText(/^1,\d+ of 20,000 residents$/).waitFor();
    await shell.app.getByRole('link', { name: 'Show all on one page' }).click();
    await shell.app.getByRole('navigation', { name: 'Pagination' }).waitFor({ state: 'detached' });
    await shell.app.getByText(/^1,\d+ of 20,000 residents$/).waitFor();
    assert.deepEqual([...new Set(await list.column('Lease'))], ['Notice'], 'and for paper');
  });

  story(`by ${carrier}: Back leads from a resident to the property and on to the properties, each where it was scrolled to`, { ...options, timeout }, async ({ shell, page, world }) => {
    await shell.firstVisit(INES, account);
    const list = await toProperties(shell);
    await list.says('800 properties');
    await world.setResidents(INES, LARGE.id, 2_600);
    await world.delay(300);
    await scroll(shell, 640);
    await follow(list.link(LARGE.name));
    await list.steps(/of about [\d,]+/);
    await at(shell, LARGE);
    await list.says('2,600 residents');
    if (carrier === 'bearer') assert.equal(await shell.frame().evaluate(() => scrollY), 0, 'a new page begins at its top');
    await world.delay(0);
    await scroll(shell, 480);
    await follow(list.rows.getByRole('link').nth(15));
    await shell.shows('resident');
    await shell.app.locator('.lease').first().waitFor();
    await back(page);
    await at(shell, LARGE);
    await scrolled(shell, 480);
    await back(page);
    await shell.shows('properties');
    await scrolled(shell, 640);
  });

  story(`by ${carrier}: while a list is read and Entrata is slow, no letter that is typed gets lost`, { ...options, timeout }, async ({ shell, page, world }) => {
    await shell.firstVisit(INES, account);
    const list = await toProperties(shell);
    await list.says('800 properties');
    // What was read is gone, so that the first letters' answer has to wait for Entrata.
    await world.restartServer();
    await world.delay(3_000);
    await list.field.click();
    const asked = page.waitForRequest(/[?&]q=am/);
    await page.keyboard.type('am', { delay: 20 });
    await asked;
    await page.keyboard.type('ber lofts', { delay: 150 });
    assert.equal(await list.field.inputValue(), 'amber lofts');
    await list.says('1 of 800 properties');
    assert.equal(await list.field.inputValue(), 'amber lofts');
    assert.deepEqual(await list.caret(), { id: 'find', selectionStart: 11, selectionEnd: 11 });
    assert.deepEqual(await list.names.allInnerTexts(), ['Amber Lofts']);
  });
}

for (const [carrier, options] of Object.entries(CARRIERS)) {
  story(
    `by ${carrier}: whoever types into a list whose session is over is told so, and no old list stands under new words`,
    { ...options, statuses: [401, 403, 409], timeout },
    async ({ shell, world }) => {
      await shell.firstVisit(INES, account);
      const list = await toProperties(shell);
      await list.says('800 properties');
      await world.command(['account', 'disable', account.email]);
      await list.field.pressSequentially('heron');
      await list.table.waitFor({ state: 'detached' });
      assert.match(await shell.app.locator('main').getAttribute('data-page'), /^(login|error)$/);
    },
  );
}

for (const [carrier, options] of Object.entries(CARRIERS)) {
  story(
    `by ${carrier}: whoever types while the server is away is told so, goes on typing, and finds the list when it is back`,
    { ...options, allowed: [/ERR_CONNECTION_REFUSED/], timeout },
    async ({ shell, page, world }) => {
      await shell.firstVisit(INES, account);
      const list = await toProperties(shell);
      await list.says('800 properties');
      await world.server.stop();
      await list.field.click();
      const said = shell.app.getByText(/can’t reach Latchkey right now/);
      for (const [letter, typed] of [['h', 'h'], ['e', 'he'], ['r', 'her']]) {
        const failed = page.waitForEvent('requestfailed', (request) => request.url().endsWith(`q=${typed}`));
        await page.keyboard.type(letter);
        await failed;
        await said.waitFor();
        assert.deepEqual(await list.caret(), { id: 'find', selectionStart: typed.length, selectionEnd: typed.length });
      }
      assert.equal(await said.count(), 1, 'it is said once');
      await world.serve();
      await page.keyboard.type('on');
      await list.says('20 of 800 properties');
      assert.equal(await said.count(), 0, 'what is over is not said any more');
    },
  );
}

story('by bearer: when the server goes away while a list is on its way, that is said, and the page that is left stays', { cookies: false, allowed: [/ERR_/], timeout }, async ({ shell, world }) => {
  await shell.firstVisit(INES, account);
  const list = await toProperties(shell);
  await list.says('800 properties');
  await world.delay(250);
  await list.link(LARGE.name).click();
  await list.steps(/of about 20,000/);
  await world.killServer();
  await shell.app.getByText(/can’t reach Latchkey right now/).waitFor();
  assert.equal(await list.step.count(), 0, 'nothing is on its way any more');
  await list.says('800 properties');
  await world.delay(0);
  await world.serve();
  await list.link(LARGE.name).click();
  await list.says('20,000 residents', 120_000);
});

story('by bearer: who goes Back while what was typed is looked for is where Back leads to', { cookies: false, timeout }, async ({ shell, page }) => {
  await shell.firstVisit(INES, account);
  const list = await toProperties(shell);
  await list.says('800 properties');
  const release = await hold(page, /[?&]q=heron(&|$)/);
  const asked = page.waitForRequest(/[?&]q=heron(&|$)/);
  await list.field.fill('heron');
  await asked;
  await back(page);
  await shell.app.locator('main[aria-busy]').waitFor();
  release();
  await shell.showsVisit('home');
});

story('Refresh keeps the words and the order of a list', { timeout }, async ({ shell }) => {
  await shell.firstVisit(INES, account);
  const list = await toProperties(shell);
  await list.head('City').click();
  await list.sorted('City', 'ascending');
  await list.field.fill('heron');
  await list.says('20 of 800 properties');
  await shell.app.locator('main').evaluate((main) => (main.dataset.old = ''));
  await shell.button('Refresh').click();
  await shell.app.locator('main:not([data-old])').waitFor();
  await list.says('20 of 800 properties', 5_000);
  await list.sorted('City', 'ascending');
});

story('by cookie: a reload keeps the words, the order and the page of a list', { timeout }, async ({ shell }) => {
  await shell.firstVisit(INES, account);
  const list = await toProperties(shell);
  await list.field.fill('heron');
  await list.says('20 of 800 properties');
  assert.equal(await reload(shell), 200);
  await list.says('20 of 800 properties');
  assert.equal(await list.field.inputValue(), 'heron');
  assert.equal(await reload(shell), 200);
  await list.says('20 of 800 properties');
  await list.field.fill('');
  await list.says('800 properties');
  await list.head('City').click();
  await list.sorted('City', 'ascending');
  const pager = shell.app.getByRole('navigation', { name: 'Pagination' });
  await pager.getByRole('link', { name: 'Next' }).click();
  await pager.getByText('Page 2 of 8').waitFor();
  assert.equal(await reload(shell), 200);
  await pager.getByText('Page 2 of 8').waitFor();
  await list.sorted('City', 'ascending');
});

story('a property that the app may not read is said to be so, in the list and on its page', { timeout }, async ({ shell, world }) => {
  await world.forbid(INES, SMALL.id);
  await shell.firstVisit(INES, account);
  const list = await toProperties(shell);
  await list.says('800 properties');
  await list.field.fill('aspen');
  await list.says('20 of 800 properties');
  const row = list.rows.filter({ hasText: SMALL.name });
  await row.getByText('No access').waitFor();
  assert.equal(await row.getByRole('link').count(), 0, 'it leads nowhere');
  assert.equal(await list.rows.getByText('No access').count(), 1, 'the others may be read');
  const neighbour = await list.link('Aspen Commons').getAttribute('href');
  await shell.go(neighbour.replace(/\d+$/, SMALL.id));
  await at(shell, SMALL);
  await list.trouble.and(shell.app.locator('[data-trouble=not-permitted]')).waitFor();
  assert.match(await list.trouble.innerText(), /doesn’t have access to this property/);
  assert.equal((await world.calls()).getCustomers, 0);
});

story('a list below 5,000 is shown on one page, and is paper when printed: no buttons, the heads on each sheet', { timeout }, async ({ shell, page, world }) => {
  await world.setResidents(INES, SMALL.id, 1_234);
  await shell.firstVisit(INES, account);
  const list = await toProperty(shell, SMALL);
  await list.says('1,234 residents');
  await shell.app.getByRole('link', { name: 'Show all on one page' }).click();
  await shell.app.getByRole('navigation', { name: 'Pagination' }).waitFor({ state: 'detached' });
  assert.equal(await list.size(), 1_234);
  await page.emulateMedia({ media: 'print' });
  for (const control of await shell.app.locator('button, input, select, nav a, .take-away a, .switch').all()) {
    assert.equal(await control.isVisible(), false, await control.evaluate((element) => element.outerHTML));
  }
  assert(await shell.app.getByText('1,234 residents').isVisible());
  assert(await shell.app.getByRole('heading', { name: SMALL.name }).isVisible());
  const display = (part) => list.table.locator(part).first().evaluate((element) => getComputedStyle(element).display);
  for (const width of [480, 720, 1000]) {
    await resizeFrame(shell, width, 800);
    assert.deepEqual([await display('thead'), await display('tbody tr')], ['table-header-group', 'table-row'], `on paper ${width} pixels wide`);
  }
});

story('Entrata goes away while a list is read anew: the last one stays, with its age and why; once it is back, Refresh shows new data', { timeout }, async ({ shell, world }) => {
  await world.setResidents(INES, SMALL.id, 2_000);
  await shell.firstVisit(INES, account);
  const list = await toProperty(shell, SMALL);
  await list.says('2,000 residents');
  assert.match(await shell.app.locator('.refresh').innerText(), /Updated (just now|less than)/);

  await world.setResidents(INES, SMALL.id, 3_001);
  await world.delay(1_500);
  const read = (await world.calls()).getCustomers;
  await list.refreshUntil(async () => (await world.calls()).getCustomers > read + 1, 'the second page of the second reading');
  await shell.app.getByText('Updating…').waitFor();
  world.line.cut();
  await list.refreshUntil(() => list.trouble.isVisible(), 'the trouble');
  assert.equal(await list.trouble.getAttribute('data-trouble'), 'down');
  assert.match(await list.trouble.innerText(), /We can’t reach Entrata for Granite Residential right now\. Showing data from .+\./);
  assert.equal(await list.size(), 100);
  await list.says('2,000 residents');
  await list.field.fill('notice');
  await shell.app.getByText(/^\d+ of 2,000 residents$/).waitFor();

  await world.delay(0);
  await world.line.mend();
  await list.refreshUntil(async () => /^\d+ of 3,001 residents$/.test(await list.count.innerText()), 'the new list');
  assert.equal(await list.field.inputValue(), 'notice', 'the words stay');
  assert.equal(await list.trouble.count(), 0);
});

story('a list that is read anew while its page is open updates itself, keeps what is typed and the caret, and then asks no more', { timeout }, async ({ shell, world }) => {
  await world.setResidents(INES, SMALL.id, 1_000);
  await shell.firstVisit(INES, account);
  const list = await toProperty(shell, SMALL);
  await list.says('1,000 residents');
  await pause(11_000);
  await world.setResidents(INES, SMALL.id, 1_500);
  await world.delay(3_000);
  await shell.button('Refresh').click();
  await shell.app.locator('[data-reading]').waitFor();
  assert.equal(await shell.app.getByRole('link', { name: 'Check again' }).count(), 1);
  await list.field.fill('notice');
  await shell.app.getByText(/^\d+ of 1,500 residents$/).waitFor({ timeout: 30_000 });
  assert.equal(await list.field.inputValue(), 'notice', 'what is typed stays');
  assert.equal((await list.caret()).id, 'find', 'and so does the caret');
  assert.equal(await shell.app.locator('[data-reading]').count(), 0);
  const asked = [];
  // The sandbox's own page keeps asking the sandbox; what counts is what Latchkey is asked.
  shell.page.on('request', (request) => request.url().startsWith(world.app) && asked.push(request.url()));
  await pause(6_000);
  assert.deepEqual(asked, [], 'nothing is asked for any more');
});

story('Entrata goes away while a list is read for the first time: the page says so at once, and Refresh reads it when it is back', { timeout }, async ({ shell, world }) => {
  await world.setResidents(INES, SMALL.id, 5_000);
  await shell.firstVisit(INES, account);
  const list = await toProperties(shell);
  await list.field.fill(SMALL.name);
  await list.says('1 of 800 properties');
  await world.delay(400);
  await list.link(SMALL.name).click();
  await list.steps(/(1,[05]|2,[05]|3,0)00 of about 5,000/);
  world.line.cut();
  await at(shell, SMALL);
  await shell.app.locator('[data-trouble=down]').waitFor();
  assert.equal(await list.size(), 0);
  await world.delay(0);
  await world.line.mend();
  await list.refreshUntil(async () => (await list.count.innerText()) === '5,000 residents', 'the list');
  assert.equal(await list.trouble.count(), 0);
});

story('a token that is gone ends in “Open Latchkey again from Entrata”, and doing so is all that it takes', { timeout }, async ({ shell, world }) => {
  await world.setResidents(INES, SMALL.id, 60);
  await shell.firstVisit(INES, account);
  await world.daysPass(91);
  const list = await toProperties(shell);
  await list.trouble.waitFor();
  assert.equal(await list.trouble.getAttribute('data-trouble'), 'open-again');
  assert.match(await list.trouble.innerText(), /Open Latchkey again from Entrata to load new data for Granite Residential/);
  await shell.page.locator('[data-action=open-again]').click();
  await shell.shows('home');
  await toProperty(shell, SMALL);
  await list.says('60 residents');
  assert.equal(await list.trouble.count(), 0);
});

/** Links a second company to the account at hand. */
async function linkAlso(shell, seat, account) {
  await shell.open(seat);
  await shell.shows('login');
  await shell.signIn(account);
  await shell.shows('confirm');
  await shell.link();
}

for (const [carrier, options] of Object.entries(CARRIERS)) {
  story(`by ${carrier}: with two companies linked, a switch shows the properties of both, each row with its company`, { ...options, timeout }, async ({ shell, page }) => {
    await shell.firstVisit(DANA, account);
    await linkAlso(shell, INES, account);
    const list = await toProperties(shell);
    await list.says('800 properties');
    assert.deepEqual(await list.column('Company'), []);
    await shell.app.getByRole('link', { name: 'All my companies' }).click();
    await list.says('812 properties');
    const companies = async () => [...new Set(await list.column('Company'))].sort();
    await list.field.fill('village');
    await list.says('42 of 812 properties');
    assert.deepEqual(await companies(), [DANA.companyName, INES.companyName]);
    assert.equal((await list.column('Company')).length, 42);
    await list.field.fill('redstone');
    await list.says('2 of 812 properties');
    assert.deepEqual(await companies(), [DANA.companyName]);
    await list.link('Redstone Village').click();
    await at(shell, { name: 'Redstone Village' });
    assert.match(await shell.app.locator('.crumbs').innerText(), new RegExp(DANA.companyName), 'read as the other company’s user');
    assert.equal(await list.trouble.count(), 0);
    await back(page);
    await shell.shows('properties');
    await list.says('2 of 812 properties');
    await list.field.fill('');
    await list.says('812 properties');
    await shell.app.getByRole('link', { name: `Only ${INES.companyName}` }).click();
    await list.says('800 properties');
  });
}

story('two tabs of two companies in one browser show each its own, whatever is typed and however often', { timeout, statuses: [404] }, async ({ shell, browser, world }) => {
  await world.addAccount(other);
  await shell.firstVisit(INES, account);
  const granite = await toProperties(shell);
  const second = new shell.constructor(await browser.context.newPage(), world);
  await linkAlso(second, TOM, other);
  const beech = await toProperties(second);
  for (const words of ['place', 'a', 'row', '']) {
    await Promise.all([granite.field.fill(words), beech.field.fill(words)]);
    await Promise.all([
      shell.app.getByText(/^(\d+ of )?800 properties$/).waitFor(),
      second.app.getByText('1 property', { exact: true }).waitFor(),
    ]);
    assert.deepEqual(await beech.names.allInnerTexts(), ['Rowan Place']);
    assert.equal(await granite.rows.filter({ hasText: 'Rowan Place' }).count(), 0);
  }
  // One's own address in the other's tab is nobody's.
  await shell.press('link', SMALL.name);
  const property = await at(shell, SMALL);
  await property.count.waitFor();
  const theirs = (await shell.address()).replace(/^\/v\/[\w-]+/, (await second.address()).match(/^\/v\/[\w-]+/)[0]);
  assert.equal(await second.go(theirs), 404);
});

story('by keyboard alone: from the tile to a resident, and back to the properties', { timeout }, async ({ shell, page, world }) => {
  await world.setResidents(INES, SMALL.id, 120);
  await shell.firstVisit(INES, account);
  const focused = () =>
    shell.frame().evaluate(() => {
      const element = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const { top, bottom, width } = element.getBoundingClientRect();
      const seen = element.matches(':focus-visible') && outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && width > 1;
      return { name: element.ariaLabel ?? element.labels?.[0]?.innerText ?? element.innerText.trim(), seen, inSight: bottom > 0 && top < innerHeight };
    });
  /** Presses Tab until something has the focus; whatever has it on the way has to be seen to. */
  const tabTo = async (name, key = 'Tab') => {
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press(key);
      const now = await focused();
      assert(now.seen && now.inSight, `focus is seen on ${JSON.stringify(now)}`);
      if (now.name === name) return;
    }
    assert.fail(`no Tab leads to ${name}`);
  };
  await shell.enter(INES);
  await page.locator('[data-tile=latchkey]').focus();
  await page.keyboard.press('Enter');
  await shell.shows('home');
  await page.locator('iframe[name=app]').focus();
  await tabTo('Properties');
  await page.keyboard.press('Enter');
  await shell.shows('properties');
  const list = new List(shell);
  await list.says('800 properties');
  await tabTo('Find a property');
  await page.keyboard.type('aspen arms');
  await list.says('1 of 800 properties');
  await tabTo(SMALL.name);
  await page.keyboard.press('Enter');
  await at(shell, SMALL);
  await list.says('120 residents');
  await tabTo('Find a resident');
  await page.keyboard.type('50000200050');
  await list.says('1 of 120 residents');
  const name = await list.names.first().innerText();
  await tabTo(name);
  await page.keyboard.press('Enter');
  await shell.shows('resident');
  await shell.app.locator('.lease').first().waitFor();
  await tabTo(SMALL.name);
  await page.keyboard.press('Enter');
  await at(shell, SMALL);
  await list.says('120 residents');
  await tabTo('Properties');
  await page.keyboard.press('Enter');
  await shell.shows('properties');
});

story('without script: found, sorted, leafed through, sent in parts and whole, down to a resident', { javaScriptEnabled: false, timeout }, async ({ shell, page, world }) => {
  await world.setResidents(INES, SMALL.id, 1_600);
  await shell.firstVisit(INES, account);
  const list = await toProperties(shell);
  await list.says('800 properties');
  await list.field.fill('lofts');
  await shell.button('Search').click();
  await list.says('40 of 800 properties');
  await list.head('ID').click();
  await list.sorted('ID', 'ascending');
  await list.says('40 of 800 properties');
  await list.field.fill('');
  await shell.button('Search').click();
  await list.says('800 properties');
  await list.sorted('ID', 'ascending');
  await shell.app.getByRole('link', { name: 'Next' }).click();
  await shell.app.getByText('Page 2 of 8').waitFor();
  await shell.app.getByRole('link', { name: 'Previous', exact: true }).click();
  await shell.app.getByText('Page 1 of 8').waitFor();
  await world.delay(600);
  await list.link(SMALL.name).click();
  await list.steps(/of about [\d,]+/);
  await list.says('1,600 residents');
  assert.equal(await list.step.count(), 0, 'no step stays');
  await world.delay(0);
  await list.field.fill('50000200777');
  await shell.button('Search').click();
  await list.says('1 of 1,600 residents');
  await list.rows.getByRole('link').click();
  await shell.shows('resident');
  await shell.app.locator('.lease').first().waitFor();
  await shell.button('Refresh').click();
  await shell.app.locator('.lease').first().waitFor();
  await shell.app.getByRole('link', { name: SMALL.name }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), shell.app.getByRole('link', { name: 'Download as CSV' }).click()]);
  assert.equal((await readFile(await file.path(), 'utf8')).trimEnd().split('\r\n').length, 1_601);
});
