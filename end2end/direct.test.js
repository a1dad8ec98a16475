// Without Entrata: signing in at the top level of a tab, which is another cookie partition than the frame.
import assert from 'node:assert/strict';
import { browserTest } from './lib/browser-test.js';
import { DANA, account } from './lib/people.js';

browserTest(
  'in a tab without Entrata one can sign in, see what is linked, and sign out',
  { statuses: [401] },
  async ({ page, world, shell }) => {
    await shell.firstVisit(DANA, account);
    assert.equal((await page.goto(`${world.app}/`)).status(), 401, 'the tab does not share the frame’s session');
    await page.goto(`${world.app}/login`);
    assert.equal(await page.getByText('Create an account').count(), 0, 'registration needs a launch');
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
    assert.equal(page.url(), visit, 'a single active visit is shown at its own address');

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.locator('main[data-page=login]').waitFor();
    assert.equal((await page.goto(visit)).status(), 401);

    // The visit in the frame is still active.
    await page.goto(world.sandbox);
    await shell.openPage(DANA);
    await shell.waitForVisit('home');
  },
);
