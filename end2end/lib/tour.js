// Every page that Latchkey has, one after the other, in one browser: for what has to hold on each of them.
import assert from 'node:assert/strict';
import { DANA, SAM } from './people.js';

/** Of Dana's properties the one that is looked into, and the one that the app may not read. */
const LOOKED_INTO = { id: 162925, name: 'Oak Court' };
const FORBIDDEN = { id: 163112, name: 'Harbour House' };

/** What a story needs that takes the tour. */
export const tourOptions = { statuses: [401, 403, 404, 409, 410, 422, 502], timeout: 400_000 };

/** Calls `at` with a name for each page, while it stands in the frame. */
export async function tour({ shell, world }, account, at) {
  const stop = async (page, name = page) => {
    await shell.shows(page);
    await at(name);
  };

  // Before anybody is known.
  await shell.open(DANA);
  await stop('login', 'login-held');
  await shell.register({ ...account, email: 'no@one', password: 'short' });
  await shell.app.locator('.error').first().waitFor();
  await stop('login', 'registration-errors');
  await shell.signIn({ ...account, password: 'not this one' });
  await shell.app.getByRole('alert').and(shell.app.getByText(/Incorrect email or password/)).waitFor();
  await stop('login', 'wrong-password');
  await shell.go('/login');
  await stop('login', 'login-direct');
  await shell.go('/');
  await stop('login', 'login-needs-session');
  await shell.go('/nowhere');
  await stop('not-found');

  // Both ways out of the confirmation.
  await shell.open(DANA);
  await shell.shows('login');
  await shell.register(account);
  await stop('confirm');
  await shell.button('Don’t link').click();
  await stop('login', 'login-declined');
  await shell.unfold();
  await stop('login', 'registration-open');
  await shell.signIn(account);
  await shell.shows('confirm');
  await shell.link();

  await shell.islandTakesOver();
  await stop('home');
  await shell.go(`${await shell.address()}/sessions`);
  await stop('sessions', 'sessions-alone');
  await shell.app.getByRole('link', { name: 'Account' }).click();
  await stop('account', 'account-alone');
  await shell.app.getByRole('link', { name: 'Home' }).click();
  await shell.shows('home');
  await shell.islandTakesOver();
  await shell.app.getByRole('searchbox').fill('no such place');
  await shell.app.getByText('No matching properties').waitFor();
  await stop('home', 'home-nothing-found');
  assert.equal(await shell.post(`${await shell.address()}/link`, 'ticket', 'used'), 409);
  await stop('error');

  await lists({ shell, world }, stop);

  await shell.open(SAM);
  await shell.shows('login');
  await shell.signIn(account);
  await shell.shows('confirm');
  await shell.link();
  await stop('home', 'home-no-properties');
  await shell.app.getByRole('link', { name: 'Account' }).click();
  await shell.shows('account');
  for (const fold of ['Unlink…', 'Name', 'Email', 'Password', 'Download your data', 'Delete account']) {
    await shell.app.locator('summary', { hasText: fold }).first().click();
  }
  await stop('account');
  await shell.app.getByLabel('Current password').fill('not this one');
  await shell.app.getByLabel('New password').fill('short');
  await shell.button('Change password').click();
  await shell.app.getByText(/Incorrect password/).waitFor();
  await stop('account', 'account-wrong-password');
  await shell.app.getByRole('link', { name: 'History' }).click();
  await shell.shows('history');
  await shell.app.getByText('This wasn’t me').first().click();
  await stop('history');
  await shell.go('/');
  await stop('visits');
  await shell.app.getByText(SAM.companyName).click();
  await shell.shows('home');
  await shell.app.getByRole('link', { name: 'Properties', exact: true }).click();
  await shell.app.locator('main [data-part=count]').waitFor();
  await shell.app.getByRole('link', { name: 'All my companies' }).click();
  await shell.app.locator('main [data-label=Company]').first().waitFor();
  await stop('properties', 'properties-all-companies');
  await shell.app.getByRole('link', { name: 'Sessions' }).click();
  await stop('sessions');
  await shell.app.getByRole('link', { name: 'Home' }).click();
  await shell.shows('home');
  const over = await shell.address();
  await shell.button('Sign out').click();
  await shell.shows('login');
  assert.equal(await shell.go(over), 409);
  await stop('error', 'error-session-ended');

  // When it does not work.
  await world.fault('code-expired');
  await shell.open(DANA);
  await stop('relaunch');
  await world.fault('status-502');
  await shell.open(DANA);
  await stop('unavailable');
  await world.allWell();
  world.line.cut();
  await shell.open(DANA);
  await stop('unavailable', 'unavailable-try-again');
  await world.line.mend();
  await world.command(['company', 'disable', DANA.company]);
  await shell.open(DANA);
  await stop('error', 'error-disabled');
}

/** The pages of a company's data, from home and back to it. */
async function lists({ shell, world }, stop) {
  const link = (name) => shell.app.getByRole('link', { name, exact: true }).click();
  const there = () => shell.app.locator('main [data-part=count]').waitFor();
  await world.forbid(DANA, FORBIDDEN.id);
  await world.setResidents(DANA, LOOKED_INTO.id, 230);
  await shell.open(DANA);
  await shell.shows('home');
  await link('Properties');
  await there();
  await stop('properties');
  await shell.app.getByRole('searchbox').fill('no such place');
  await shell.app.getByText('No matching properties').waitFor();
  await stop('properties', 'properties-nothing-found');
  await shell.app.getByRole('searchbox').fill('');
  await shell.app.getByText('12 properties', { exact: true }).waitFor();

  await world.delay(2_000);
  const properties = await shell.address();
  const property = await shell.app.getByRole('link', { name: LOOKED_INTO.name }).getAttribute('href');
  await link(LOOKED_INTO.name);
  await shell.app.locator('.steps-on-the-way p:visible').waitFor();
  await stop('property', 'property-being-read');
  await world.delay(0);
  await there();
  await stop('property');
  await shell.app.locator('table.list tbody').getByRole('link').first().click();
  await shell.shows('resident');
  await shell.app.locator('.lease').first().waitFor();
  await stop('resident');
  await shell.go(property.replace(LOOKED_INTO.id, FORBIDDEN.id));
  await shell.app.locator('[data-trouble=not-permitted]').waitFor();
  await stop('property', 'property-not-permitted');
  await world.fault('status-502', 'services');
  await shell.go(property.replace(LOOKED_INTO.id, 162931));
  await shell.app.locator('[data-trouble=down]').waitFor({ timeout: 30_000 });
  await stop('property', 'property-entrata-down');
  await world.allWell();
  await shell.go(properties.replace(/\/properties.*/, ''));
  await shell.shows('home');
}

/** Gives the frame a size of its own, whatever room Entrata's page would leave it; the window is filled by it. */
export async function resizeFrame(shell, width, height) {
  await shell.page.setViewportSize({ width, height });
  await shell.page.locator('iframe[name=app]').evaluate(
    (frame, size) => Object.assign(frame.style, { position: 'fixed', inset: '0', zIndex: 9, border: 0, ...size }),
    { width: `${width}px`, height: `${height}px` },
  );
  // The frame has a process of its own, and hears of its size later.
  await shell.frame().waitForFunction((wanted) => innerWidth === wanted, width);
}
