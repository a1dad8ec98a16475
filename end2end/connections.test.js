// A person connects the other systems that a company uses, in Latchkey's frame.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import { CONSENT_CREDENTIALS, browserTest, browserTestPerCredential } from './lib/browser-test.js';
import { DANA, TOM, account, otherAccount } from './lib/people.js';
import { Connections, credentials } from './lib/systems.js';

const systems = { systems: true };

/** Opens the connections of a person who just created an account. */
async function firstConnections({ shell, world }) {
  await shell.firstVisit(DANA, account);
  const connections = new Connections(shell, world);
  await connections.open();
  return connections;
}

/** Marks the document, to find out whether it is ever replaced. */
const markDocument = (shell) => shell.frame().evaluate(() => void (window.sameDocument = true));
const isSameDocument = (shell) => shell.frame().evaluate(() => window.sameDocument === true);

browserTestPerCredential(
  'after a wrong ActiveBuilding password the page says so and keeps the user name; then the places show up',
  { ...systems, statuses: [422] },
  async ({ shell, world, credential }) => {
    const connections = await firstConnections({ shell, world });
    const { activebuilding } = await credentials(world);
    const section = connections.section('activebuilding');
    await connections.submit(section, { ...activebuilding, password: 'not this one' });
    await section.getByRole('alert').filter({ hasText: 'ActiveBuilding didn’t accept what you entered.' }).waitFor();
    assert.equal(await section.locator('[name=username]').inputValue(), activebuilding.username);
    assert.equal(await section.locator('[name=password]').inputValue(), '');
    assert.equal(await connections.articles('activebuilding').count(), 0);

    await section.locator('[name=password]').fill(activebuilding.password);
    await section.getByRole('button', { name: 'Connect ActiveBuilding' }).click();
    await shell.waitForPage('connection');
    await markDocument(shell);
    await connections.waitForPlaces(2);
    assert(await isSameDocument(shell), 'the places show up without a reload');
    assert.deepEqual(await connections.places.locator('td:first-child').allInnerTexts(), ['10', '010']);
    assert.equal(await shell.credential(), credential);
    assert.match(await shell.address(), /^\/v\/[\w-]+\/connections\/[\w-]+$/);
  },
);

browserTestPerCredential(
  'REX is connected with its keys, and an empty field is named',
  { ...systems, statuses: [422] },
  async ({ shell, world }) => {
    const connections = await firstConnections({ shell, world });
    const { rex } = await credentials(world);
    await connections.submit(connections.section('rex'), { ...rex, secret_key: ' ' });
    const field = connections.section('rex').locator('[name=secret_key]');
    await field.and(shell.app.locator('[aria-invalid=true]')).waitFor();
    assert.equal(await connections.section('rex').locator('[name=integrator_id]').inputValue(), rex.integrator_id);
    await connections.connect('rex');
    await connections.places.first().waitFor();
    await shell.app.locator('main:not(:has([data-reading]))').waitFor();
    // Offices have people and properties: each office says how many, and lists them.
    const items = shell.app.locator('details.items').first();
    assert.match(await items.locator('summary').innerText(), /^\d+ items?$/);
    await items.locator('summary').click();
    await items.getByRole('listitem').first().waitFor();
  },
);

browserTestPerCredential(
  'Octorate asks for approval in a new tab, and the frame notices without a reload',
  systems,
  async ({ shell, world, browser, credential }) => {
    const connections = await firstConnections({ shell, world });
    assert.equal(await shell.credential(), credential);
    await markDocument(shell);
    const tab = await connections.openConsent(connections.section('octorate'));
    const hint = shell.app.locator('[data-waiting]:visible');
    assert.match(await hint.innerText(), /other tab/);
    assert.equal(await connections.articles('octorate').count(), 0, 'nothing is connected before the approval');
    await tab.getByRole('button', { name: 'Approve' }).click();
    await tab.locator('main[data-page=connected]').waitFor();
    assert.equal(new URL(tab.url()).search, '', 'the code is not in the address');
    for (const colorScheme of ['light', 'dark']) {
      await tab.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page: tab }).analyze();
      assert.deepEqual(violations.map(({ id }) => id), [], `connected, ${colorScheme}`);
    }
    await tab.close();
    await connections.articles('octorate', 'connected').waitFor();
    assert(await isSameDocument(shell), 'the connection shows up without a reload');
    assert.equal(await hint.count(), 0);
    // A code in a referrer would leave the app.
    for (const request of browser.requests) assert.doesNotMatch(request.headers().referer ?? '', /code=/);

    await connections.articles('octorate').getByRole('link').click();
    await shell.waitForPage('connection');
    await connections.waitForPlaces(3);
  },
  CONSENT_CREDENTIALS,
);

browserTestPerCredential(
  'a consent that Octorate’s user denies connects nothing, and can be asked for again',
  { ...systems, statuses: [400, 403] },
  async ({ shell, world }) => {
    const connections = await firstConnections({ shell, world });
    const denied = await connections.openConsent(connections.section('octorate'));
    await denied.getByRole('button', { name: 'Deny' }).click();
    await denied.locator('main[data-page=error]').waitFor();
    assert.match(await denied.locator('main').innerText(), /You didn’t approve the connection/);
    await denied.close();
    await connections.open();
    assert.equal(await connections.articles('octorate').count(), 0);
    // The button of the page that is shown works again, though its ticket was used.
    await (await connections.openConsent(connections.section('octorate'))).close();
    await (await connections.connectOctorate()).close();
    await connections.articles('octorate', 'connected').waitFor();
  },
  CONSENT_CREDENTIALS,
);

browserTestPerCredential(
  'the places of a connection are filtered while one types, and downloaded as CSV',
  { ...systems, acceptDownloads: true },
  async ({ shell, world, page }) => {
    const connections = await firstConnections({ shell, world });
    await connections.connect('activebuilding');
    await connections.waitForPlaces(2);
    await shell.app.getByRole('searchbox').pressSequentially('harbor');
    await connections.count.filter({ hasText: '1 of 2 properties' }).waitFor();
    assert.deepEqual(await connections.places.locator('th').allInnerTexts(), ['Harbor Point']);
    const save = async () => {
      const link = shell.app.locator('.downloads a[href*="places.csv"]').first();
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
      return [download.suggestedFilename(), await readFile(await download.path(), 'utf8')];
    };
    const [name, some] = await save();
    assert.match(name, /places\.csv$/);
    assert.match(some, /Harbor Point/);
    assert.doesNotMatch(some, /140 Riverside/);
    await shell.app.getByRole('searchbox').fill('no such place');
    await shell.app.getByText('No matching properties').first().waitFor();
    await shell.app.getByRole('searchbox').fill('');
    await connections.waitForPlaces(2);
    const [, all] = await save();
    assert.equal(all.trim().split('\n').length, 3, all);
  },
);

browserTestPerCredential(
  'a connection is tested, loaded again, reconnected after the system ended it, and disconnected',
  systems,
  async ({ shell, world }) => {
    const connections = await firstConnections({ shell, world });
    await connections.connect('activebuilding');
    await connections.waitForPlaces(2);
    const id = await connections.id();
    await shell.button('Test connection').click();
    await shell.app.getByText('The connection works.').waitFor();
    await shell.button('Update now').click();
    await shell.app.getByRole('status').filter({ hasText: /ActiveBuilding/ }).first().waitFor();
    await connections.waitForPlaces(2);

    await connections.loseAccess('activebuilding');
    assert.match(await shell.app.getByRole('alert').innerText(), /no longer accepts this connection/);
    assert.equal(await connections.places.count(), 2, 'what was loaded remains');
    assert.equal(await shell.button('Update now').count(), 0);
    await connections.open();
    await connections.articles('activebuilding', 'needs-reconnect').waitFor();
    await shell.clickLink('Home');
    await shell.waitForPage('home');
    assert.match(await shell.app.getByRole('alert').innerText(), /ActiveBuilding/);
    await shell.clickLink('Reconnect');
    const page = await shell.waitForPage('connection');

    const { activebuilding } = await credentials(world);
    await connections.submit(page, activebuilding);
    await shell.app.locator('[data-badge=connected]').waitFor();
    assert.equal(await connections.id(), id);
    await connections.waitForPlaces(2);
    await shell.clickLink('Home');
    await shell.waitForPage('home');
    assert.equal(await shell.app.getByRole('alert').count(), 0);

    await connections.open();
    await connections.articles('activebuilding', 'connected').getByRole('link').click();
    await shell.waitForPage('connection');
    assert(await shell.button('Disconnect').isHidden(), 'a confirmation comes first');
    await shell.app.locator('summary', { hasText: 'Disconnect…' }).click();
    await shell.button('Disconnect').click();
    await shell.waitForPage('connections');
    assert.match(await shell.app.getByRole('status').first().innerText(), /Disconnected/);
    assert.equal(await connections.articles('activebuilding').count(), 0);
    assert.equal(await connections.section('activebuilding').locator('form').count(), 1);
  },
);

browserTestPerCredential(
  'a connection to Octorate is reconnected with a new consent, and keeps its id and its places',
  systems,
  async ({ shell, world }) => {
    const connections = await firstConnections({ shell, world });
    await (await connections.connectOctorate()).close();
    await connections.articles('octorate', 'connected').getByRole('link').click();
    await shell.waitForPage('connection');
    await connections.waitForPlaces(3);
    const id = await connections.id();
    await connections.loseAccess('octorate');
    await (await connections.connectOctorate(shell.main('connection'))).close();
    await shell.app.locator('[data-badge=connected]').waitFor();
    assert.equal(await connections.id(), id);
    await connections.waitForPlaces(3);
  },
  CONSENT_CREDENTIALS,
);

browserTest(
  'a person who signs out while Octorate asks for approval connects nothing',
  { ...systems, statuses: [400] },
  async ({ shell, world }) => {
    const connections = await firstConnections({ shell, world });
    const tab = await connections.openConsent(connections.section('octorate'));
    await shell.button('Sign out').click();
    await shell.waitForPage('login');
    await tab.getByRole('button', { name: 'Approve' }).click();
    await tab.locator('main[data-page=error]').waitFor();
    assert.match(await tab.locator('main').innerText(), /Nothing was changed/);
    await tab.close();
    await shell.open(DANA);
    await shell.waitForPage('home');
    await connections.open();
    assert.equal(await connections.articles('octorate').count(), 0);
  },
);

browserTest(
  'another account’s connection is not found, whatever is asked of it, and remains',
  { ...systems, statuses: [404] },
  async ({ shell, world, openBrowser }) => {
    const connections = await firstConnections({ shell, world });
    await connections.connect('activebuilding');
    await connections.waitForPlaces(2);
    const id = await connections.id();
    const other = (await openBrowser()).shell;
    await other.firstVisit(TOM, otherAccount);
    /** Sends a request from a frame, with its cookie. */
    const send = (shell, address, method = 'GET') => {
      const request = async ([address, method]) => {
        const response = await fetch(address, { method, body: method === 'POST' ? new URLSearchParams() : undefined });
        return [response.status, await response.text()];
      };
      return shell.frame().evaluate(request, [address, method]);
    };
    const own = await send(shell, await shell.address());
    assert.equal(own[0], 200);
    assert.match(own[1], /John John/);
    const address = `${await other.address()}/connections/${id}`;
    for (const path of ['', '/places.csv']) {
      const [status, text] = await send(other, address + path);
      assert.equal(status, 404, path);
      assert.doesNotMatch(text, /John John|Riverside/);
    }
    for (const action of ['test', 'sync', 'reconnect', 'disconnect']) {
      assert.equal((await send(other, `${address}/${action}`, 'POST'))[0], 404, action);
    }
    await connections.open();
    await connections.articles('activebuilding', 'connected').waitFor();
  },
);

browserTest(
  'while a slow system is read, the page says so, and shows the places by itself afterwards',
  systems,
  async ({ shell, world }) => {
    const connections = await firstConnections({ shell, world });
    // The first request signs in; the second reads the places, ten seconds later.
    const { activebuilding } = await credentials(world);
    await world.systems('POST', '/sim/faults?system=activebuilding&path=/communities&fault=slow&times=1');
    await connections.connect('activebuilding', activebuilding);
    assert.match(await shell.app.locator('[data-reading]').innerText(), /^Loading…/);
    await shell.app.getByText('Properties will show up here once they’re loaded.').waitFor();
    assert.equal(await connections.places.count(), 0);
    await connections.waitForPlaces(2);
  },
);
