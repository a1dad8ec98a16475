// Shows a page that was asked for by script in place of the one that is there: history, title, content, focus, scroll, islands.
import { restoreDrafts } from "./drafts.js";
import { restoreHead } from "./heads.js";
import { dressUp } from "./manners.js";

const nonce = document.currentScript.nonce;

export function swap(page, answer, { address, entry, scroll }) {
  const fresh = page.querySelector("main");
  const asked = new URL(address, location.href);
  const { address: own = asked.pathname } = fresh.dataset;
  const to = own === asked.pathname ? own + asked.search : own;
  if (entry === "push") {
    history.replaceState({ scroll: scrollY }, "");
    history.pushState(null, "", to);
  } else if (entry === "replace") {
    history.replaceState(null, "", to);
  }
  document.title = page.title;
  for (const part of ["header.bar", "main"]) document.querySelector(part).replaceWith(document.adoptNode(page.querySelector(part)));
  dressUp();
  restoreDrafts();
  scrollTo(0, scroll);
  attend(fresh);
  wake(fresh, page, answer);
}

/** Where the page speaks to whoever hears it. A frame that has not the focus does not take it. */
function attend(main) {
  if (!document.hasFocus() || restoreHead()) return;
  const first = main.querySelector("[aria-invalid=true], [role=alert]") ?? main;
  if (first.matches("[role=alert]")) first.tabIndex = -1;
  first.focus({ preventScroll: first === main });
}

/** Islands come to life by the page's own loader, unless an earlier page's has them loaded. Only scripts that the page's own answer vouches
 * for by its nonce are run. */
function wake(main, page, answer) {
  const islands = main.querySelectorAll("leptos-island");
  if (!islands.length) return;
  if (window.__hydrateIsland) {
    for (const island of islands) Promise.resolve(window.__hydrateIsland(island, island.dataset.component)).catch(() => {});
    return;
  }
  const vouched = answer.headers.get("Content-Security-Policy")?.match(/'nonce-([^']+)'/)?.[1];
  for (const script of page.querySelectorAll("script[type=module]")) {
    if (!vouched || script.getAttribute("nonce") !== vouched) continue;
    const loader = Object.assign(document.createElement("script"), { type: "module", nonce, textContent: script.textContent });
    document.head.append(loader);
  }
}
