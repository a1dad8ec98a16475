// Connects the simulated property systems without a browser, and acts as Syncaroo, for tests that need many requests
// at once.
import assert from 'node:assert/strict';

const PROVIDER = { clientId: 'xyz1243', clientSecret: 'provider-secret' };
/** The number of the connection that Syncaroo's user approves. */
const CONNECTION = 99;
/** Nothing listens there: the browser's last redirect is not followed. */
const RETURN = 'http://127.0.0.1:9/connection';

/** The settings that turn the provider on. */
export const PROVIDER_ENV = {
  SYNCAROO_PROVIDER_CLIENT_ID: PROVIDER.clientId,
  SYNCAROO_PROVIDER_CLIENT_SECRET: PROVIDER.clientSecret,
  SYNCAROO_REDIRECT_URIS: RETURN,
};

/** Sends a request without the frame's cookie. */
async function send(address, options = {}) {
  const response = await fetch(address, { redirect: 'manual', ...options });
  await response.arrayBuffer();
  return { status: response.status, location: response.headers.get('location') };
}

/** Approves at a consent page and returns the address that the browser is sent to. */
async function approve(address, body) {
  const { status, location } = await send(address, { method: 'POST', body: new URLSearchParams(body) });
  return location ?? assert.fail(`${address}: status ${status}`);
}

/** Connects Octorate up to the callback. Returns what sends the callback. `home` is the visit's address. */
export async function octorateCallback(client, home) {
  const page = await client.send({ address: `${home}/connections`, site: 'same-origin' });
  const { status, headers, body } = await client.post(page.form('/octorate/connect'));
  assert.equal(status, 303, body);
  const cookie = headers['set-cookie'].find((one) => one.startsWith('__Host-Http-connect=')).split(';')[0];
  const address = await approve(headers.location, { decision: 'approve' });
  return () => send(address, { headers: { cookie } });
}

/** Connects the installation to Syncaroo up to the callback. Returns what sends the callback. */
export async function syncarooCallback(world) {
  const [address] = (await world.command(['syncaroo', 'connect'])).match(/http\S+/);
  const callback = await approve(address.replace('/authorize?', '/authorize/approve?'), {});
  return () => send(callback);
}

/** Approves Syncaroo's connection for the account that the client is signed in to. Returns Syncaroo's access token. */
export async function approveProvider(world, client) {
  const { clientId } = PROVIDER;
  const parameters = { connectionId: CONNECTION, clientId, redirectUri: RETURN, responseType: 'code' };
  const consent = await client.get(`/api/oauth/authorize?${new URLSearchParams(parameters)}`);
  const { headers } = await client.post(consent.form('/approve'));
  const code = new URL(headers.location).searchParams.get('code');
  const body = new URLSearchParams({ ...PROVIDER, grantType: 'authorization_code', code });
  const token = await fetch(`${world.app}/api/oauth/token`, { method: 'POST', body });
  assert.equal(token.status, 200);
  return (await token.json()).accessToken;
}

/** Announces an update as Syncaroo does. */
export function update(world, accessToken, body) {
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
  const text = JSON.stringify({ connectionId: CONNECTION, webhookType: 'update', ...body });
  return send(`${world.app}/api/update`, { method: 'POST', body: text, headers });
}

/** Returns the requests that a system received with this method, part of the path, and text in the body. */
export async function requests(world, system, method, path, text = '') {
  const { requests } = await world.systems('GET', `/sim/requests?system=${system}`);
  return requests.filter((one) => one.method === method && one.path.includes(path) && one.body.includes(text));
}
