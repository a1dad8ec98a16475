// Sends forms by script, so that the result replaces the current history entry and nothing is submitted twice. With a
// bearer token, links and history also go through script, and pages are swapped in. With a cookie, the browser does it.
import { dropDraft } from "./drafts.js";
import { pollWhileReading } from "./list_updates.js";
import { openInNewTab } from "./new_tab.js";
import { updateTitle } from "./page_setup.js";
import { swapPage } from "./page_swap.js";
import {
  hideConnectionError,
  hideProgress,
  parsePage,
  readPage,
  showConnectionError,
  showProgress,
  showsConnectionError,
} from "./progress.js";
import {
  adoptNewCookie,
  dropToken,
  findCredential,
  hasToken,
  lockVisit,
  probeForBearer,
  send,
  setCredential,
  usesBearer,
  visitOf,
} from "./session_credential.js";

/** Milliseconds until the object URL of a saved file is revoked. */
const FILE_URL_LIFETIME = 60_000;
/** Milliseconds that a download may take to start: the server may have to read its list first. */
const DOWNLOAD_TIMEOUT = 75_000;
/** Milliseconds after a key press before the search is sent. */
const TYPING_DELAY = 120;
/** The path may have a query that gives the reason: "/login?gone". */
const SIGNED_OUT = /^\/login(\?|$)/;
/** The parts of a list page that a search replaces: the list, and the links that repeat its search words. */
const SEARCH_PARTS = [
  "[data-part=count]",
  "[data-part=standing]",
  "[data-part=list]",
  ".downloads",
  ".refresh",
  "main .lead",
];
/** The parts of a page that are replaced while its list loads. */
const LOADING_PARTS = [
  "[data-part=whole]",
  "[data-part=count]",
  "[data-part=standing]",
  "[data-part=age]",
  "[data-part=list]",
  "[data-part=activity]",
  ".downloads",
];

/** Whether the session credential is known. */
let decided = false;
/** Resolves when it is. */
let decision;
/** Identifies the newest search; an older one must not change the page. */
let latestSearch;
/** Counts navigations; an older one must not change the page. */
let latestTurn = 0;
/** Path and query of the page that is shown. */
let shownAddress = location.pathname + location.search;

export async function interceptNavigation() {
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("input", onInput);
  addEventListener("popstate", onPopState);
  decision = findCredential().then((found) => {
    setCredential(found === "resume" && hasToken(location.pathname) ? "bearer" : found.replace("resume", "cookie"));
    decided = true;
    if (usesBearer()) history.scrollRestoration = "manual";
    return found;
  });
  if ((await decision) === "resume") await resume();
  pollWhileReading(update);
}

/** Tries to open a page that the cookie did not open with what this tab has stored. Meanwhile the login page is
 * hidden. */
async function resume() {
  const { pathname: path } = location;
  document.documentElement.dataset.resuming = "";
  if (!usesBearer()) {
    if (await adoptNewCookie(visitOf(path))) return location.reload();
  } else if (await lockVisit(path)) {
    await goTo(location.href, { entry: "replace" });
  } else {
    dropToken(path);
  }
  delete document.documentElement.dataset.resuming;
  if (!hasToken(path)) setCredential("cookie");
}

const isPlainClick = (event) =>
  !(event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
const staysInFrame = (element, address) =>
  address.origin === location.origin && ["", "_self"].includes(element.target);

/** Waits until the credential is known and marks the page as busy meanwhile. */
async function credentialKnown() {
  const main = document.querySelector("main");
  main.setAttribute("aria-busy", "true");
  await decision;
  main.removeAttribute("aria-busy");
}

async function onClick(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || !isPlainClick(event) || (decided && !usesBearer())) return;
  const address = new URL(link.href);
  const isShown = address.pathname + address.search === shownAddress;
  if (!staysInFrame(link, address) || (isShown && address.hash)) return;
  event.preventDefault();
  await credentialKnown();
  if (!usesBearer()) location.assign(address);
  else if ("download" in link.dataset) await download(link);
  else await goTo(address, { entry: isShown ? "replace" : "push" });
}

async function onSubmit(event) {
  const { target: form, submitter } = event;
  const address = new URL(form.action, location.href);
  if (event.defaultPrevented) return;
  if (form.target === "_blank") return openInNewTab(event, form, reloadPage);
  const [posts, searches] = [form.method === "post", form.matches("[data-live]")];
  if (!staysInFrame(form, address) || (!posts && decided && !usesBearer() && !searches)) return;
  event.preventDefault();
  if (searches) return search(form);
  if (form.hasAttribute("aria-busy")) return;
  form.setAttribute("aria-busy", "true");
  const fields = new URLSearchParams(new FormData(form, submitter));
  await credentialKnown();
  if (posts) {
    await goTo(address, { entry: "replace", method: "POST", body: fields });
  } else if (usesBearer()) {
    address.search = fields;
    await goTo(address, { entry: "push" });
  } else {
    form.submit();
  }
  form.removeAttribute("aria-busy");
}

function onPopState(event) {
  if (location.pathname + location.search === shownAddress) latestTurn++;
  else if (usesBearer()) goTo(location.href, { entry: "stay", scroll: event.state?.scroll ?? 0 });
  else location.reload();
}

/** Requests a page and shows it. `entry` says what happens to the history: "push", "replace", or "stay" if the browser
 * has moved already. */
async function goTo(address, { entry, scroll = 0, ...options }) {
  const turn = ++latestTurn;
  const main = document.querySelector("main");
  const { pathname: path } = new URL(address, location.href);
  main.setAttribute("aria-busy", "true");
  try {
    const response = await send(address, options);
    const to = response.headers.get("Latchkey-To");
    // The visit itself was signed out. After signing out another visit, the redirect leads back to the list.
    if (SIGNED_OUT.test(to)) dropToken(path);
    if (to && options.method === "POST") dropDraft(path);
    if (to) return turn === latestTurn ? await redirect(to, response.headers.get("Latchkey-Ticket")) : undefined;
    const page = parsePage(await readPage(response, (line) => turn === latestTurn && showProgress(main, line)));
    if (turn !== latestTurn) return;
    if (page.querySelector("main[data-resumes]")) {
      // A tab that was launched at the same moment replaced the cookie. This tab's ticket may open the visit to it.
      if (!usesBearer() && (await adoptNewCookie(visitOf(path)))) {
        return await goTo(address, { entry, scroll, ...options });
      }
      if (options.method !== "POST") dropToken(path);
    }
    swapPage(page, response, { address, entry, scroll });
    shownAddress = location.pathname + location.search;
    pollWhileReading(update);
  } catch {
    if (turn === latestTurn) showConnectionError(main);
  } finally {
    main.removeAttribute("aria-busy");
    hideProgress(main);
  }
}

const reloadPage = () => goTo(shownAddress, { entry: "replace" });

/** Requests the current page again and replaces the parts that changed while its list loaded. Typing and navigation are
 * not interrupted. */
async function update() {
  const [turn, searched, address] = [latestTurn, latestSearch, shownAddress];
  const response = await send(address);
  // The server is busy or restarting: keep the page and poll again.
  if (response.status === 429 || response.status >= 500) return;
  const page = parsePage(await response.text());
  if (turn !== latestTurn || searched !== latestSearch || address !== shownAddress) return;
  // The session is over, and the next click will say so. The response is not for this page: stop polling.
  if (pageName(page) !== pageName(document)) {
    return document.querySelectorAll("[data-reading]").forEach((mark) => mark.removeAttribute("data-reading"));
  }
  for (const part of LOADING_PARTS) {
    const [current, next] = [document.querySelector(part), page.querySelector(part)];
    if (current && next && current.innerHTML !== next.innerHTML) replaceContent(current, next);
  }
  updateTitle();
}

/** Replaces an element's content and keeps the focus on the same link or button. While text in it is selected, the
 * content is left as it is until the next poll. */
function replaceContent(current, next) {
  const selection = getSelection();
  if (!selection.isCollapsed && current.contains(selection.anchorNode)) return;
  const focused = current.contains(document.activeElement) ? document.activeElement.outerHTML : null;
  current.replaceChildren(...next.childNodes);
  if (!focused) return;
  const same = [...current.querySelectorAll("a, button")].find(({ outerHTML }) => outerHTML === focused);
  same?.focus({ preventScroll: true });
}

const pageName = (document) => document.querySelector("main").dataset.page;

function onInput({ target }) {
  const form = target.form?.closest("[data-live]");
  if (form) search(form);
}

/** Replaces the list with the results of its search form, without interrupting typing. */
async function search(form) {
  const [current, turn] = [(latestSearch = {}), latestTurn];
  await new Promise((resolve) => setTimeout(resolve, TYPING_DELAY));
  if (current !== latestSearch) return;
  await credentialKnown();
  const address = new URL(form.action, location.href);
  address.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  try {
    const response = await send(address);
    const page = parsePage(await response.text());
    // Navigation has started meanwhile, maybe by Back: do not change its history entry.
    if (current !== latestSearch || turn !== latestTurn || !form.isConnected) return;
    // Not the list's page: the session is over, or the list may no longer be seen.
    if (pageName(page) !== pageName(document)) return void (await goTo(address, { entry: "replace" }));
    for (const part of SEARCH_PARTS) {
      document.querySelector(part)?.replaceChildren(...(page.querySelector(part)?.childNodes ?? []));
    }
    hideConnectionError();
    history.replaceState(history.state, "", address);
    shownAddress = address.pathname + address.search;
    pollWhileReading(update);
  } catch {
    // Shown once: showing it again would take the focus from the search field.
    if (!showsConnectionError()) showConnectionError();
  }
}

async function redirect(to, ticket) {
  const visit = visitOf(to);
  if (ticket && (await probeForBearer(visit, ticket))) {
    setCredential("bearer");
    history.scrollRestoration = "manual";
  }
  if (visit && usesBearer()) return goTo(to, { entry: "replace" });
  location.replace(to);
  // The document is being left: keep its forms busy, so that nothing more is sent.
  return new Promise(() => {});
}

/** Requests a file with the bearer token and saves it. */
async function download(link) {
  try {
    const response = await send(link.href, { timeout: DOWNLOAD_TIMEOUT });
    if (!response.ok) return await goTo(link.href, { entry: "stay" });
    // There is no file. The page that the redirect leads to gives the reason.
    const to = response.headers.get("Latchkey-To");
    if (to) return await goTo(to, { entry: "push" });
    const disposition = response.headers.get("Content-Disposition");
    const [, name, encoded] = disposition?.match(/filename="([^"]+)"(?:; filename\*=UTF-8''(.+))?/) ?? [];
    const href = URL.createObjectURL(await response.blob());
    const file = { href, download: encoded ? decodeURIComponent(encoded) : (name ?? "") };
    Object.assign(document.createElement("a"), file).click();
    setTimeout(() => URL.revokeObjectURL(href), FILE_URL_LIFETIME);
  } catch {
    showConnectionError();
  }
}
