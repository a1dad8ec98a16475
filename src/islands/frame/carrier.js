// What carries the session: the cookie, or a bearer of one visit. The first page of a visit has called the server already (`latchkeyEcho`);
// its answer holds a token only where no cookie came back. Tokens are kept per visit, in this tab, and go out as `Authorization` only.
import { forget, recall, remember } from "./store.js";

const SLOW = 30_000;
/** For the whole of an answer: a page that waits for Entrata is sent in parts. */
const SENT = 90_000;
/** Whoever clicks waits for the echo, but not longer than this; a bearer that comes later is found by the next page. */
const DECIDED = 7_000;
/** A document that is being left lets go of its lock by then. */
const PATIENCE = 1_500;
/** A tab that was launched at the same moment has its answer by then, and with it perhaps another cookie. */
const SETTLED = 12_000;
const html = document.documentElement;
/** Browsers before 2022 wait as long as they please. */
const within = (ms) => AbortSignal.timeout?.(ms);

/** The visit that a path is below: "/v/…", if it is. */
export const visitOf = (path) => path.match(/^\/v\/[\w-]+/)?.[0];

/** Whose token an address is asked with: on the start page, which is below no visit, the newest one's. */
const asked = (path) => visitOf(path) ?? recall("latchkey");
const tokenOf = (visit) => visit && recall(`latchkey${visit}`);
export const hasToken = (path) => Boolean(tokenOf(asked(path)));
export const drop = (path) => forget(`latchkey${asked(path)}`);

export const bears = () => html.dataset.carrier === "bearer";

export function carry(what) {
  html.dataset.carrier = what;
}

/** Keeps the token that an answer brings, if it does. */
function keep(answer, visit) {
  const token = answer.headers.get("Latchkey-Bearer");
  if (!token || !visit) return false;
  remember(`latchkey${visit}`, token);
  remember("latchkey", visit);
  return true;
}

let last = Promise.resolve();

/** Calls the server, one call after the other: a token that was replaced must never be used again. */
export function call(address, { patience = SLOW, ...options } = {}) {
  const { pathname } = new URL(address, location.href);
  const run = async () => {
    const visit = asked(pathname);
    // Before it is certain that this tab may use it, none goes out.
    const token = bears() && tokenOf(visit);
    const headers = { ...options.headers, "Latchkey-Script": "1", ...(token && { Authorization: `Bearer ${token}` }) };
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), patience);
    const answer = await fetch(address, { ...options, headers, signal: stop.signal });
    clearTimeout(late);
    setTimeout(() => stop.abort(), SENT);
    keep(answer, visit);
    return answer;
  };
  return (last = last.then(run, run));
}

const held = new Set();

/** A tab that was duplicated has a copy of what this one remembers, and two that use one bearer end the visit. The first tab holds a lock on
 * its visit for as long as its document lives; whether that is this one. */
export function alone(path) {
  const visit = asked(path);
  if (held.has(visit) || !navigator.locks) return Promise.resolve(true);
  return new Promise((tell) => {
    let late = false;
    const hold = () => {
      if (late) return undefined;
      held.add(visit);
      tell(true);
      return new Promise(() => {});
    };
    const locked = navigator.locks.request(`latchkey${visit}`, hold);
    setTimeout(() => tell(!(late = !held.has(visit))), PATIENCE);
    // Where locks are refused, so is storage: there is nothing that could have been copied.
    locked.catch((error) => tell(error.name === "SecurityError"));
  });
}

/** Asks what carries a visit, with the ticket for it: the answer, or none. */
async function ask(visit, ticket) {
  const earlier = tokenOf(recall("latchkey"));
  const body = new URLSearchParams({ ticket, ...(earlier && { earlier }) });
  const answer = await fetch(`${visit}/echo`, { method: "POST", body, signal: within(SLOW) });
  return answer.ok ? answer : null;
}

/** Whether it is a bearer that carries a visit. */
export async function echo(visit, ticket) {
  const answer = await ask(visit, ticket);
  return answer !== null && keep(answer, visit) && alone(visit);
}

/** Finds out what carries the session of the page that was loaded: "cookie", "bearer", or "resume" where this tab may have the right to a page
 * that the cookie did not open. */
export const decide = () => Promise.race([found(), new Promise((give) => setTimeout(give, DECIDED, "cookie"))]);

async function found() {
  const visit = visitOf(location.pathname);
  if (document.querySelector("main[data-resumes]")) {
    return hasToken(location.pathname) || recall(`latchkey?${visit}`) ? "resume" : "cookie";
  }
  if (typeof latchkeyEcho === "undefined") return "cookie";
  const { ticket, call: first } = latchkeyEcho;
  const answer = (await first) ?? (await ask(visit, ticket).catch(() => null));
  if (!answer?.ok) return "cookie";
  if (keep(answer, visit)) return alone(visit).then(() => "bearer");
  // The ticket buys nothing any more, but for a minute it tells which tab this is, should another's answer replace the cookie.
  remember(`latchkey?${visit}`, ticket);
  setTimeout(() => ask(visit, ticket).catch(() => {}), SETTLED);
  return "cookie";
}

/** Whether the ticket of a visit's first page let the browser's newest cookie in. It is tried once. */
export async function rebind(visit) {
  const ticket = visit && recall(`latchkey?${visit}`);
  forget(`latchkey?${visit}`);
  return Boolean(ticket && (await ask(visit, ticket).catch(() => null)));
}
