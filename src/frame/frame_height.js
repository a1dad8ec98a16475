// Reports the height of the page to the parent page that asks for it, and to no other window.

export function reportFrameHeight() {
  addEventListener("message", ({ data, source, origin }) => {
    if (source === parent && parent !== self && data?.latchkey === "height") startReporting(origin);
  });
}

let observer;

/** Sends the height now and after each change. A new request replaces the one before. */
function startReporting(origin) {
  observer?.disconnect();
  let reported = 0;
  const report = () => {
    const height = Math.ceil(document.querySelector("main").getBoundingClientRect().bottom + scrollY);
    if (height !== reported) parent.postMessage({ latchkey: "height", height: (reported = height) }, origin);
  };
  observer = new ResizeObserver(report);
  observer.observe(document.body);
  report();
}
