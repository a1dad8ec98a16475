// Shows every page of Latchkey in one browser, for checks that hold on each of them.
import assert from 'node:assert/strict';
import { connectionPages } from './connection-pages.js';
import { DANA, SAM } from './people.js';

/** Two of Dana's properties: one whose residents are shown, and one that the app has no access to. */
const PROPERTY = { id: 162925, name: 'Oak Court' };
const DENIED = { id: 163112, name: 'Harbour House' };

/** The options of a test that calls `visitAllPages`. */
export const allPagesOptions = {
  systems: true,
  statuses: [401, 403, 404, 409, 410, 422, 502],
  timeout: 400_000,
};

/** Calls `check` with a name for each page while the frame shows it. */
export async function visitAllPages({ shell, world }, account, check) {
  const pageShown = async (page, name = page) => {
    await shell.waitForPage(page);
    await check(name);
  };
  await signInPages(shell, account, pageShown);
  await confirmationPages(shell, account, pageShown);
  await homePages(shell, pageShown);
  await listPages({ shell, world }, pageShown);
  await connectionPages({ shell, world }, pageShown);
  await accountPages(shell, account, pageShown);
  await companyPages(shell, pageShown);
  await errorPages({ shell, world }, pageShown);
}

async function signInPages(shell, account, pageShown) {
  await shell.open(DANA);
  await pageShown('login', 'login-pending');
  await shell.register({ ...account, email: 'no@one', password: 'short' });
  await shell.app.locator('.error').first().waitFor();
  await pageShown('login', 'registration-errors');
  await shell.signIn({ ...account, password: 'not this one' });
  await shell.app.getByRole('alert').and(shell.app.getByText(/Incorrect email or password/)).waitFor();
  await pageShown('login', 'wrong-password');
  await shell.goTo('/login');
  await pageShown('login', 'login-direct');
  await shell.goTo('/');
  await pageShown('login', 'login-needs-session');
  await shell.goTo('/nowhere');
  await pageShown('not-found');
}

async function confirmationPages(shell, account, pageShown) {
  await shell.open(DANA);
  await shell.waitForPage('login');
  await shell.register(account);
  await pageShown('confirm');
  await shell.button('Don’t link').click();
  await pageShown('login', 'login-declined');
  await shell.openRegistration();
  await pageShown('login', 'registration-open');
  await shell.signIn(account);
  await shell.waitForPage('confirm');
  await shell.confirmLink();
}

async function homePages(shell, pageShown) {
  await shell.waitForIsland();
  await pageShown('home');
  await shell.goTo(`${await shell.address()}/sessions`);
  await pageShown('sessions', 'sessions-one');
  await shell.clickLink('Account');
  await pageShown('account', 'account-one-user');
  await shell.clickLink('Home');
  await shell.waitForPage('home');
  await shell.waitForIsland();
  await shell.app.getByRole('searchbox').fill('no such place');
  await shell.app.getByText('No matching properties').waitFor();
  await pageShown('home', 'home-nothing-found');
  assert.equal(await shell.post(`${await shell.address()}/link`, 'ticket', 'used'), 409);
  await pageShown('error');
}

/** The pages of a company's data. Ends on the home page. */
async function listPages({ shell, world }, pageShown) {
  const waitForList = () => shell.app.locator('main [data-part=count]').waitFor();
  await world.denyAccess(DANA, DENIED.id);
  await world.setResidents(DANA, PROPERTY.id, 230);
  await shell.open(DANA);
  await shell.waitForPage('home');
  await shell.clickLink('Properties');
  await waitForList();
  await pageShown('properties');
  await shell.app.getByRole('searchbox').fill('no such place');
  await shell.app.getByText('No matching properties').waitFor();
  await pageShown('properties', 'properties-nothing-found');
  await shell.app.getByRole('searchbox').fill('');
  await shell.app.getByText('12 properties', { exact: true }).waitFor();

  await world.setDelay(2_000);
  const properties = await shell.address();
  const property = await shell.app.getByRole('link', { name: PROPERTY.name }).getAttribute('href');
  await shell.clickLink(PROPERTY.name);
  await shell.app.locator('.progress p:visible').waitFor();
  await pageShown('property', 'property-loading');
  await world.setDelay(0);
  await waitForList();
  await pageShown('property');
  await shell.app.locator('table.list tbody').getByRole('link').first().click();
  await shell.waitForPage('resident');
  await shell.app.locator('.lease').first().waitFor();
  await pageShown('resident');
  await shell.goTo(property.replace(PROPERTY.id, DENIED.id));
  await shell.app.locator('[data-trouble=not-permitted]').waitFor();
  await pageShown('property', 'property-not-permitted');
  await world.setFault('status-502', 'services');
  await shell.goTo(property.replace(PROPERTY.id, 162931));
  await shell.app.locator('[data-trouble=down]').waitFor({ timeout: 30_000 });
  await pageShown('property', 'property-entrata-down');
  await world.clearFaults();
  await shell.goTo(properties.replace(/\/properties.*/, ''));
  await shell.waitForPage('home');
}

async function accountPages(shell, account, pageShown) {
  await shell.linkTo(SAM, account);
  await pageShown('home', 'home-no-properties');
  await shell.clickLink('Account');
  await shell.waitForPage('account');
  for (const section of ['Unlink…', 'Name', 'Email', 'Password', 'Download your data', 'Delete account']) {
    await shell.app.locator('summary', { hasText: section }).first().click();
  }
  await pageShown('account');
  await shell.app.getByLabel('Current password').fill('not this one');
  await shell.app.getByLabel('New password').fill('short');
  await shell.button('Change password').click();
  await shell.app.getByText(/Incorrect password/).waitFor();
  await pageShown('account', 'account-wrong-password');
  await shell.clickLink('History');
  await shell.waitForPage('history');
  await shell.app.getByText('This wasn’t me').first().click();
  await pageShown('history');
}

async function companyPages(shell, pageShown) {
  await shell.goTo('/');
  await pageShown('visits');
  await shell.app.getByText(SAM.companyName).click();
  await shell.waitForPage('home');
  await shell.clickLink('Properties');
  await shell.app.locator('main [data-part=count]').waitFor();
  await shell.app.getByRole('link', { name: 'All my companies' }).click();
  await shell.app.locator('main [data-label=Company]').first().waitFor();
  await pageShown('properties', 'properties-all-companies');
  await shell.clickLink('Sessions');
  await pageShown('sessions');
  await shell.clickLink('Home');
  await shell.waitForPage('home');
  const ended = await shell.address();
  await shell.button('Sign out').click();
  await shell.waitForPage('login');
  assert.equal(await shell.goTo(ended), 409);
  await pageShown('error', 'error-session-ended');
}

async function errorPages({ shell, world }, pageShown) {
  await world.setFault('code-expired');
  await shell.open(DANA);
  await pageShown('relaunch');
  await world.setFault('status-502');
  await shell.open(DANA);
  await pageShown('unavailable');
  await world.clearFaults();
  world.relay.disconnect();
  await shell.open(DANA);
  await pageShown('unavailable', 'unavailable-try-again');
  await world.relay.reconnect();
  await world.command(['company', 'disable', DANA.company]);
  await shell.open(DANA);
  await pageShown('error', 'error-disabled');
}

/** Gives the frame a fixed size and the browser window the same size. */
export async function resizeFrame(shell, width, height) {
  await shell.page.setViewportSize({ width, height });
  const style = { position: 'fixed', inset: '0', zIndex: 9, border: 0, width: `${width}px`, height: `${height}px` };
  const frame = shell.page.locator('iframe[name=app]');
  await frame.evaluate((element, style) => Object.assign(element.style, style), style);
  // The frame runs in its own process and learns its size later.
  await shell.frame().waitForFunction((expected) => innerWidth === expected, width);
}
