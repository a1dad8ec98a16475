// The one island: narrowing the properties while one types.
import assert from 'node:assert/strict';
import { DANA, account } from './lib/people.js';
import { story } from './lib/story.js';

story('typing narrows the properties at once, and nothing typed leaves the browser', {}, async ({ shell, browser, world }) => {
  await shell.firstVisit(DANA, account);
  await shell.islandTakesOver();
  const mark = browser.requests.length;
  const field = shell.app.getByRole('searchbox', { name: 'Find a property' });
  const names = shell.app.locator('.properties li:visible .name');
  const count = shell.app.getByRole('status');
  const says = (text) => count.and(shell.app.getByText(text, { exact: true })).waitFor();

  await says('12 of 12 properties');
  assert.equal(await count.getAttribute('aria-live'), 'polite');
  await field.pressSequentially('REDSTONE');
  await says('2 of 12 properties');
  assert.deepEqual(await names.allInnerTexts(), ['Redstone Village', 'Redstone Village II']);
  await field.fill('boise willow');
  await says('1 of 12 properties');
  await field.fill('166019');
  await says('1 of 12 properties');
  await field.fill('nowhere at all');
  await says('No matching properties');
  assert.equal(await names.count(), 0);

  const address = await shell.address();
  await field.press('Enter');
  await says('No matching properties');
  await field.press('Escape');
  await says('12 of 12 properties');
  assert.equal(await field.inputValue(), '');
  assert.equal(await shell.address(), address, 'Enter did not navigate');
  const asked = browser.requests.slice(mark).filter((request) => request.url().startsWith(world.app));
  assert.deepEqual(asked.map((request) => request.url()), []);
});

story('an address that narrows shows the same with script as without', {}, async ({ shell }) => {
  await shell.firstVisit(DANA, account);
  await shell.go(`${await shell.address()}?q=Provo`);
  await shell.islandTakesOver();
  assert.deepEqual(await shell.app.locator('.properties li:visible .name').allInnerTexts(), ['Oak Court', 'Station Yard Lofts']);
  assert.equal(await shell.app.getByRole('status').innerText(), '2 of 12 properties');
});

story('the island takes over in a browser that is never idle', {}, async ({ shell, browser }) => {
  // Chromium on a busy machine lets a third party's frame wait for its idle moment for half a minute and longer.
  await browser.context.addInitScript(() => {
    window.requestIdleCallback = (call, { timeout } = {}) =>
      timeout ? setTimeout(call, timeout, { didTimeout: true, timeRemaining: () => 0 }) : 0;
  });
  await shell.firstVisit(DANA, account);
  await shell.button('Search').waitFor({ state: 'hidden', timeout: 5_000 });
});
