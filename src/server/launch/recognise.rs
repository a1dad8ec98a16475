//! Recognising a launch by its query: an accepted `referrer`, once, and an `auth_code`, once. The referrer is a hint, never a proof.

use super::Code;

pub enum Recognised {
    /// No accepted referrer: an ordinary visit to the page.
    NotALaunch,
    /// Meant as a launch, but not one that can be answered; what is wrong, for the log.
    Malformed(&'static str),
    Launch(Code),
}

/// Judges a raw query (without `?`).
pub fn recognise(query: Option<&str>, referrers: &[String]) -> Recognised {
    let pairs = || form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let all = |name: &'static str| pairs().filter(move |(n, _)| n == name).map(|(_, value)| value);
    if !all("referrer").any(|given| referrers.iter().any(|accepted| *accepted == given)) {
        return Recognised::NotALaunch;
    }
    if all("referrer").nth(1).is_some() {
        return Recognised::Malformed("referrer more than once");
    }
    let mut codes = all("auth_code");
    match (codes.next(), codes.next()) {
        (None, _) => Recognised::Malformed("no auth_code"),
        (Some(_), Some(_)) => Recognised::Malformed("auth_code more than once"),
        (Some(code), None) => {
            Code::parse(&code).map_or(Recognised::Malformed("auth_code is not a code"), Recognised::Launch)
        }
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn judged(query: &str) -> String {
        match recognise(Some(query), &["propertysolutions".into(), "entrata".into()]) {
            Recognised::NotALaunch => "no".into(),
            Recognised::Malformed(_) => "malformed".into(),
            Recognised::Launch(code) => code.secret().expose_secret().to_owned(),
        }
    }

    #[test]
    fn a_launch_has_one_accepted_referrer_and_one_code() {
        assert_eq!(
            judged("referrer=propertysolutions&auth_code=aKXbU6aPdDB6TlqLYygl5CWy4A=="),
            "aKXbU6aPdDB6TlqLYygl5CWy4A=="
        );
        assert_eq!(judged("x=1&auth_code=a+b%2Bc%2F&referrer=entrata"), "a+b+c/");
        for no in
            ["", "auth_code=a", "referrer=other&auth_code=a", "referrer=&auth_code=a", "Referrer=entrata&auth_code=a"]
        {
            assert_eq!(judged(no), "no", "{no}");
        }
        for bad in [
            "referrer=entrata",
            "referrer=entrata&auth_code=",
            "referrer=entrata&auth_code=a&auth_code=a",
            "referrer=entrata&referrer=entrata&auth_code=a",
            "referrer=entrata&referrer=other&auth_code=a",
            "referrer=entrata&auth_code=%FF",
            "referrer=entrata&auth_code=%00",
            "referrer=entrata&auth_code=%C3%A9",
        ] {
            assert_eq!(judged(bad), "malformed", "{bad}");
        }
    }
}
