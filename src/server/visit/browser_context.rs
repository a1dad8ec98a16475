//! What a request says about its browser: the session cookie, the known-browser cookie, and the browser's name for the
//! list of active sessions.

use super::{Browser, BrowserKey};
use crate::server::audit::ClientInfo;

#[derive(Debug, Clone, Default)]
pub struct BrowserContext {
    /// The live browser session of its cookie.
    pub browser: Option<Browser>,
    /// The known-browser cookie (`NEW_BROWSER=ask`).
    pub key: Option<BrowserKey>,
    /// The prefix of its address, and its name, as in "Firefox on Windows".
    pub client: ClientInfo,
}

/// Browsers by a part of their `User-Agent`, the most specific first: most also claim to be Chrome and Safari.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// Returns a browser's name by its `User-Agent`. The name is always one of a fixed set.
pub fn browser_name(user_agent: &str) -> String {
    let find = |names: &[(&str, &'static str)]| {
        names.iter().find(|(part, _)| user_agent.contains(part)).map(|(_, name)| *name)
    };
    match (find(BROWSERS), find(SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Unknown browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser_name;

    #[test]
    fn a_browser_s_name_is_one_of_a_fixed_set() {
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                      Chrome/156.0.0.0 Safari/537.36";
        let safari = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                      Version/26.1 Safari/605.1.15";
        for (user_agent, name) in [
            (chrome.to_owned(), "Chrome on Windows"),
            (format!("{chrome} Edg/156.0.0.0"), "Edge on Windows"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0".into(), "Firefox on Linux"),
            (safari.into(), "Safari on macOS"),
            ("curl/8".into(), "Unknown browser"),
            ("<script>Windows".into(), "Windows"),
            (String::new(), "Unknown browser"),
        ] {
            assert_eq!(browser_name(&user_agent), name);
        }
    }
}
