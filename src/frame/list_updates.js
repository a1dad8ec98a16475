// Polls while a page shows a list that the server reads in the background (`data-reading`). Polling ends when the
// reading succeeds or fails, and after MAX_POLLS, so that no page says for hours that a list is loading.

/** Milliseconds; each wait is STEP longer than the one before. */
const FIRST_WAIT = 2_000;
const STEP = 500;
/** Below the ten seconds before the server reads a failed list again (`records/mod.rs`): polling starts no new read. */
const MAX_WAIT = 5_000;
/** About ten minutes. After that, the page's own link checks again. */
const MAX_POLLS = 120;

let timer;

/** Calls `poll` repeatedly for as long as the page shows a list that is being read. */
export function pollWhileReading(poll, polls = 0) {
  clearTimeout(timer);
  if (polls >= MAX_POLLS || !document.querySelector("main [data-reading]")) return;
  timer = setTimeout(async () => {
    // A hidden tab makes no requests, and its waits do not count.
    if (document.hidden) return pollWhileReading(poll, polls);
    await poll().catch(() => {});
    pollWhileReading(poll, polls + 1);
  }, Math.min(FIRST_WAIT + polls * STEP, MAX_WAIT));
}
