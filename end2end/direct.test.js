// Without Entrata: signing in at the top level of a tab, which is another cookie partition than the frame's.
import assert from 'node:assert/strict';
import { DANA, account } from './lib/people.js';
import { story } from './lib/story.js';

story('a person signs in directly in a tab, sees what is linked, and signs out', { statuses: [401] }, async ({ page, world, shell }) => {
  await shell.firstVisit(DANA, account);
  assert.equal((await page.goto(`${world.app}/`)).status(), 401, 'the frame’s session is not the tab’s');
  await page.goto(`${world.app}/login`);
  assert.equal(await page.getByText('Create an account').count(), 0, 'registering needs a launch');
  await page.getByLabel('Email').fill(account.email);
  await page.getByLabel('Password').fill('not this one');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').waitFor();
  assert.equal(await page.getByLabel('Email').inputValue(), account.email);
  await page.getByLabel('Password').fill(account.password);
  await page.getByRole('button', { name: 'Sign in' }).click();

  const home = page.locator('main[data-page=home]');
  await home.waitFor();
  assert.match(await home.innerText(), /Acme Residential Management/);
  const visit = page.url();
  await page.goto(`${world.app}/`);
  await home.waitFor();
  assert.equal(page.url(), visit, 'the one live visit is shown at its own address');

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.locator('main[data-page=login]').waitFor();
  assert.equal((await page.goto(visit)).status(), 401);

  // Leaving the tab's visit left the frame's alone.
  await page.goto(world.sandbox);
  await shell.openPage(DANA);
  await shell.showsVisit('home');
});
