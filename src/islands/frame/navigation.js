// Links, forms and history where a bearer carries the session: pages are asked for by script and swapped in. With a cookie, everything is
// left to the browser, but for signing in without a launch: whether that cookie comes back has to be found out first.
import { bears, call, carry, drop, echo, hasToken, visitOf } from "./carrier.js";
import { swap } from "./swap.js";

let decided = false;

export async function takeOver(deciding) {
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  addEventListener("popstate", (event) => bears() && go(location.href, { entry: "stay", scroll: event.state?.scroll ?? 0 }));
  deciding = deciding.then((what) => {
    carry(what === "resume" ? "bearer" : what);
    return what;
  });
  waiting = deciding;
  const what = await deciding;
  decided = true;
  if (bears()) history.scrollRestoration = "manual";
  if (what === "resume") await resume();
}

let waiting;

/** A stored bearer is tried for the page that the cookie did not open. Until then the login page is out of sight. */
async function resume() {
  document.documentElement.dataset.resuming = "";
  await go(location.href, { entry: "replace" });
  delete document.documentElement.dataset.resuming;
  if (!hasToken(location.pathname)) carry("cookie");
}

const plain = (event) => !(event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
const own = (element, address) => address.origin === location.origin && ["", "_self"].includes(element.target);

async function onClick(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || !plain(event) || (decided && !bears())) return;
  const address = new URL(link.href);
  const here = address.pathname === location.pathname && address.search === location.search && address.hash;
  if (!own(link, address) || here) return;
  event.preventDefault();
  await waiting;
  if (!bears()) location.assign(address);
  else if ("download" in link.dataset) await save(link);
  else await go(address, { entry: "push" });
}

async function onSubmit(event) {
  const { target: form, submitter } = event;
  const address = new URL(form.action, location.href);
  if (event.defaultPrevented) return;
  if (form.target === "_blank") return ownTab(event, form);
  // A cookie of a tab of its own always comes back.
  const signsIn = address.pathname === "/sign-in" && self !== top;
  if ((decided && !bears() && !signsIn) || !own(form, address)) return;
  event.preventDefault();
  await waiting;
  const fields = new URLSearchParams(new FormData(form, submitter));
  if (!bears() && !signsIn) return form.submit();
  if (form.method === "get") {
    address.search = fields;
    return go(address, { entry: "push" });
  }
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  await go(address, { entry: "replace", method: "POST", body: fields });
  form.ariaBusy = null;
}

let newest = 0;

/** Asks for a page and shows it. `entry`: what becomes of the history: "push", "replace", or "stay" where the browser moved already. */
async function go(address, { entry, scroll = 0, ...options }) {
  const turn = ++newest;
  const main = document.querySelector("main");
  main.ariaBusy = "true";
  try {
    const answer = await call(address, options);
    const { pathname } = new URL(address, location.href);
    if (/\/sign-out(-everywhere)?$/.test(pathname) && visitOf(pathname) && answer.ok) ended(pathname, answer);
    const to = answer.headers.get("Latchkey-To");
    if (to) return await onward(to, answer.headers.get("Latchkey-Ticket"));
    const visit = visitOf(pathname);
    if (answer.status === 401 && visit && options.method !== "POST") drop(visit);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (turn === newest) swap(page, answer, { address, entry, scroll });
  } catch {
    if (turn === newest) unreachable(main);
  } finally {
    main.ariaBusy = null;
  }
}

/** Signing out of the visit itself, or of all, leaves nothing to bear; ending another one in the list does not concern this one. */
function ended(path, answer) {
  if (answer.headers.get("Latchkey-To") === "/login") drop(visitOf(path));
}

async function onward(to, ticket) {
  const visit = visitOf(to);
  if (ticket && (await echo(visit, ticket))) {
    carry("bearer");
    history.scrollRestoration = "manual";
  }
  if (visit && bears()) return go(to, { entry: "replace" });
  location.replace(to);
}

function unreachable(main) {
  const said = main.querySelector("[data-unreachable]");
  if (said) return said.focus();
  const message = Object.assign(document.createElement("div"), { className: "message problem", tabIndex: -1 });
  message.textContent = "Latchkey can’t be reached right now. Nothing was lost: try it again.";
  message.role = "alert";
  message.dataset.unreachable = "";
  main.firstElementChild.prepend(message);
  scrollTo(0, 0);
}

/** A file, asked for with the bearer, then handed to the browser. */
async function save(link) {
  const answer = await call(link.href);
  if (!answer.ok) return go(link.href, { entry: "stay" });
  const name = answer.headers.get("Content-Disposition")?.match(/filename="([^"]+)"/)?.[1] ?? "";
  const href = URL.createObjectURL(await answer.blob());
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), SAVED);
}

const SAVED = 60_000;

/** A tab of its own is the browser's to open; its ticket is good once, so a second press asks for the next one first. */
async function ownTab(event, form) {
  if (!form.dataset.used) return void (form.dataset.used = "true");
  event.preventDefault();
  const answer = await call(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(`form[action="${form.getAttribute("action")}"] [name=ticket]`);
  if (fresh) form.elements.ticket.value = fresh.value;
  form.submit();
}
