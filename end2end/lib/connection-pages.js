// Shows the pages of connections to other systems, in all their states.
import { Connections, credentials } from './systems.js';

/** REX fails for as long as the tests run. */
const REX_DOWN = '/sim/faults?system=rex&path=&fault=503&times=50';

/** Calls `pageShown` for each page. Starts and ends on the home page, with a connection in each state. */
export async function connectionPages({ shell, world }, pageShown) {
  const connections = new Connections(shell, world);
  await connections.open();
  await pageShown('connections', 'connections-none');
  const { activebuilding } = await credentials(world);
  await connections.submit(connections.section('activebuilding'), { ...activebuilding, password: 'not this one' });
  await connections.section('activebuilding').getByRole('alert').waitFor();
  await pageShown('connections', 'connections-refused');
  await connections.connect('activebuilding');
  await connections.waitForPlaces(2);
  await connections.loseAccess('activebuilding');
  await pageShown('connection', 'connection-needs-reconnect');
  await failingConnection(connections, pageShown);
  await manyPlaces(connections, pageShown);
  await connections.open();
  await shell.app.getByText('Connect another account').first().click();
  await pageShown('connections');
  await shell.clickLink('Properties');
  await shell.app.locator('main [data-part=count]').waitFor();
  await pageShown('properties', 'properties-connected');
  await shell.clickLink('Home');
  await shell.waitForPage('home');
  await pageShown('home', 'home-reconnect');
}

async function failingConnection(connections, pageShown) {
  const { shell, world } = connections;
  await connections.open();
  await connections.connect('rex');
  await connections.places.first().waitFor();
  await shell.app.locator('main:not(:has([data-reading]))').waitFor();
  await shell.app.locator('details.items summary').first().click();
  await pageShown('connection', 'connection-items');
  await world.systems('POST', REX_DOWN);
  await shell.button('Test connection').click();
  await shell.app.getByRole('alert').first().waitFor();
  await pageShown('connection', 'connection-failing');
}

async function manyPlaces(connections, pageShown) {
  const { shell, world } = connections;
  await world.systems('POST', '/sim/options?system=octorate&name=accommodations&value=150');
  await world.systems('POST', '/sim/faults?system=octorate&path=/rest/v1/accommodation&fault=slow&times=1');
  await connections.open();
  await (await connections.connectOctorate()).close();
  await connections.articles('octorate', 'connected').getByRole('link').click();
  await shell.waitForPage('connection');
  await pageShown('connection', 'connection-reading');
  await connections.places.nth(99).waitFor({ timeout: 60_000 });
  await shell.app.locator('main:not(:has([data-reading]))').waitFor({ timeout: 60_000 });
  await pageShown('connection');
}
