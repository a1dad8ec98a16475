// The first click in Entrata: an account is made or given, both sides are named, and only then they are linked.
import assert from 'node:assert/strict';
import { DANA, account, other } from './lib/people.js';
import { story } from './lib/story.js';

story('a first visit registers, confirms the link by name, and is at home', {}, async ({ shell, world }) => {
  await shell.open(DANA);
  const login = await shell.showsVisit('login');
  assert.match(await login.innerText(), /Acme Residential Management/);
  assert.match(await login.innerText(), /acme\.entrata\.com/);
  await shell.register(account);

  const confirm = await shell.showsVisit('confirm');
  const sides = await confirm.innerText();
  for (const named of [DANA.companyName, 'acme.entrata.com', '…8213', account.name, account.email]) assert(sides.includes(named), named);

  await shell.link();
  const home = await shell.showsVisit('home');
  assert.equal(await home.locator('.properties li').count(), DANA.properties);
  assert.match(await home.innerText(), /Oak Court\s+1 Oak Street, Provo, UT 84601\s+162925/);
  assert.equal(await world.exchanges(), 1);
  assert.equal(await keepsPlainCookies(shell), false, 'this browser does block third-party cookies');
});

/** Whether the frame's page may keep a cookie that is not partitioned. */
const keepsPlainCookies = (shell) =>
  shell.frame().evaluate(() => {
    document.cookie = 'probe=1; Secure; SameSite=None; Path=/';
    return document.cookie.includes('probe=1');
  });

story('a first visit also works where third-party cookies are allowed', { thirdPartyCookies: true }, async ({ shell }) => {
  await shell.firstVisit(DANA, account);
  assert.equal(await keepsPlainCookies(shell), true);
  await shell.open(DANA);
  await shell.showsVisit('home');
});

story('a first visit signs in to an account that the command line made', {}, async ({ shell, world }) => {
  await world.addAccount(account);
  await shell.open(DANA);
  await shell.shows('login');
  await shell.signIn(account);
  await shell.showsVisit('confirm');
  await shell.link();
});

story('a wrong password is told and the e-mail kept; the right one works then', { statuses: [401] }, async ({ shell, world }) => {
  await world.addAccount(account);
  await shell.open(DANA);
  await shell.shows('login');
  assert.equal(await shell.status(() => shell.signIn({ ...account, password: 'not this one' })), 401);
  await shell.app.getByRole('alert').waitFor();
  await shell.showsVisit('login');
  assert.equal(await shell.app.locator('#email').inputValue(), account.email);
  assert.equal(await shell.app.locator('#password').inputValue(), '');
  await shell.app.locator('#password').fill(account.password);
  await shell.button('Sign in').click();
  await shell.showsVisit('confirm');
});

story('a refused registration says what to change and keeps what was typed', { statuses: [422] }, async ({ shell, world }) => {
  await world.addAccount(other);
  await shell.open(DANA);
  await shell.shows('login');
  // The browser itself holds back what it can judge; a taken e-mail and a short password are for the server to refuse.
  const status = await shell.status(() => shell.register({ ...account, email: other.email, password: 'short' }));
  assert.equal(status, 422);
  const form = shell.app.locator('form[action$="/register"]');
  await form.locator('#new-password-error').waitFor();
  assert.equal(await form.getByLabel('Your name').inputValue(), account.name);
  assert.equal(await form.getByLabel('Email').inputValue(), other.email);
  assert.equal(await form.getByLabel('Password').inputValue(), '');
});

story('a declined link leaves nothing: the next click asks again', {}, async ({ shell, world }) => {
  await shell.open(DANA);
  await shell.shows('login');
  await shell.register(account);
  await shell.shows('confirm');
  await shell.button('Don’t link').click();
  await shell.showsVisit('login');
  assert.match(await shell.app.getByRole('status').innerText(), /Nothing was linked/);
  await shell.open(DANA);
  await shell.showsVisit('login');
  assert.equal(await world.exchanges(), 2);
});

story(
  'the confirmation of one browser is of no use in another, and links nothing',
  { statuses: [401, 409] },
  async ({ shell, world, another }) => {
    await shell.open(DANA);
    await shell.shows('login');
    await shell.register(account);
    await shell.shows('confirm');
    const confirm = await shell.address();
    const ticket = await shell.app.locator('input[name=ticket]').inputValue();

    // A thief with a held visit of their own, in their own frame, who knows the other's address and ticket.
    const thief = await another();
    await thief.shell.open(DANA);
    await thief.shell.shows('login');
    assert.equal(await thief.shell.go(confirm), 401);
    const login = await thief.shell.shows('login');
    assert.doesNotMatch(await login.innerText(), /Acme|dana/i);
    assert.equal(await thief.shell.post(`${confirm}/link`, 'ticket', ticket), 409);
    await thief.shell.shows('error');
    await thief.shell.open(DANA);
    await thief.shell.shows('login');

    // Whose it is can still use it.
    await shell.link();
    assert.equal(await world.exchanges(), 3);
  },
);
