// The account pages in the frame: unlinking, changing password, name and email, downloading all data, deleting the
// account.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { browserTest, browserTestPerCredential } from './lib/browser-test.js';
import { DANA, SAM, account } from './lib/people.js';

async function openAccount(shell) {
  await shell.clickLink('Account');
  await shell.waitForPage('account');
}

browserTestPerCredential(
  'unlinking an Entrata user takes two clicks, and the user is unknown at the next launch',
  {},
  async ({ credential, shell }) => {
    await shell.firstVisit(DANA, account);
    await shell.linkTo(SAM, account);
    // Links made in the same browser session cause no warning. Without cookies, each launch starts a new session.
    const warnings = await shell.app.getByText(/was linked to your account/).count();
    assert.equal(warnings, credential === 'cookie' ? 0 : 1, 'only links made elsewhere cause a warning');
    await openAccount(shell);
    const acme = new RegExp(DANA.companyName);
    await shell.app.locator('summary', { hasText: 'Unlink…' }).and(shell.app.getByLabel(acme)).click();
    const button = shell.app.getByRole('button', { name: acme });
    await button.and(shell.app.getByText('Unlink', { exact: true })).click();
    await shell.app.getByText(/Entrata user unlinked/).waitFor();
    assert.equal(await shell.app.getByText('Unlink…').count(), 0, 'the last link can’t be removed');
    await shell.open(DANA);
    await shell.waitForPage('login');
  },
);

browserTestPerCredential(
  'changing the password requires the current one and appears in the history',
  { statuses: [401, 422] },
  async ({ shell }) => {
    await shell.firstVisit(DANA, account);
    await openAccount(shell);
    await shell.app.locator('summary', { hasText: 'Password' }).click();
    const changePassword = async (current, next) => {
      await shell.app.getByLabel('Current password').fill(current);
      await shell.app.getByLabel('New password').fill(next);
      await shell.button('Change password').click();
    };
    await changePassword('not this one', 'a newer gravel path');
    await shell.app.getByText(/Incorrect password/).waitFor();
    await changePassword(account.password, 'password1234');
    await shell.app.getByText(/This password is too common/).waitFor();
    await changePassword(account.password, 'a newer gravel path');
    await shell.app.getByText(/Password changed\./).waitFor();
    await shell.clickLink('History');
    await shell.waitForPage('history');
    assert(await shell.app.getByText('Password changed').isVisible());
    const download = shell.page.waitForEvent('download');
    await shell.clickLink('CSV');
    assert.equal((await download).suggestedFilename(), 'history.csv');
  },
);

browserTestPerCredential(
  'name and email can be changed, all data downloaded, and the account deleted',
  { statuses: [401, 403, 422] },
  async ({ shell }) => {
    await shell.firstVisit(DANA, account);
    await shell.open(DANA);
    await shell.waitForPage('home');
    await openAccount(shell);
    const section = (name) => shell.app.locator('details', { has: shell.app.locator('summary', { hasText: name }) });
    const submit = async (name, fields, button = name) => {
      await section(name).locator('summary').click();
      for (const [label, value] of Object.entries(fields)) await section(name).getByLabel(label).fill(value);
      await section(name).getByRole('button', { name: button }).click();
    };
    await submit('Name', { 'Your name': 'Dana Quill', 'Your password': account.password }, 'Save');
    await shell.app.getByText('Name saved').waitFor();
    await submit('Email', { 'New email': 'dana@quill.example', 'Your password': account.password }, 'Save');
    await shell.app.getByText('Email saved').waitFor();
    const openFields = () =>
      shell.app.locator('details[open] input').evaluateAll((fields) => fields.map(({ value }) => value).join());
    assert.doesNotMatch(await openFields(), /quill\.example/, 'a draft is dropped when its form succeeds');

    // The deletion form keeps no draft; other forms do.
    await section('Delete account').locator('summary').click();
    await section('Delete account').getByLabel('Account email').fill('dana@quill.example');
    await section('Email').locator('summary').click();
    await section('Email').getByLabel('New email').fill('half@typed.example');
    await shell.clickLink('History');
    await shell.waitForPage('history');
    await openAccount(shell);
    assert.match(await openFields(), /half@typed\.example/);
    assert.equal(await section('Delete account').getByLabel('Account email').inputValue(), '');

    // A launch gives a session without a password, so the download asks for it.
    await shell.open(DANA);
    await shell.waitForPage('home');
    await openAccount(shell);
    assert.equal(await shell.app.getByText('Download as JSON').count(), 0);
    await submit('Download your data', { 'Your password': account.password }, 'Continue');
    await shell.app.getByText('for the next five minutes').waitFor();
    const downloadEvent = shell.page.waitForEvent('download');
    await shell.clickLink('Download as JSON');
    const download = await downloadEvent;
    assert.equal(download.suggestedFilename(), 'data-export.json');
    const data = JSON.parse(await readFile(await download.path(), 'utf8'));
    assert.deepEqual([data.account.name, data.account.email], ['Dana Quill', 'dana@quill.example']);

    await submit('Delete account', { 'Account email': 'dana@acme.example', 'Your password': account.password });
    await shell.app.getByText('Nothing was deleted').waitFor();
    await section('Delete account').getByLabel('Account email').fill('dana@quill.example');
    await section('Delete account').getByLabel('Your password').fill(account.password);
    await section('Delete account').getByRole('button').click();
    await shell.waitForPage('login');
    await shell.app.getByText('Your account and all its data were deleted').waitFor();
    await shell.open(DANA);
    await shell.waitForPage('login');
    assert(await shell.app.getByText(DANA.companyName).isVisible(), 'the Entrata user is unknown again');
  },
);

browserTest(
  'after failed sign-ins the page says how long to wait and keeps the email',
  { statuses: [401, 429] },
  async ({ shell, world }) => {
    await world.addAccount(account);
    await shell.open(DANA);
    await shell.waitForPage('login');
    for (let attempt = 0; attempt < 5; attempt++) {
      const signIn = () => shell.signIn({ ...account, password: `not this one ${attempt}` });
      assert.equal(await shell.status(signIn), 401);
      // The form accepts input again when the response has replaced it.
      await shell.app.locator('main:not([aria-busy]) form:not([aria-busy]) #password').first().waitFor();
    }
    assert.equal(await shell.status(() => shell.signIn(account)), 429);
    await shell.app.getByText(/Try again in \d+ seconds/).waitFor();
    assert.equal(await shell.app.getByLabel('Email').first().inputValue(), account.email);
  },
);
