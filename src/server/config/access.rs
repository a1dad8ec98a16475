//! Who may frame the app, and who may register and sign in.

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
    /// A pending visit may register.
    Open,
    /// Accounts are created on the command line only.
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewBrowser {
    /// A linked identity may sign in from any browser.
    Allow,
    /// In a new browser, a linked identity has to enter the account's password once.
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

/// Accepts the sources of CSP Level 3's `frame-ancestors`: `'none'`, or host sources without a path, scheme sources and
/// `'self'`; nothing that could end the directive. Refuses sources that browsers would ignore, because the only symptom
/// would be an empty frame.
fn sources(value: &str) -> Result<String, String> {
    let host_fits = |host: &str| {
        let (host, port) = match host.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port),
            _ => (host, "*"),
        };
        let plain = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let ipv6 = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        (port == "*" || port.parse::<u16>().is_ok())
            && match ipv6 {
                Some(ipv6) => ipv6.parse::<std::net::Ipv6Addr>().is_ok(),
                None => host.strip_prefix("*.").unwrap_or(host).split('.').all(plain),
            }
    };
    let fits = |source: &str| match source.split_once("://") {
        Some((scheme, host)) => matches!(scheme, "https" | "http") && host_fits(host),
        None => matches!(source, "'self'" | "https:") || host_fits(source),
    };
    let all: Vec<&str> = value.split_ascii_whitespace().collect();
    if all == ["'none'"] || all.iter().all(|s| fits(s)) {
        Ok(all.join(" "))
    } else {
        Err("must be space-separated CSP sources, such as https://*.entrata.com".into())
    }
}

#[cfg(test)]
mod tests {
    use super::sources;

    #[test]
    fn sources_are_accepted_unless_browsers_would_ignore_them() {
        for good in [
            "https://*.entrata.com",
            "*.entrata.com https://staff.example:8443 'self'",
            "http://127.0.0.1:4000 http://localhost:*",
            "http://[::1]:4000 http://[::1]",
            "https:",
            "'none'",
        ] {
            assert_eq!(sources(good).as_deref(), Ok(good));
        }
        for wrong in [
            "https://acme.*.com",
            "https://a*b.example",
            "https://*",
            "https://*.",
            "https://.example",
            "https://a..example",
            "https://a.example/path",
            "https://a.example:x",
            "https://a.example:",
            "ftp://a.example",
            "'none' https://a.example",
            "'unsafe-inline'",
            "https://a.example; script-src",
            "https://[x]",
        ] {
            assert!(sources(wrong).is_err(), "{wrong}");
        }
    }
}
