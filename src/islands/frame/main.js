// The frame's script: plain, small, needed by nobody whose browser brings its cookie back. Where none comes back, it carries the session
// by a bearer, and links and forms go through it. It also keeps what is typed, and tells the parent the page's height when asked.
import { decide } from "./carrier.js";
import { keepDrafts } from "./drafts.js";
import { mindManners } from "./manners.js";
import { takeOver } from "./navigation.js";

mindManners();
if (self.origin !== "null") {
  keepDrafts();
  takeOver(decide());
}
