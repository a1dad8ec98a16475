// Forms go through script, so that their results take the place of the page they were on, and nothing is sent twice. Where a bearer carries
// the session, so do links and history, and pages are swapped in; with a cookie these are left to the browser.
import { alone, bears, call, carry, decide, drop, echo, hasToken, rebind, visitOf } from "./carrier.js";
import { dropDraft } from "./drafts.js";
import { takeTitle } from "./manners.js";
import { swap } from "./swap.js";
import { watchReading } from "./updates.js";

const SAVED = 60_000;
/** Milliseconds that a file may take to begin: its list may have to be read first. */
const FILE = 75_000;
/** Milliseconds that somebody who types is left alone. */
const TYPING = 120;
/** Also where the page says why: "/login?gone". */
const SIGNED_OUT = /^\/login(\?|$)/;
/** What of a list's page follows what is typed: the list, and whatever leads on from it with the same words. */
const FOLLOWS = ["[data-part=count]", "[data-part=standing]", "[data-part=list]", ".take-away", ".refresh", "main .lead"];
/** What of a page follows the reading of its list. */
const UPDATES = ["[data-part=whole]", "[data-part=count]", "[data-part=standing]", "[data-part=age]", "[data-part=list]", ".take-away"];

let decided = false;
let waiting;
/** The newest that was typed into a form which follows it. */
let typed;
/** The address of the page that is shown. */
let shown = location.pathname + location.search;

export async function takeOver() {
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("input", onInput);
  addEventListener("popstate", onMove);
  waiting = decide().then((what) => {
    carry(what === "resume" && hasToken(location.pathname) ? "bearer" : what.replace("resume", "cookie"));
    decided = true;
    if (bears()) history.scrollRestoration = "manual";
    return what;
  });
  if ((await waiting) === "resume") await resume();
  watchReading(update);
}

/** The page that the cookie did not open is tried by what this tab remembers. Until then the login page is out of sight. */
async function resume() {
  const { pathname: path } = location;
  document.documentElement.dataset.resuming = "";
  if (!bears()) {
    if (await rebind(visitOf(path))) return location.reload();
  } else if (await alone(path)) {
    await go(location.href, { entry: "replace" });
  } else {
    drop(path);
  }
  delete document.documentElement.dataset.resuming;
  if (!hasToken(path)) carry("cookie");
}

const plain = (event) => !(event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
const own = (element, address) => address.origin === location.origin && ["", "_self"].includes(element.target);

/** Until the carrier is found out, which is seen to take its time. */
async function certain() {
  const main = document.querySelector("main");
  main.setAttribute("aria-busy", "true");
  await waiting;
  main.removeAttribute("aria-busy");
}

async function onClick(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || !plain(event) || (decided && !bears())) return;
  const address = new URL(link.href);
  const here = address.pathname + address.search === shown;
  if (!own(link, address) || (here && address.hash)) return;
  event.preventDefault();
  await certain();
  if (!bears()) location.assign(address);
  else if ("download" in link.dataset) await save(link);
  else await go(address, { entry: here ? "replace" : "push" });
}

async function onSubmit(event) {
  const { target: form, submitter } = event;
  const address = new URL(form.action, location.href);
  if (event.defaultPrevented) return;
  if (form.target === "_blank") return ownTab(event, form);
  const posts = form.method === "post";
  if (!own(form, address) || (!posts && decided && !bears() && !form.matches("[data-live]"))) return;
  event.preventDefault();
  if (form.matches("[data-live]")) return follow(form);
  if (form.hasAttribute("aria-busy")) return;
  form.setAttribute("aria-busy", "true");
  const fields = new URLSearchParams(new FormData(form, submitter));
  await certain();
  if (posts) {
    await go(address, { entry: "replace", method: "POST", body: fields });
  } else if (bears()) {
    address.search = fields;
    await go(address, { entry: "push" });
  } else {
    form.submit();
  }
  form.removeAttribute("aria-busy");
}

let newest = 0;

function onMove(event) {
  if (location.pathname + location.search === shown) newest++;
  else if (bears()) go(location.href, { entry: "stay", scroll: event.state?.scroll ?? 0 });
  else location.reload();
}

/** Asks for a page and shows it. `entry`: what becomes of the history: "push", "replace", or "stay" where the browser moved already. */
async function go(address, { entry, scroll = 0, ...options }) {
  const turn = ++newest;
  const main = document.querySelector("main");
  const { pathname: path } = new URL(address, location.href);
  main.setAttribute("aria-busy", "true");
  try {
    const answer = await call(address, options);
    const to = answer.headers.get("Latchkey-To");
    // Signing out of the visit itself, or of all. Ending another one in the list leads back to the list.
    if (SIGNED_OUT.test(to)) drop(path);
    if (to && options.method === "POST") dropDraft(path);
    if (to) return turn === newest ? await onward(to, answer.headers.get("Latchkey-Ticket")) : undefined;
    const page = parse(await received(answer, (line) => turn === newest && onTheWay(main, line)));
    if (turn !== newest) return;
    if (page.querySelector("main[data-resumes]")) {
      // Tabs that started at once: the browser has another cookie by now, and this tab's ticket may let it in.
      if (!bears() && (await rebind(visitOf(path)))) return await go(address, { entry, scroll, ...options });
      if (options.method !== "POST") drop(path);
    }
    swap(page, answer, { address, entry, scroll });
    shown = location.pathname + location.search;
    watchReading(update);
  } catch {
    if (turn === newest) unreachable(main);
  } finally {
    main.removeAttribute("aria-busy");
    main.querySelector(":scope > .now")?.remove();
  }
}

/** Requests the current page again and replaces the parts that changed while its list loaded. Typing and navigation are not interrupted. */
async function update() {
  const [left, turn, address] = [newest, typed, shown];
  const answer = await call(address);
  // Busy, or restarting behind us: the page stays as it is, and asks again.
  if (answer.status === 429 || answer.status >= 500) return;
  const page = parse(await answer.text());
  if (left !== newest || turn !== typed || address !== shown) return;
  // The session is over. The next click says so; what is read by now is not for this page.
  if (named(page) !== named(document)) return document.querySelectorAll("[data-reading]").forEach((mark) => mark.removeAttribute("data-reading"));
  for (const part of UPDATES) {
    const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
    if (old && fresh && old.innerHTML !== fresh.innerHTML) renew(old, fresh);
  }
  takeTitle();
}

/** Replaces what an element holds. The focus stays at the same link or button; text that is being selected stays until the next time. */
function renew(old, fresh) {
  const selection = getSelection();
  if (!selection.isCollapsed && old.contains(selection.anchorNode)) return;
  const focused = old.contains(document.activeElement) ? document.activeElement.outerHTML : null;
  old.replaceChildren(...fresh.childNodes);
  if (focused) [...old.querySelectorAll("a, button")].find(({ outerHTML }) => outerHTML === focused)?.focus({ preventScroll: true });
}

const named = (document) => document.querySelector("main").dataset.page;
const parse = (html) => new DOMParser().parseFromString(html, "text/html");

/** The whole of an answer. Of one that is sent in parts, `tell` hears each step. */
async function received(answer, tell) {
  const [reader, decoder] = [answer.body.getReader(), new TextDecoder()];
  for (let [text, from] = ["", 0]; ; ) {
    const { done, value } = await reader.read();
    text += decoder.decode(value, { stream: !done });
    if (done) return text;
    const step = text.lastIndexOf("<p data-step");
    if (step > from && text.includes("</p>", step)) {
      tell(parse(text.slice(step)).querySelector("p").textContent);
      from = step;
    }
  }
}

/** Where the page that is left tells how far the next one is. */
function onTheWay(main, line) {
  const told = main.querySelector(":scope > .now p");
  if (told) return void (told.textContent = line);
  const block = Object.assign(document.createElement("div"), { className: "steps-on-the-way now", role: "status" });
  block.append(Object.assign(document.createElement("p"), { textContent: line }));
  main.prepend(block);
}

function onInput({ target }) {
  const form = target.form?.closest("[data-live]");
  if (form) follow(form);
}

/** The list of a form follows what stands in it, in place: whoever types goes on typing. */
async function follow(form) {
  const [turn, left] = [(typed = {}), newest];
  await new Promise((go) => setTimeout(go, TYPING));
  if (turn !== typed) return;
  await certain();
  const address = new URL(form.action, location.href);
  address.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  try {
    const answer = await call(address);
    const page = parse(await answer.text());
    // Another page is on its way by now, perhaps one that Back leads to: its place in the history is not this list's.
    if (turn !== typed || left !== newest || !form.isConnected) return;
    // Another page than the list's: the session is over, or nobody may see the list any more.
    if (named(page) !== named(document)) return void (await go(address, { entry: "replace" }));
    for (const part of FOLLOWS) document.querySelector(part)?.replaceChildren(...(page.querySelector(part)?.childNodes ?? []));
    document.querySelector("[data-unreachable]")?.remove();
    history.replaceState(history.state, "", address);
    shown = address.pathname + address.search;
    watchReading(update);
  } catch {
    // Told once: told again it would take the focus from the field.
    if (!document.querySelector("[data-unreachable]")) unreachable(document.querySelector("main"));
  }
}

async function onward(to, ticket) {
  const visit = visitOf(to);
  if (ticket && (await echo(visit, ticket))) {
    carry("bearer");
    history.scrollRestoration = "manual";
  }
  if (visit && bears()) return go(to, { entry: "replace" });
  location.replace(to);
  // Nothing is sent from this page any more.
  return new Promise(() => {});
}

function unreachable(main) {
  const said = main.querySelector("[data-unreachable]");
  if (said) return said.focus();
  const message = Object.assign(document.createElement("div"), { className: "message problem", tabIndex: -1 });
  message.textContent = "We can’t reach Latchkey right now. Nothing was lost. Try again in a moment.";
  message.setAttribute("role", "alert");
  message.dataset.unreachable = "";
  // Not into what tells how far the next page is: that goes when it does not come.
  main.querySelector(":scope > :not(.now)").prepend(message);
  scrollTo(0, 0);
}

/** A file, asked for with the bearer, then handed to the browser. */
async function save(link) {
  try {
    const answer = await call(link.href, { patience: FILE });
    if (!answer.ok) return await go(link.href, { entry: "stay" });
    // There is no file: the page that it leads to says why.
    const to = answer.headers.get("Latchkey-To");
    if (to) return await go(to, { entry: "push" });
    const named = answer.headers.get("Content-Disposition")?.match(/filename="([^"]+)"(?:; filename\*=UTF-8''(.+))?/) ?? [];
    const name = named[2] ? decodeURIComponent(named[2]) : (named[1] ?? "");
    const href = URL.createObjectURL(await answer.blob());
    Object.assign(document.createElement("a"), { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), SAVED);
  } catch {
    unreachable(document.querySelector("main"));
  }
}

/** A tab of its own is the browser's to open; its ticket is good once, so a second press asks for the next one first. */
async function ownTab(event, form) {
  if (!form.dataset.used) return void (form.dataset.used = "true");
  event.preventDefault();
  try {
    const answer = await call(location.href);
    const page = parse(await answer.text());
    const fresh = page.querySelector(`form[action="${form.getAttribute("action")}"] [name=ticket]`);
    if (fresh) form.elements.ticket.value = fresh.value;
    form.submit();
  } catch {
    unreachable(document.querySelector("main"));
  }
}
