// A page that shows a list while it is read in the background says so (`data-reading`). It asks again until the reading has ended, well or
// not, so that nobody is told for hours that a list is being read.

const FIRST = 2_000;
const MORE = 500;
/** Below the ten seconds in which the server does not read a failed list again (`REST` in records/mod.rs): an open page only looks. */
const LONGEST = 5_000;
/** Some ten minutes. After that there is the page's own link. */
const MOST = 120;

let timer;

/** Calls `ask` from time to time for as long as the page shows a list that is being read. */
export function watchReading(ask, asked = 0) {
  clearTimeout(timer);
  if (asked >= MOST || !document.querySelector("main [data-reading]")) return;
  timer = setTimeout(async () => {
    // Nobody sees a hidden tab, so it asks for nothing and uses nothing up.
    if (document.hidden) return watchReading(ask, asked);
    await ask().catch(() => {});
    watchReading(ask, asked + 1);
  }, Math.min(FIRST + asked * MORE, LONGEST));
}
