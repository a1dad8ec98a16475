// Lists that are read again, cannot be read, or come from two companies.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { browserTest, browserTestPerCredential } from './lib/browser-test.js';
import { openProperties } from './lib/list-page.js';
import { SMALL, goBack, openProperty, timeout, waitForProperty } from './lib/list-tests.js';
import { DANA, INES, account } from './lib/people.js';

browserTest('Refresh keeps the search words and the order of a list', { timeout }, async ({ shell }) => {
  await shell.firstVisit(INES, account);
  const list = await openProperties(shell);
  await list.header('City').click();
  await list.waitForSort('City', 'ascending');
  await list.searchField.fill('heron');
  await list.waitForCount('20 of 800 properties');
  await list.refresh();
  await list.waitForCount('20 of 800 properties', 5_000);
  await list.waitForSort('City', 'ascending');
});

browserTest(
  'a property that the app has no access to is marked in the list and on its page',
  { timeout },
  async ({ shell, world }) => {
    await world.denyAccess(INES, SMALL.id);
    await shell.firstVisit(INES, account);
    const list = await openProperties(shell);
    await list.waitForCount('800 properties');
    await list.searchField.fill('aspen');
    await list.waitForCount('20 of 800 properties');
    const row = list.rows.filter({ hasText: SMALL.name });
    await row.getByText('No access').waitFor();
    assert.equal(await row.getByRole('link').count(), 0, 'the row has no link');
    assert.equal(await list.rows.getByText('No access').count(), 1, 'the other properties are accessible');
    const otherProperty = await list.link('Aspen Commons').getAttribute('href');
    await shell.goTo(otherProperty.replace(/\d+$/, SMALL.id));
    await waitForProperty(shell, SMALL);
    await list.error.and(shell.app.locator('[data-trouble=not-permitted]')).waitFor();
    assert.match(await list.error.innerText(), /doesn’t have access to this property/);
    assert.equal((await world.calls()).getCustomers, 0);
  },
);

browserTest(
  'when Entrata fails during a refresh, the old list remains with its age and the reason until Refresh works again',
  { timeout },
  async ({ shell, world }) => {
    await world.setResidents(INES, SMALL.id, 2_000);
    await shell.firstVisit(INES, account);
    const list = await openProperty(shell, SMALL);
    await list.waitForCount('2,000 residents');
    assert.match(await shell.app.locator('.refresh').innerText(), /Updated (just now|less than)/);

    await world.setResidents(INES, SMALL.id, 3_001);
    await world.setDelay(1_500);
    const calls = (await world.calls()).getCustomers;
    const secondPageRequested = async () => (await world.calls()).getCustomers > calls + 1;
    await list.refreshUntil(secondPageRequested, 'the second page of the new list');
    await shell.app.getByText('Updating…').waitFor();
    world.relay.disconnect();
    await list.refreshUntil(() => list.error.isVisible(), 'the error');
    assert.equal(await list.error.getAttribute('data-trouble'), 'down');
    const message = /We can’t reach Entrata for Granite Residential right now\. Showing data from .+\./;
    assert.match(await list.error.innerText(), message);
    assert.equal(await list.size(), 100);
    await list.waitForCount('2,000 residents');
    await list.searchField.fill('notice');
    await shell.app.getByText(/^\d+ of 2,000 residents$/).waitFor();

    await world.setDelay(0);
    await world.relay.reconnect();
    const showsNewList = async () => /^\d+ of 3,001 residents$/.test(await list.count.innerText());
    await list.refreshUntil(showsNewList, 'the new list');
    assert.equal(await list.searchField.inputValue(), 'notice', 'the search words remain');
    assert.equal(await list.error.count(), 0);
  },
);

browserTest(
  'a page whose list is read again updates itself, keeps what is typed and the caret, and then stops polling',
  { timeout },
  async ({ shell, world }) => {
    await world.setResidents(INES, SMALL.id, 1_000);
    await shell.firstVisit(INES, account);
    const list = await openProperty(shell, SMALL);
    await list.waitForCount('1,000 residents');
    await sleep(11_000);
    await world.setResidents(INES, SMALL.id, 1_500);
    await world.setDelay(3_000);
    await shell.button('Refresh').click();
    await shell.app.locator('[data-reading]').waitFor();
    assert.equal(await shell.app.getByRole('link', { name: 'Check again' }).count(), 1);
    await list.searchField.fill('notice');
    await shell.app.getByText(/^\d+ of 1,500 residents$/).waitFor({ timeout: 30_000 });
    assert.equal(await list.searchField.inputValue(), 'notice', 'the search words remain');
    assert.equal((await list.caret()).id, 'find', 'the caret remains');
    assert.equal(await shell.app.locator('[data-reading]').count(), 0);
    const requests = [];
    // The sandbox's own page keeps polling the sandbox; only requests to Latchkey count.
    shell.page.on('request', (request) => request.url().startsWith(world.app) && requests.push(request.url()));
    await sleep(6_000);
    assert.deepEqual(requests, [], 'polling has stopped');
  },
);

browserTest(
  'when Entrata fails during the first read, the page says so at once, and Refresh works when it is back',
  { timeout },
  async ({ shell, world }) => {
    await world.setResidents(INES, SMALL.id, 5_000);
    await shell.firstVisit(INES, account);
    const list = await openProperties(shell);
    await list.searchField.fill(SMALL.name);
    await list.waitForCount('1 of 800 properties');
    await world.setDelay(400);
    await list.link(SMALL.name).click();
    await list.waitForProgress(/(1,[05]|2,[05]|3,0)00 of about 5,000/);
    world.relay.disconnect();
    await waitForProperty(shell, SMALL);
    await shell.app.locator('[data-trouble=down]').waitFor();
    assert.equal(await list.size(), 0);
    await world.setDelay(0);
    await world.relay.reconnect();
    await list.refreshUntil(async () => (await list.count.innerText()) === '5,000 residents', 'the list');
    assert.equal(await list.error.count(), 0);
  },
);

browserTest(
  'after the token expired the page asks to open Latchkey again from Entrata, and that is enough',
  { timeout },
  async ({ shell, world }) => {
    await world.setResidents(INES, SMALL.id, 60);
    await shell.firstVisit(INES, account);
    await world.advanceDays(91);
    const list = await openProperties(shell);
    await list.error.waitFor();
    assert.equal(await list.error.getAttribute('data-trouble'), 'open-again');
    const message = /Open Latchkey again from Entrata to load new data for Granite Residential/;
    assert.match(await list.error.innerText(), message);
    await shell.openAgain();
    await shell.waitForPage('home');
    await openProperty(shell, SMALL);
    await list.waitForCount('60 residents');
    assert.equal(await list.error.count(), 0);
  },
);

browserTestPerCredential(
  'with two linked companies, a switch shows the properties of both, each row with its company',
  { timeout },
  async ({ shell, page }) => {
    await shell.firstVisit(DANA, account);
    await shell.linkTo(INES, account);
    const list = await openProperties(shell);
    await list.waitForCount('800 properties');
    assert.deepEqual(await list.column('Company'), []);
    await shell.app.getByRole('link', { name: 'All my companies' }).click();
    await list.waitForCount('812 properties');
    const companies = async () => [...new Set(await list.column('Company'))].sort();
    await list.searchField.fill('village');
    await list.waitForCount('42 of 812 properties');
    assert.deepEqual(await companies(), [DANA.companyName, INES.companyName]);
    assert.equal((await list.column('Company')).length, 42);
    await list.searchField.fill('redstone');
    await list.waitForCount('2 of 812 properties');
    assert.deepEqual(await companies(), [DANA.companyName]);
    await list.link('Redstone Village').click();
    await waitForProperty(shell, { name: 'Redstone Village' });
    const breadcrumbs = await shell.app.locator('.crumbs').innerText();
    assert.match(breadcrumbs, new RegExp(DANA.companyName), 'the property is read as the other company’s user');
    assert.equal(await list.error.count(), 0);
    await goBack(page);
    await shell.waitForPage('properties');
    await list.waitForCount('2 of 812 properties');
    await list.searchField.fill('');
    await list.waitForCount('812 properties');
    await shell.app.getByRole('link', { name: `Only ${INES.companyName}` }).click();
    await list.waitForCount('800 properties');
  },
);
