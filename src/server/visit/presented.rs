//! What a browser shows of itself when a visit begins: its session's cookie, what it is known by, and its name for the list of sessions.

use super::{Browser, BrowserKey};
use crate::server::audit::ClientInfo;

#[derive(Debug, Clone, Default)]
pub struct BrowserContext {
    /// The live browser session that its cookie names.
    pub browser: Option<Browser>,
    /// What it is known by (`NEW_BROWSER=ask`).
    pub key: Option<BrowserKey>,
    /// Its address' prefix, and its name, as in "Firefox on Windows".
    pub client: ClientInfo,
}

/// Browsers by what their User-Agent holds, the more special first: most claim to be Chrome and Safari, too.
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

/// A browser's name by its `User-Agent`: one of a fixed set of words, whatever it claims.
pub fn browser_name(user_agent: &str) -> String {
    let find =
        |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, n)| *n);
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
    fn a_browser_is_named_in_words_of_ours() {
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
        for (user_agent, name) in [
            (chrome.to_owned(), "Chrome on Windows"),
            (format!("{chrome} Edg/156.0.0.0"), "Edge on Windows"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0".into(), "Firefox on Linux"),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15".into(),
                "Safari on macOS",
            ),
            ("curl/8".into(), "Unknown browser"),
            ("<script>Windows".into(), "Windows"),
            (String::new(), "Unknown browser"),
        ] {
            assert_eq!(browser_name(&user_agent), name);
        }
    }
}
