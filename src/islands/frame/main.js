// The frame's script: plain and small. Where no cookie comes back, it carries the session by a bearer, and everything
// goes through it; where one does, only forms do, for the sake of Back. It also keeps what is typed, and tells the
// parent the page's height when asked. It is loaded as a classic script: it has to run where WebAssembly is blocked,
// and in a frame with an opaque origin, where browsers load no modules.
import { keepDrafts } from "./drafts.js";
import { keepHeads } from "./heads.js";
import { mindManners } from "./manners.js";
import { takeOver } from "./navigation.js";

mindManners();
if (self.origin !== "null") {
  keepDrafts();
  keepHeads();
  takeOver();
}
