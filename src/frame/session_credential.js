// The session credential: the cookie, or a bearer token of one visit. The inline script of a visit's first page has
// already sent the cookie probe (`latchkeyProbe`). Its response holds a token only if the browser sent no cookie.
// Tokens are kept per visit, in this tab, and are sent in the `Authorization` header only.
import { forget, recall, remember } from "./tab_storage.js";

// All in milliseconds.
const REQUEST_TIMEOUT = 30_000;
/** For a whole response body: a page that waits for Entrata is sent in parts. */
const BODY_TIMEOUT = 90_000;
/** How long a click waits for the cookie probe. A token that arrives later is used from the next page on. */
const PROBE_TIMEOUT = 7_000;
/** A document that is being unloaded has released its lock by then. */
const LOCK_TIMEOUT = 1_500;
/** A tab launched at the same moment has its response by then, which may have replaced the cookie. */
const SECOND_PROBE_DELAY = 12_000;
const html = document.documentElement;
/** Browsers from before 2022 have no `AbortSignal.timeout` and wait without a limit. */
const abortAfter = (ms) => AbortSignal.timeout?.(ms);

/** The visit's part of a path, "/v/{visit}", or undefined. */
export const visitOf = (path) => path.match(/^\/v\/[\w-]+/)?.[0];

/** The visit whose token a request uses. The start page belongs to no visit and uses the newest one. */
const visitFor = (path) => visitOf(path) ?? recall("latchkey");
const tokenOf = (visit) => visit && recall(`latchkey${visit}`);
export const hasToken = (path) => Boolean(tokenOf(visitFor(path)));
export const dropToken = (path) => forget(`latchkey${visitFor(path)}`);

export const usesBearer = () => html.dataset.credential === "bearer";

export function setCredential(credential) {
  html.dataset.credential = credential;
}

/** Stores the token that a response carries. Returns whether there was one. */
function storeToken(response, visit) {
  const token = response.headers.get("Latchkey-Bearer");
  if (!token || !visit) return false;
  remember(`latchkey${visit}`, token);
  remember("latchkey", visit);
  return true;
}

let lastRequest = Promise.resolve();

/** Sends a request after all earlier ones are answered: a replaced token must never be used again. */
export function send(address, { timeout = REQUEST_TIMEOUT, ...options } = {}) {
  const { pathname } = new URL(address, location.href);
  const run = async () => {
    const visit = visitFor(pathname);
    // No token is sent before it is certain that this tab may use it.
    const token = usesBearer() && tokenOf(visit);
    const headers = { ...options.headers, "Latchkey-Script": "1", ...(token && { Authorization: `Bearer ${token}` }) };
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), timeout);
    const response = await fetch(address, { ...options, headers, signal: controller.signal });
    clearTimeout(timer);
    setTimeout(() => controller.abort(), BODY_TIMEOUT);
    storeToken(response, visit);
    return response;
  };
  return (lastRequest = lastRequest.then(run, run));
}

const lockedVisits = new Set();

/** Returns whether this tab may use the visit's token. A duplicated tab has a copy of the stored tokens, and two tabs
 * that use one token end the visit. So the first tab holds a lock on its visit while its document lives. */
export function lockVisit(path) {
  const visit = visitFor(path);
  if (lockedVisits.has(visit) || !navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    let timedOut = false;
    const hold = () => {
      if (timedOut) return undefined;
      lockedVisits.add(visit);
      resolve(true);
      return new Promise(() => {});
    };
    const request = navigator.locks.request(`latchkey${visit}`, hold);
    setTimeout(() => resolve(!(timedOut = !lockedVisits.has(visit))), LOCK_TIMEOUT);
    // Where locks are refused, so is storage: there are no tokens that could have been copied.
    request.catch((error) => resolve(error.name === "SecurityError"));
  });
}

/** Sends the cookie probe with the visit's ticket. Returns the response, or null if it was refused. */
async function sendProbe(visit, ticket) {
  const earlier = tokenOf(recall("latchkey"));
  const body = new URLSearchParams({ ticket, ...(earlier && { earlier }) });
  const response = await fetch(`${visit}/cookie-probe`, { method: "POST", body, signal: abortAfter(REQUEST_TIMEOUT) });
  return response.ok ? response : null;
}

/** Sends the cookie probe for a visit. Returns whether this tab got a bearer token for it. */
export async function probeForBearer(visit, ticket) {
  const response = await sendProbe(visit, ticket);
  return response !== null && storeToken(response, visit) && lockVisit(visit);
}

/** Finds the credential of the loaded page: "cookie", "bearer", or "resume" if the cookie did not open the page but
 * this tab may have a right to it. */
export const findCredential = () =>
  Promise.race([readProbe(), new Promise((resolve) => setTimeout(resolve, PROBE_TIMEOUT, "cookie"))]);

async function readProbe() {
  const visit = visitOf(location.pathname);
  if (document.querySelector("main[data-resumes]")) {
    return hasToken(location.pathname) || recall(`latchkey?${visit}`) ? "resume" : "cookie";
  }
  if (typeof latchkeyProbe === "undefined") return "cookie";
  const { ticket, call } = latchkeyProbe;
  const response = (await call) ?? (await sendProbe(visit, ticket).catch(() => null));
  if (!response?.ok) return "cookie";
  if (storeToken(response, visit)) return lockVisit(visit).then(() => "bearer");
  // The ticket can no longer be exchanged for a token. For one minute it still identifies this tab, in case the
  // response to another tab replaces the cookie.
  remember(`latchkey?${visit}`, ticket);
  setTimeout(() => sendProbe(visit, ticket).catch(() => {}), SECOND_PROBE_DELAY);
  return "cookie";
}

/** Opens the visit to the browser's newest cookie with the ticket of the visit's first page. The ticket is tried once.
 * Returns whether that worked. */
export async function adoptNewCookie(visit) {
  const ticket = visit && recall(`latchkey?${visit}`);
  forget(`latchkey?${visit}`);
  return Boolean(ticket && (await sendProbe(visit, ticket).catch(() => null)));
}
