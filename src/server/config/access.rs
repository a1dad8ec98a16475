//! Who may frame the app, and who may come in.

use super::reader::Reader;

#[derive(Clone, Debug)]
pub struct Access {
    /// `FRAME_ANCESTORS`, default `https://*.entrata.com`: space-separated CSP sources.
    pub frame_ancestors: String,
    /// `REGISTRATION`, default `open`.
    pub registration: Registration,
    /// `NEW_BROWSER`, default `allow`.
    pub new_browser: NewBrowser,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// A held visit may register.
    Open,
    /// Accounts come from the command line only.
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewBrowser {
    /// A linked id is let in from any browser.
    Allow,
    /// A linked id in a browser not seen before gives the password once.
    Ask,
}

impl Access {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let frame_ancestors = reader.or("FRAME_ANCESTORS", "https://*.entrata.com", sources);
        let registration = reader.or("REGISTRATION", "open", |v| match v {
            "open" => Ok(Registration::Open),
            "closed" => Ok(Registration::Closed),
            _ => Err("must be open or closed".into()),
        });
        let new_browser = reader.or("NEW_BROWSER", "allow", |v| match v {
            "allow" => Ok(NewBrowser::Allow),
            "ask" => Ok(NewBrowser::Ask),
            _ => Err("must be allow or ask".into()),
        });
        Some(Self { frame_ancestors: frame_ancestors?, registration: registration?, new_browser: new_browser? })
    }
}

/// Takes what CSP Level 3 (`frame-ancestors`, host-source, scheme-source) can say, and nothing that could end the directive.
fn sources(value: &str) -> Result<String, String> {
    let fits = |source: &str| {
        matches!(source, "'self'" | "'none'" | "https:")
            || source.split_once("://").is_some_and(|(scheme, host)| {
                let host = host.strip_prefix("*.").unwrap_or(host);
                matches!(scheme, "https" | "http")
                    && host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')
                    && host.chars().all(|c| c.is_ascii_alphanumeric() || "-.:[]*".contains(c))
            })
    };
    let all: Vec<&str> = value.split_ascii_whitespace().collect();
    if all.iter().all(|s| fits(s)) {
        Ok(all.join(" "))
    } else {
        Err("must be space-separated CSP sources, such as https://*.entrata.com".into())
    }
}
