//! All that is shipped to the browser. Islands make a page nicer; every page works without them.
