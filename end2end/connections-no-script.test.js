// Connections to other systems in a browser without script: forms, links, and a consent page in a tab of its own.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { browserTest } from './lib/browser-test.js';
import { DANA, account } from './lib/people.js';
import { Connections, credentials } from './lib/systems.js';

const noScript = { javaScriptEnabled: false, systems: true };

async function firstConnections({ shell, world }) {
  await shell.firstVisit(DANA, account);
  const connections = new Connections(shell, world);
  await connections.open();
  return connections;
}

/** Follows the page's own link until nothing is being loaded. */
async function waitForPlaces(connections, count) {
  const { app } = connections;
  for (const startedAt = Date.now(); (await app.locator('[data-reading]').count()) > 0; await sleep(300)) {
    assert(Date.now() - startedAt < 20_000, 'the places are loaded');
    await connections.shell.clickLink('Check again');
    await connections.shell.waitForPage('connection');
  }
  assert.equal(await connections.places.count(), count);
}

browserTest(
  'without script, ActiveBuilding is connected after a wrong password, filtered, tested and disconnected',
  { ...noScript, statuses: [422] },
  async ({ shell, world }) => {
    const connections = await firstConnections({ shell, world });
    const { activebuilding } = await credentials(world);
    const section = connections.section('activebuilding');
    await connections.submit(section, { ...activebuilding, password: 'not this one' });
    await section.getByRole('alert').waitFor();
    assert.equal(await section.locator('[name=username]').inputValue(), activebuilding.username);
    assert.equal(await section.locator('[name=password]').inputValue(), '');
    await connections.connect('activebuilding');
    await waitForPlaces(connections, 2);

    await shell.app.getByRole('searchbox').fill('harbor');
    await shell.button('Search').click();
    await connections.count.filter({ hasText: '1 of 2 properties' }).waitFor();
    assert.deepEqual(await connections.places.locator('th').allInnerTexts(), ['Harbor Point']);
    await shell.button('Test connection').click();
    await shell.app.getByText('The connection works.').waitFor();
    await shell.app.locator('summary', { hasText: 'Disconnect…' }).click();
    await shell.button('Disconnect').click();
    await shell.waitForPage('connections');
    assert.equal(await connections.articles('activebuilding').count(), 0);
  },
);

browserTest('without script, REX is connected with its keys', noScript, async ({ shell, world }) => {
  const connections = await firstConnections({ shell, world });
  await connections.connect('rex');
  await waitForPlaces(connections, 10);
});

browserTest(
  'without script, Octorate asks for approval in a new tab, which leads back to Latchkey',
  noScript,
  async ({ shell, world }) => {
    const connections = await firstConnections({ shell, world });
    assert.equal(await shell.app.locator('[data-waiting]:visible').count(), 0);
    const tab = await connections.connectOctorate();
    await tab.getByRole('link', { name: 'Open Latchkey in this tab' }).waitFor();
    await tab.close();
    await connections.open();
    await connections.articles('octorate', 'connected').getByRole('link').click();
    await shell.waitForPage('connection');
    await waitForPlaces(connections, 3);
  },
);
