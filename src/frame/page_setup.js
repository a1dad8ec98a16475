// What script adjusts on each page it shows, and the error page for a frame that can't work.

/** Called for the loaded page and for each page swapped in. */
export function setUpPage() {
  document.querySelector("main").shownAt = Date.now();
  // This button only makes sense inside a frame.
  if (self === top) document.querySelector(".new-tab")?.remove();
  // The page is complete. Remove the progress lines, so that assistive technology does not read them.
  document.querySelector("main > .progress")?.remove();
  updateTitle();
  const reload = document.querySelector("[data-again]");
  if (!reload) return;
  reload.hidden = false;
  reload.onclick = () => location.reload();
}

/** Takes the title from the content: a page sent in parts, or filled in later, sent its `<title>` without the name. */
export function updateTitle() {
  const title = document.querySelector("[data-title]")?.dataset.title;
  if (title) document.title = title;
}

/** Replaces the page's content. A frame with an opaque origin has no cookies or storage, and all its requests are
 * cross-origin. */
export function showSandboxError() {
  document.querySelector(".signed")?.remove();
  document.querySelector("header nav")?.remove();
  const main = document.querySelector("main");
  Object.assign(main.dataset, { page: "error", reason: "sandboxed" });
  main.className = "page page-error";
  const element = (tag, textContent, className = "") =>
    Object.assign(document.createElement(tag), { textContent, className });
  const content = element("div", "", "narrow");
  content.append(
    element("h1", "Latchkey can’t work in this frame"),
    element("p", "The page around it blocks sign-in. Open Latchkey from the App Store in Entrata instead.", "lead"),
    element("p", "For that page’s developer: the frame’s sandbox attribute needs allow-same-origin.", "aside"),
  );
  main.replaceChildren(content);
}
