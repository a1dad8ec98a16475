//! A company's subdomain: one DNS label, in lower case. Nothing else is accepted, because addresses are built from it.

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subdomain(String);

impl Subdomain {
    /// Accepts 1 to 63 letters, digits and hyphens, no hyphen at either end (RFC 1035 §2.3.1, RFC 1123 §2.1). A label
    /// with the prefix of Punycode has to be valid Punycode.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=63).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-')
            && url::Host::parse(&format!("{text}.example")).is_ok();
        fits.then(|| Self(text.to_ascii_lowercase()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Subdomain;

    #[test]
    fn only_a_dns_label_is_accepted_and_it_is_lowercased() {
        assert_eq!(Subdomain::parse("Acme-Test-17402").unwrap().as_str(), "acme-test-17402");
        for text in
            ["xn--0", "xn--99999999", "", "-a", "a-", "a.b", "a/b", "a_b", "é", "a b", "a@b", "a\n", &"a".repeat(64)]
        {
            assert!(Subdomain::parse(text).is_none(), "{text:?}");
        }
    }
}
