// Waits for a consent page in another tab. After a form with `data-connects` has opened it, the page's connections are
// polled until they change, for as long as the consent may take.

/** Milliseconds between two polls. */
const WAIT = 3_000;
/** Milliseconds after which the server forgets the consent. */
const MAX_WAIT = 600_000;

let timer;

/** Polls the address in `data-poll` of the connections page until its revision is not the page's any more, then calls
 * `show`. `request` sends a request with the session credential. */
export function waitForConnection(request, show) {
  const end = Date.now() + MAX_WAIT;
  const poll = async () => {
    const connections = document.querySelector("main [data-revision]");
    // Another page is shown, or it is too late.
    if (!connections || Date.now() > end) return;
    const { revision, poll: address } = connections.dataset;
    const current = document.hidden ? revision : await readRevision(request, address);
    if (current && current !== revision) return show();
    wait(poll);
  };
  const hint = document.querySelector("main [data-waiting]");
  if (hint) hint.hidden = false;
  wait(poll);
}

function wait(poll) {
  clearTimeout(timer);
  timer = setTimeout(poll, WAIT);
}

/** Returns the revision of the connections, or undefined if the server did not say. */
async function readRevision(request, address) {
  const response = await request(address).catch(() => undefined);
  return response?.ok ? response.json().then(({ revision }) => revision, () => undefined) : undefined;
}
