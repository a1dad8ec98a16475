//! Recognizes a launch by its query: exactly one accepted `referrer` and exactly one `auth_code`. The referrer is a
//! hint, not proof.

use super::Code;

pub enum Recognized {
    /// No accepted referrer: an ordinary page request.
    NotALaunch,
    /// Meant as a launch, but without a usable code; what is wrong, for the log.
    Malformed(&'static str),
    Launch(Code),
}

/// Recognizes a launch in a raw query (without `?`).
pub fn recognize(query: Option<&str>, referrers: &[String]) -> Recognized {
    let pairs = || form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let all = |name: &'static str| pairs().filter(move |(n, _)| n == name).map(|(_, value)| value);
    if !all("referrer").any(|given| referrers.iter().any(|accepted| *accepted == given)) {
        return Recognized::NotALaunch;
    }
    if all("referrer").nth(1).is_some() {
        return Recognized::Malformed("referrer more than once");
    }
    let mut codes = all("auth_code");
    match (codes.next(), codes.next()) {
        (None, _) => Recognized::Malformed("no auth_code"),
        (Some(_), Some(_)) => Recognized::Malformed("auth_code more than once"),
        (Some(code), None) => {
            Code::parse(&code).map_or(Recognized::Malformed("auth_code is not a code"), Recognized::Launch)
        }
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn summary(query: &str) -> String {
        match recognize(Some(query), &["propertysolutions".into(), "entrata".into()]) {
            Recognized::NotALaunch => "no".into(),
            Recognized::Malformed(_) => "malformed".into(),
            Recognized::Launch(code) => code.secret().expose_secret().to_owned(),
        }
    }

    #[test]
    fn a_launch_has_one_accepted_referrer_and_one_code() {
        assert_eq!(
            summary("referrer=propertysolutions&auth_code=aKXbU6aPdDB6TlqLYygl5CWy4A=="),
            "aKXbU6aPdDB6TlqLYygl5CWy4A=="
        );
        assert_eq!(summary("x=1&auth_code=a+b%2Bc%2F&referrer=entrata"), "a+b+c/");
        for no in
            ["", "auth_code=a", "referrer=other&auth_code=a", "referrer=&auth_code=a", "Referrer=entrata&auth_code=a"]
        {
            assert_eq!(summary(no), "no", "{no}");
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
            assert_eq!(summary(bad), "malformed", "{bad}");
        }
    }
}
