// Shows a page that script requested in place of the current one: history, title, content, focus, scroll and islands.
import { restoreDrafts } from "./drafts.js";
import { setUpPage } from "./page_setup.js";
import { restoreSortFocus } from "./restore_focus.js";

const nonce = document.currentScript.nonce;

export function swapPage(page, response, { address, entry, scroll }) {
  const main = page.querySelector("main");
  const requested = new URL(address, location.href);
  // A page that names no address of its own keeps the one it was requested by.
  const { address: path = requested.pathname } = main.dataset;
  const to = path === requested.pathname ? path + requested.search : path;
  if (entry === "push") {
    history.replaceState({ scroll: scrollY }, "");
    history.pushState(null, "", to);
  } else if (entry === "replace") {
    history.replaceState(null, "", to);
  }
  document.title = page.title;
  for (const part of ["header.bar", "main"]) {
    document.querySelector(part).replaceWith(document.adoptNode(page.querySelector(part)));
  }
  setUpPage();
  restoreDrafts();
  scrollTo(0, scroll);
  moveFocus(main);
  hydrateIslands(main, page, response);
}

/** Focuses the first error, or else `<main>`, so that screen readers announce the page. Does nothing in a frame without
 * focus. */
function moveFocus(main) {
  if (!document.hasFocus() || restoreSortFocus()) return;
  const target = main.querySelector("[aria-invalid=true], [role=alert]") ?? main;
  if (target.matches("[role=alert]")) target.tabIndex = -1;
  target.focus({ preventScroll: target === main });
}

/** Hydrates islands with the loader of an earlier page, or else with the new page's own. Runs only scripts that carry
 * the nonce of the response that sent them. */
function hydrateIslands(main, page, response) {
  const islands = main.querySelectorAll("leptos-island");
  if (!islands.length) return;
  if (window.__hydrateIsland) {
    for (const island of islands) {
      Promise.resolve(window.__hydrateIsland(island, island.dataset.component)).catch(() => {});
    }
    return;
  }
  const trusted = response.headers.get("Content-Security-Policy")?.match(/'nonce-([^']+)'/)?.[1];
  for (const script of page.querySelectorAll("script[type=module]")) {
    if (!trusted || script.getAttribute("nonce") !== trusted) continue;
    const loader = document.createElement("script");
    Object.assign(loader, { type: "module", nonce, textContent: script.textContent });
    document.head.append(loader);
  }
}
