// The first launch of an Entrata user: they register or sign in, see both sides of the link, and confirm it.
import assert from 'node:assert/strict';
import { browserTest } from './lib/browser-test.js';
import { DANA, account, otherAccount } from './lib/people.js';

browserTest('a first visit registers, confirms the link, which names both sides, and shows home', {}, firstVisit);

async function firstVisit({ shell, world }) {
  await shell.open(DANA);
  const login = await shell.waitForVisit('login');
  assert.match(await login.innerText(), /Acme Residential Management/);
  assert.match(await login.innerText(), /acme\.entrata\.com/);
  await shell.register(account);

  const confirm = await shell.waitForVisit('confirm');
  const text = await confirm.innerText();
  const names = [DANA.companyName, 'acme.entrata.com', '…8213', account.name, account.email];
  for (const name of names) assert(text.includes(name), name);

  await shell.confirmLink();
  const home = await shell.waitForVisit('home');
  assert.equal(await home.locator('.properties li').count(), DANA.properties);
  assert.match(await home.innerText(), /Oak Court\s+1 Oak Street, Provo, UT 84601\s+162925/);
  assert.equal(await world.exchanges(), 1);
  assert.equal(await allowsPlainCookies(shell), false, 'this browser does block third-party cookies');
}

/** Returns whether the browser keeps a cookie of the frame that is not partitioned. */
const allowsPlainCookies = (shell) =>
  shell.frame().evaluate(() => {
    document.cookie = 'probe=1; Secure; SameSite=None; Path=/';
    return document.cookie.includes('probe=1');
  });

browserTest(
  'a first visit also works where third-party cookies are allowed',
  { thirdPartyCookies: true },
  async ({ shell }) => {
    await shell.firstVisit(DANA, account);
    assert.equal(await allowsPlainCookies(shell), true);
    await shell.open(DANA);
    await shell.waitForVisit('home');
  },
);

browserTest('a first visit can use an account added on the command line', {}, async ({ shell, world }) => {
  await world.addAccount(account);
  await shell.open(DANA);
  await shell.waitForPage('login');
  await shell.signIn(account);
  await shell.waitForVisit('confirm');
  await shell.confirmLink();
});

browserTest(
  'after a wrong password the page says so and keeps the email, and the right password works',
  { statuses: [401] },
  async ({ shell, world }) => {
    await world.addAccount(account);
    await shell.open(DANA);
    await shell.waitForPage('login');
    assert.equal(await shell.status(() => shell.signIn({ ...account, password: 'not this one' })), 401);
    await shell.app.getByRole('alert').waitFor();
    await shell.waitForVisit('login');
    assert.equal(await shell.app.locator('#email').inputValue(), account.email);
    assert.equal(await shell.app.locator('#password').inputValue(), '');
    await shell.app.locator('#password').fill(account.password);
    await shell.button('Sign in').click();
    await shell.waitForVisit('confirm');
  },
);

browserTest(
  'a refused registration shows the errors and keeps what was typed, except the password',
  { statuses: [422] },
  async ({ shell, world }) => {
    await world.addAccount(otherAccount);
    await shell.open(DANA);
    await shell.waitForPage('login');
    // The browser validates some fields itself. A taken email and a short password reach the server.
    const register = () => shell.register({ ...account, email: otherAccount.email, password: 'short' });
    assert.equal(await shell.status(register), 422);
    const form = shell.app.locator('form[action$="/register"]');
    await form.locator('#new-password-error').waitFor();
    assert.equal(await form.getByLabel('Your name').inputValue(), account.name);
    assert.equal(await form.getByLabel('Email').inputValue(), otherAccount.email);
    assert.equal(await form.getByLabel('Password').inputValue(), '');
  },
);

browserTest('a declined link is not made, and the next launch asks again', {}, async ({ shell, world }) => {
  await shell.open(DANA);
  await shell.waitForPage('login');
  await shell.register(account);
  await shell.waitForPage('confirm');
  await shell.button('Don’t link').click();
  await shell.waitForVisit('login');
  assert.match(await shell.app.getByRole('status').innerText(), /Nothing was linked/);
  await shell.open(DANA);
  await shell.waitForVisit('login');
  assert.equal(await world.exchanges(), 2);
});

browserTest(
  'a confirmation can’t be used in another browser and links nothing there',
  { statuses: [401, 409] },
  async ({ shell, world, openBrowser }) => {
    await shell.open(DANA);
    await shell.waitForPage('login');
    await shell.register(account);
    await shell.waitForPage('confirm');
    const confirm = await shell.address();
    const ticket = await shell.app.locator('input[name=ticket]').inputValue();

    // An attacker with a pending visit of their own, who knows the victim's address and ticket.
    const attacker = await openBrowser();
    await attacker.shell.open(DANA);
    await attacker.shell.waitForPage('login');
    assert.equal(await attacker.shell.goTo(confirm), 401);
    const login = await attacker.shell.waitForPage('login');
    assert.doesNotMatch(await login.innerText(), /Acme|dana/i);
    assert.equal(await attacker.shell.post(`${confirm}/link`, 'ticket', ticket), 409);
    await attacker.shell.waitForPage('error');
    await attacker.shell.open(DANA);
    await attacker.shell.waitForPage('login');

    // The victim can still use it.
    await shell.confirmLink();
    assert.equal(await world.exchanges(), 3);
  },
);
