// The only island: it filters the home page's list of properties while the user types.
import assert from 'node:assert/strict';
import { browserTest } from './lib/browser-test.js';
import { DANA, account } from './lib/people.js';

browserTest('typing filters the properties at once and sends no request', {}, async ({ shell, browser, world }) => {
  await shell.firstVisit(DANA, account);
  await shell.waitForIsland();
  const start = browser.requests.length;
  const field = shell.app.getByRole('searchbox', { name: 'Find a property' });
  const names = shell.app.locator('.properties li:visible .name');
  const count = shell.app.getByRole('status');
  const waitForCount = (text) => count.and(shell.app.getByText(text, { exact: true })).waitFor();

  await waitForCount('12 of 12 properties');
  assert.equal(await count.getAttribute('aria-live'), 'polite');
  await field.pressSequentially('REDSTONE');
  await waitForCount('2 of 12 properties');
  assert.deepEqual(await names.allInnerTexts(), ['Redstone Village', 'Redstone Village II']);
  await field.fill('boise willow');
  await waitForCount('1 of 12 properties');
  await field.fill('166019');
  await waitForCount('1 of 12 properties');
  await field.fill('nowhere at all');
  await waitForCount('No matching properties');
  assert.equal(await names.count(), 0);

  const address = await shell.address();
  await field.press('Enter');
  await waitForCount('No matching properties');
  await field.press('Escape');
  await waitForCount('12 of 12 properties');
  assert.equal(await field.inputValue(), '');
  assert.equal(await shell.address(), address, 'Enter does not navigate');
  const requests = browser.requests.slice(start).filter((request) => request.url().startsWith(world.app));
  assert.deepEqual(requests.map((request) => request.url()), []);
});

browserTest('an address with a query shows the same list with script as without', {}, async ({ shell }) => {
  await shell.firstVisit(DANA, account);
  await shell.goTo(`${await shell.address()}?q=Provo`);
  await shell.waitForIsland();
  const names = shell.app.locator('.properties li:visible .name');
  assert.deepEqual(await names.allInnerTexts(), ['Oak Court', 'Station Yard Lofts']);
  assert.equal(await shell.app.getByRole('status').innerText(), '2 of 12 properties');
});

browserTest('the island is hydrated in a browser that is never idle', {}, async ({ shell, browser }) => {
  // On a busy machine, Chromium can make a third-party frame wait more than 30 seconds for an idle callback.
  await browser.context.addInitScript(() => {
    window.requestIdleCallback = (callback, { timeout } = {}) =>
      timeout ? setTimeout(callback, timeout, { didTimeout: true, timeRemaining: () => 0 }) : 0;
  });
  await shell.firstVisit(DANA, account);
  await shell.button('Search').waitFor({ state: 'hidden', timeout: 5_000 });
});
