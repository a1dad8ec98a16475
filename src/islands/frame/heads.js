// A list that is sorted by keyboard comes as a page anew; whoever sorted it stays at the head that was pressed, to press it once more or to
// go on from there.
import { forget, recall, remember } from "./store.js";

const NAME = "latchkey.head";

export function keepHeads() {
  document.addEventListener("click", ({ target, detail }) => {
    const head = target.closest?.("thead th");
    // A click that no mouse made counts no presses.
    if (head && detail === 0) remember(NAME, String(head.cellIndex));
    else forget(NAME);
  });
  restoreHead();
}

/** Whether there is a head to stay at. A frame that has not the focus does not take it. */
export function restoreHead() {
  const at = recall(NAME);
  forget(NAME);
  if (!at || !document.hasFocus()) return false;
  const link = document.querySelector(`thead th:nth-child(${Number(at) + 1}) a`);
  link?.focus();
  return Boolean(link);
}
