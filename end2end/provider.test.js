// Latchkey as Syncaroo's provider: Syncaroo's user approves a connection at the top level of a tab.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { AxeBuilder } from '@axe-core/playwright';
import { browserTest } from './lib/browser-test.js';
import { DANA, account } from './lib/people.js';

const CLIENT = { clientId: 'xyz1243', clientSecret: 'provider-secret' };

/** Syncaroo's page that the browser returns to. Another origin than the app's. */
const syncaroo = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end('<!DOCTYPE html><link rel="icon" href="data:,"><title>Syncaroo</title>');
});
await new Promise((resolve) => syncaroo.listen(0, '127.0.0.1', resolve));
syncaroo.unref();
const ORIGIN = `http://127.0.0.1:${syncaroo.address().port}`;
const RETURN = `${ORIGIN}/connection`;

const env = {
  SYNCAROO_PROVIDER_CLIENT_ID: CLIENT.clientId,
  SYNCAROO_PROVIDER_CLIENT_SECRET: CLIENT.clientSecret,
  SYNCAROO_REDIRECT_URIS: RETURN,
};

const requestAt = (world, connectionId) => {
  const { clientId } = CLIENT;
  const query = new URLSearchParams({ connectionId, clientId, redirectUri: RETURN, responseType: 'code' });
  return `${world.app}/api/oauth/authorize?${query}`;
};

/** Exchanges the code in the page's address and reads the connection with the token. */
async function readConnection(world, address) {
  const { searchParams } = new URL(address);
  const body = new URLSearchParams({
    ...CLIENT,
    grantType: 'authorization_code',
    code: searchParams.get('code'),
  });
  const token = await fetch(`${world.app}/api/oauth/token`, { method: 'POST', body });
  assert.equal(token.status, 200);
  const { accessToken } = await token.json();
  const query = `connectionId=${searchParams.get('connectionId')}`;
  const headers = { Authorization: `Bearer ${accessToken}` };
  return await (await fetch(`${world.app}/api/check_connection/?${query}`, { headers })).json();
}

browserTest(
  'Syncaroo’s user signs in, sees what is shared, approves, and Syncaroo reads the places',
  { env, statuses: [401], moreOrigins: [ORIGIN] },
  async ({ page, world, shell }) => {
    await shell.firstVisit(DANA, account);
    assert.equal((await page.goto(requestAt(world, '99'))).status(), 401);
    await page.getByLabel('Email').fill(account.email);
    await page.getByLabel('Password').fill(account.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    const consent = page.locator('main[data-page=consent]');
    await consent.waitFor();
    assert.match(await consent.innerText(), /dana@example\.com/);
    assert.equal(await consent.getByRole('listitem').count(), DANA.properties);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id), []);
    }
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.waitForURL(`${RETURN}?connectionId=99&code=*`);
    const connection = await readConnection(world, page.url());
    assert.equal(Object.keys(connection.locations).length, DANA.properties);

    // Signed in by now: the next request asks at once, and can be canceled.
    await page.goto(requestAt(world, '100'));
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.waitForURL(`${RETURN}?connectionId=100&error=access_denied`);
  },
);

browserTest(
  'the consent page works without script, and for another account',
  { env, statuses: [401], moreOrigins: [ORIGIN] },
  async ({ world, shell, openBrowser }) => {
    await shell.firstVisit(DANA, account);
    const { page } = await openBrowser({ javaScriptEnabled: false });
    await page.goto(requestAt(world, '99'));
    for (let signIns = 0; signIns < 2; signIns++) {
      await page.getByLabel('Email').fill(account.email);
      await page.getByLabel('Password').fill(account.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.locator('main[data-page=consent]').waitFor();
      if (signIns === 0) await page.getByRole('link', { name: 'Use another account' }).click();
    }
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.waitForURL(`${RETURN}?connectionId=99&code=*`);
    assert.equal((await readConnection(world, page.url())).connectionId, 99);
  },
);
