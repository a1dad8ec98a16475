// What the page shows while the next one loads: the progress lines of a page sent in parts, and a connection error.

export const parsePage = (html) => new DOMParser().parseFromString(html, "text/html");

/** Reads a whole response body. For a page sent in parts, calls `onStep` with the text of each progress line. */
export async function readPage(response, onStep) {
  const [reader, decoder] = [response.body.getReader(), new TextDecoder()];
  for (let [text, from] = ["", 0]; ; ) {
    const { done, value } = await reader.read();
    text += decoder.decode(value, { stream: !done });
    if (done) return text;
    const step = text.lastIndexOf("<p data-step");
    if (step > from && text.includes("</p>", step)) {
      onStep(parsePage(text.slice(step)).querySelector("p").textContent);
      from = step;
    }
  }
}

/** Shows the latest progress line on the current page. */
export function showProgress(main, line) {
  const shown = main.querySelector(":scope > .now p");
  if (shown) return void (shown.textContent = line);
  const block = document.createElement("div");
  Object.assign(block, { className: "progress now", role: "status" });
  block.append(Object.assign(document.createElement("p"), { textContent: line }));
  main.prepend(block);
}

export function hideProgress(main) {
  main.querySelector(":scope > .now")?.remove();
}

export const showsConnectionError = () => Boolean(document.querySelector("[data-unreachable]"));

export function hideConnectionError() {
  document.querySelector("[data-unreachable]")?.remove();
}

/** Shows the connection error at the top of the page, or focuses the one already there. */
export function showConnectionError(main = document.querySelector("main")) {
  const shown = main.querySelector("[data-unreachable]");
  if (shown) return shown.focus();
  const message = Object.assign(document.createElement("div"), { className: "message problem", tabIndex: -1 });
  message.textContent = "We can’t reach Latchkey right now. Nothing was lost. Try again in a moment.";
  message.setAttribute("role", "alert");
  message.dataset.unreachable = "";
  // Not inside the progress block, which is removed when the request fails.
  main.querySelector(":scope > :not(.now)").prepend(message);
  scrollTo(0, 0);
}
