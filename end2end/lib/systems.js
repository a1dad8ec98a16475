// Latchkey's connections to the sandbox's property systems, as a person uses them in the frame.
import assert from 'node:assert/strict';

/** The first sample user of ActiveBuilding, and the first key set of REX (`GET /sim` lists them). */
export async function credentials(world) {
  const { activebuilding, rex } = await world.systems('GET', '/sim');
  return { activebuilding: activebuilding.users[0], rex: rex.keys[0] };
}

export class Connections {
  constructor(shell, world) {
    Object.assign(this, { shell, world, app: shell.app });
    this.places = shell.app.locator('table.list:not(.activity) tbody tr');
    this.count = shell.app.locator('[data-part=count]');
  }

  /** Goes to the list of connections. */
  async open() {
    await this.app.getByRole('navigation').getByRole('link', { name: 'Connections', exact: true }).first().click();
    return this.shell.waitForPage('connections');
  }

  section(system) {
    return this.app.locator(`section[data-system=${system}]`);
  }

  articles(system, state) {
    return this.section(system).locator(state ? `article[data-state=${state}]` : 'article');
  }

  /** Fills in and submits a connect or reconnect form. `form` is what holds it. */
  async submit(form, values) {
    for (const [name, value] of Object.entries(values)) await form.locator(`[name=${name}]`).fill(value);
    await form.locator('form.connect button').click();
  }

  /** Connects a system whose credentials are typed, and waits for the connection's page. */
  async connect(system, values) {
    values ??= (await credentials(this.world))[system];
    await this.submit(this.section(system), values);
    return this.shell.waitForPage('connection');
  }

  /** Opens Octorate's consent page by the form's button. Returns its tab. */
  async openConsent(form) {
    const button = form.locator('form[target=_blank] button');
    const [tab] = await Promise.all([this.shell.page.context().waitForEvent('page'), button.click()]);
    await tab.getByRole('heading', { name: 'Octorate sandbox' }).waitFor();
    return tab;
  }

  /** Opens Octorate's consent page and approves. Returns the tab, which shows the page `connected`. */
  async connectOctorate(form = this.section('octorate')) {
    const tab = await this.openConsent(form);
    await tab.getByRole('button', { name: 'Approve' }).click();
    await tab.locator('main[data-page=connected]').waitFor();
    return tab;
  }

  /** Waits until this many places are listed and nothing is being loaded. */
  async waitForPlaces(count) {
    await this.places.nth(count - 1).waitFor();
    await this.app.locator('main:not(:has([data-reading]))').waitFor();
    assert.equal(await this.places.count(), count);
  }

  /** Returns the id in the address of the connection's page. */
  async id() {
    return (await this.shell.address()).match(/\/connections\/([\w-]+)/)[1];
  }

  /** Ends all of a system's grants and finds that out with the connection's test. */
  async loseAccess(system) {
    await this.world.systems('POST', `/sim/revoke?system=${system}`);
    await this.shell.button('Test connection').click();
    await this.app.locator('[data-badge=needs-reconnect]').waitFor();
  }
}
