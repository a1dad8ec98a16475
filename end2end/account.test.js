// What a person does with their account in the frame: unlink, undo what somebody else linked, change the password; by cookie and by bearer.
import assert from 'node:assert/strict';
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
    assert(await shell.app.getByText(/was linked to your account/).isVisible(), 'the other link is told of');
    await link(shell, 'Account');
    await shell.shows('account');
    const of = new RegExp(DANA.companyName);
    await shell.app.locator('summary', { hasText: 'Unlink…' }).and(shell.app.getByLabel(of)).click();
    await shell.app.getByRole('button', { name: of }).and(shell.app.getByText('Unlink', { exact: true })).click();
    await shell.app.getByText(/was unlinked/).waitFor();
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
      await shell.app.getByText('Change the password').first().click();
      const change = async (current, next) => {
        await shell.app.getByLabel('Password so far').fill(current);
        await shell.app.getByLabel('New password').fill(next);
        await shell.button('Change the password').click();
      };
      await change('not this one', 'a newer gravel path');
      await shell.app.getByText(/not this account’s password/).waitFor();
      await change(account.password, 'password1234');
      await shell.app.getByText(/Many people use this password/).waitFor();
      await change(account.password, 'a newer gravel path');
      await shell.app.getByText(/Your password was changed/).waitFor();
      await link(shell, 'History');
      await shell.shows('history');
      assert(await shell.app.getByText('The password was changed').isVisible());
      const file = shell.page.waitForEvent('download');
      await link(shell, 'CSV');
      assert.equal((await file).suggestedFilename(), 'history.csv');
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
  await shell.app.getByText(/Wait \d+ seconds/).waitFor();
  assert.equal(await shell.app.getByLabel('E-mail').first().inputValue(), account.email);
});
