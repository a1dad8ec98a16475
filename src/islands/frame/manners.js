// Manners in somebody else's page: the height is told to the parent that asks for it, and to nobody else; where the frame can't work, the
// page says so; what only makes sense in a frame is not offered in a tab of its own.

export function mindManners() {
  addEventListener("message", ({ data, source, origin }) => {
    if (source === parent && parent !== self && data?.latchkey === "height") tellHeight(origin);
  });
  dressUp();
  if (self.origin === "null") sandboxed();
}

let telling;

function tellHeight(origin) {
  telling?.disconnect();
  let told = 0;
  const tell = () => {
    const height = Math.ceil(document.querySelector("main").getBoundingClientRect().bottom + scrollY);
    if (height !== told) parent.postMessage({ latchkey: "height", height: (told = height) }, origin);
  };
  telling = new ResizeObserver(tell);
  telling.observe(document.body);
  tell();
}

/** A page that is sent in parts, or filled in later, has sent its title before it knows the name. */
export function takeTitle() {
  const title = document.querySelector("[data-title]")?.dataset.title;
  if (title) document.title = title;
}

/** What script does for a page that was just shown. */
export function dressUp() {
  if (self === top) document.querySelector(".own-tab")?.remove();
  // The page is whole by now: what led to it is not in the way of what will be said.
  document.querySelector("main > .steps-on-the-way")?.remove();
  takeTitle();
  const again = document.querySelector("[data-again]");
  if (!again) return;
  again.hidden = false;
  again.onclick = () => location.reload();
}

/** A frame with an opaque origin has neither cookie nor storage, and its own calls are a stranger's. */
function sandboxed() {
  document.querySelector(".signed")?.remove();
  document.querySelector("header nav")?.remove();
  const main = document.querySelector("main");
  Object.assign(main.dataset, { page: "error", reason: "sandboxed" });
  main.className = "page page-error";
  const say = (tag, text, className = "") => Object.assign(document.createElement(tag), { textContent: text, className });
  const narrow = say("div", "", "narrow");
  narrow.append(
    say("h1", "Latchkey can’t work in this frame"),
    say("p", "The page around it blocks sign-in. Open Latchkey from the App Store in Entrata instead.", "lead"),
    say("p", "For that page’s developer: the frame’s sandbox attribute needs allow-same-origin.", "aside"),
  );
  main.replaceChildren(narrow);
}
