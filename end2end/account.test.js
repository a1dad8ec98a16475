// What a person does with their account in the frame: unlink, undo what somebody else linked, change what it says of them, take everything
// along, delete it; by cookie and by bearer.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { DANA, SAM, account } from './lib/people.js';
import { story } from './lib/story.js';

const link = (shell, name) => shell.app.getByRole('link', { name, exact: true }).click();

/** An account with two Entrata users, at home by the second one, Sam's. */
async function twoUsers(shell) {
  await shell.firstVisit(DANA, account);
  await shell.open(SAM);
  await shell.shows('login');
  await shell.signIn(account);
  await shell.shows('confirm');
  await shell.link();
  await shell.shows('home');
}

for (const [carrier, options] of Object.entries({ cookie: {}, bearer: { cookies: false } })) {
  story(`by ${carrier}: a user is unlinked with two clicks, and is unknown at the next one in Entrata`, options, async ({ shell }) => {
    await twoUsers(shell);
    // In this browser session they made the other link themselves. Where nothing is kept, each click in Entrata begins another one.
    const warnings = await shell.app.getByText(/was linked to your account/).count();
    assert.equal(warnings, carrier === 'cookie' ? 0 : 1, 'links made elsewhere are warned of, and no others');
    await link(shell, 'Account');
    await shell.shows('account');
    const of = new RegExp(DANA.companyName);
    await shell.app.locator('summary', { hasText: 'Unlink…' }).and(shell.app.getByLabel(of)).click();
    await shell.app.getByRole('button', { name: of }).and(shell.app.getByText('Unlink', { exact: true })).click();
    await shell.app.getByText(/Entrata user unlinked/).waitFor();
    assert.equal(await shell.app.getByText('Unlink…').count(), 0, 'the last one stays');
    await shell.open(DANA);
    await shell.shows('login');
  });

  story(
    `by ${carrier}: a new password asks for the one so far, and the history tells of it`,
    { ...options, statuses: [401, 422] },
    async ({ shell }) => {
      await shell.firstVisit(DANA, account);
      await link(shell, 'Account');
      await shell.shows('account');
      await shell.app.locator('summary', { hasText: 'Password' }).click();
      const change = async (current, next) => {
        await shell.app.getByLabel('Current password').fill(current);
        await shell.app.getByLabel('New password').fill(next);
        await shell.button('Change password').click();
      };
      await change('not this one', 'a newer gravel path');
      await shell.app.getByText(/Incorrect password/).waitFor();
      await change(account.password, 'password1234');
      await shell.app.getByText(/This password is too common/).waitFor();
      await change(account.password, 'a newer gravel path');
      await shell.app.getByText(/Password changed\./).waitFor();
      await link(shell, 'History');
      await shell.shows('history');
      assert(await shell.app.getByText('Password changed').isVisible());
      const file = shell.page.waitForEvent('download');
      await link(shell, 'CSV');
      assert.equal((await file).suggestedFilename(), 'history.csv');
    },
  );
}

for (const [carrier, options] of Object.entries({ cookie: {}, bearer: { cookies: false } })) {
  story(
    `by ${carrier}: name and e-mail are changed, everything is taken along, and the account is deleted`,
    { ...options, statuses: [401, 403, 422] },
    async ({ shell }) => {
      await shell.firstVisit(DANA, account);
      await shell.open(DANA);
      await shell.shows('home');
      await link(shell, 'Account');
      await shell.shows('account');
      const form = (name) => shell.app.locator('details', { has: shell.app.locator('summary', { hasText: name }) });
      const change = async (name, fields, button = name) => {
        await form(name).locator('summary').click();
        for (const [label, value] of Object.entries(fields)) await form(name).getByLabel(label).fill(value);
        await form(name).getByRole('button', { name: button }).click();
      };
      await change('Name', { 'Your name': 'Dana Quill', 'Your password': account.password }, 'Save');
      await shell.app.getByText('Name saved').waitFor();
      await change('Email', { 'New email': 'dana@quill.example', 'Your password': account.password }, 'Save');
      await shell.app.getByText('Email saved').waitFor();
      const stillThere = () => shell.app.locator('details[open] input').evaluateAll((all) => all.map(({ value }) => value).join());
      assert.doesNotMatch(await stillThere(), /quill\.example/, 'what did its work is not typed once more');

      // Somebody who thinks better of it finds nothing typed for the next time; what else was typed is there.
      await form('Delete account').locator('summary').click();
      await form('Delete account').getByLabel('Account email').fill('dana@quill.example');
      await form('Email').locator('summary').click();
      await form('Email').getByLabel('New email').fill('half@typed.example');
      await link(shell, 'History');
      await shell.shows('history');
      await link(shell, 'Account');
      await shell.shows('account');
      assert.match(await stillThere(), /half@typed\.example/);
      assert.equal(await form('Delete account').getByLabel('Account email').inputValue(), '');

      // A new click gives a session without a password: the file is not there for the asking.
      await shell.open(DANA);
      await shell.shows('home');
      await link(shell, 'Account');
      await shell.shows('account');
      assert.equal(await shell.app.getByText('Download as JSON').count(), 0);
      await change('Download your data', { 'Your password': account.password }, 'Continue');
      await shell.app.getByText('for the next five minutes').waitFor();
      const file = shell.page.waitForEvent('download');
      await link(shell, 'Download as JSON');
      const saved = await file;
      assert.equal(saved.suggestedFilename(), 'everything.json');
      const everything = JSON.parse(await readFile(await saved.path(), 'utf8'));
      assert.deepEqual([everything.account.name, everything.account.email], ['Dana Quill', 'dana@quill.example']);

      await change('Delete account', { 'Account email': 'dana@acme.example', 'Your password': account.password });
      await shell.app.getByText('Nothing was deleted').waitFor();
      await form('Delete account').getByLabel('Account email').fill('dana@quill.example');
      await form('Delete account').getByLabel('Your password').fill(account.password);
      await form('Delete account').getByRole('button').click();
      await shell.shows('login');
      await shell.app.getByText('Your account and all its data were deleted').waitFor();
      await shell.open(DANA);
      await shell.shows('login');
      assert(await shell.app.getByText(DANA.companyName).isVisible(), 'unknown again');
    },
  );
}

story('after sign-ins that went wrong one waits, is told how long, and what was typed stays', { statuses: [401, 429] }, async ({ shell, world }) => {
  await world.addAccount(account);
  await shell.open(DANA);
  await shell.shows('login');
  for (let n = 0; n < 5; n++) {
    assert.equal(await shell.status(() => shell.signIn({ ...account, password: `not this one ${n}` })), 401);
    // The form is free again when the answer stands in its place.
    await shell.app.locator('main:not([aria-busy]) form:not([aria-busy]) #password').first().waitFor();
  }
  assert.equal(await shell.status(() => shell.signIn(account)), 429);
  await shell.app.getByText(/Try again in \d+ seconds/).waitFor();
  assert.equal(await shell.app.getByLabel('Email').first().inputValue(), account.email);
});
