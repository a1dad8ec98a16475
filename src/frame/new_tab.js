// Forms that open a new tab: the page's button that opens the visit there, and the consent pages of other systems.
import { waitForConnection } from "./connection_updates.js";
import { parsePage, showConnectionError } from "./progress.js";
import { send } from "./session_credential.js";

/** Milliseconds after which a page's tickets are too old for a slow click: the server accepts them for ten minutes. */
const TICKET_LIFETIME = 540_000;

/** Leaves opening the tab to the browser. The form's ticket works once, so a second click first requests a new one.
 * `reload` shows the page again, after a consent has changed it. */
export async function openInNewTab(event, form, reload) {
  if ("connects" in form.dataset) waitForConnection(send, reload);
  const isOld = Date.now() - document.querySelector("main").shownAt > TICKET_LIFETIME;
  if (!form.dataset.used && !isOld) return void (form.dataset.used = "true");
  event.preventDefault();
  try {
    const response = await send(location.href);
    const page = parsePage(await response.text());
    const ticket = page.querySelector(`form[action="${form.getAttribute("action")}"] [name=ticket]`);
    if (ticket) form.elements.ticket.value = ticket.value;
    form.submit();
  } catch {
    showConnectionError();
  }
}
