// Sorting a list loads a new page. If the list was sorted by keyboard, focus returns to the same column header.
import { forget, recall, remember } from "./tab_storage.js";

const NAME = "latchkey.sort-column";

export function rememberSortFocus() {
  document.addEventListener("click", ({ target, detail }) => {
    const header = target.closest?.("thead th");
    // `detail` counts mouse clicks; it is 0 for the keyboard.
    if (header && detail === 0) remember(NAME, String(header.cellIndex));
    else forget(NAME);
  });
  restoreSortFocus();
}

/** Focuses the remembered column header and returns whether there was one. Does nothing in a frame without focus. */
export function restoreSortFocus() {
  const column = recall(NAME);
  forget(NAME);
  if (!column || !document.hasFocus()) return false;
  const link = document.querySelector(`thead th:nth-child(${Number(column) + 1}) a`);
  link?.focus();
  return Boolean(link);
}
