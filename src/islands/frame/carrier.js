// What carries the session: the cookie, or a bearer of one visit. The first page of a visit has called the server already (`latchkeyEcho`);
// its answer holds a token only where no cookie came back. Tokens are kept per visit, in this tab, and go out as `Authorization` only.
import { forget, recall, remember } from "./store.js";

const SLOW = 30_000;
const html = document.documentElement;

/** The visit that a path is below: "/v/…", if it is. */
export const visitOf = (path) => path.match(/^\/v\/[\w-]+/)?.[0];

const tokenOf = (visit) => recall(`latchkey${visit}`);

function hold(visit, token) {
  remember(`latchkey${visit}`, token);
  // The start page is below no visit: there it is the newest one's.
  remember("latchkey", visit);
}

export function drop(visit) {
  forget(`latchkey${visit}`);
}

/** Whose token an address is asked with. */
const asked = (path) => visitOf(path) ?? recall("latchkey");

export const hasToken = (path) => Boolean(tokenOf(asked(path)));
export const bears = () => html.dataset.carrier === "bearer";

export function carry(what) {
  html.dataset.carrier = what;
}

let last = Promise.resolve();

/** Calls the server, one call after the other: a token that was replaced must never be used again. */
export function call(address, options = {}) {
  const { pathname } = new URL(address, location.href);
  const run = async () => {
    const visit = asked(pathname);
    const token = visit && tokenOf(visit);
    const headers = { ...options.headers, "Latchkey-Script": "1", ...(token && { Authorization: `Bearer ${token}` }) };
    const answer = await fetch(address, { ...options, headers, signal: AbortSignal.timeout(SLOW) });
    keep(answer, visit);
    return answer;
  };
  return (last = last.then(run, run));
}

function keep(answer, visit) {
  const token = answer.headers.get("Latchkey-Bearer");
  if (token && visit) hold(visit, token);
  return Boolean(token);
}

/** Asks what carries a visit, with the ticket for it: whether it is a bearer. */
export async function echo(visit, ticket) {
  const answer = await fetch(`${visit}/echo`, { method: "POST", body: new URLSearchParams({ ticket }) });
  return keep(answer, visit);
}

/** Finds out what carries the session of the page that was loaded: "cookie", "bearer", or "resume" where a stored bearer is to be tried. */
export async function decide() {
  if (document.querySelector("main[data-resumes]")) return hasToken(location.pathname) ? "resume" : "cookie";
  if (typeof latchkeyEcho === "undefined") return "cookie";
  try {
    return keep(await latchkeyEcho, visitOf(location.pathname)) ? "bearer" : "cookie";
  } catch {
    return "cookie";
  }
}
