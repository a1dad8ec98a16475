// Entry point of the frame script. Where the browser keeps no cookie in the frame, the script carries the session with
// a bearer token, and all navigation goes through it. With a cookie, only forms do, so that Back works as usual.
// The script also keeps drafts and reports the page height to the parent when asked.
//
// It is loaded as a classic script: it must run where WebAssembly is blocked, and in a frame with an opaque origin,
// where browsers load no modules.
import { keepDrafts } from "./drafts.js";
import { reportFrameHeight } from "./frame_height.js";
import { interceptNavigation } from "./navigation.js";
import { setUpPage, showSandboxError } from "./page_setup.js";
import { rememberSortFocus } from "./restore_focus.js";

reportFrameHeight();
setUpPage();
if (self.origin === "null") {
  showSandboxError();
} else {
  keepDrafts();
  rememberSortFocus();
  interceptNavigation();
}
