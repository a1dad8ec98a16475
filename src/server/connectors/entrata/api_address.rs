//! Where a company's web services are.

use url::Url;

use super::Subdomain;
use crate::server::outbound::parse_address;

/// An address with `{subdomain}` in it, or without (one address for all companies).
#[derive(Clone, Debug)]
pub struct ApiAddress(String);

impl ApiAddress {
    /// # Errors
    /// When the address, with a subdomain in it, is none that the server may call.
    pub fn parse(value: &str) -> Result<Self, String> {
        let api = Self(value.trim_end_matches('/').to_owned());
        if api.0.replace("{subdomain}", "").contains(['{', '}']) {
            return Err("must not contain braces other than {subdomain}".into());
        }
        api.with("example").map(|_| api)
    }

    /// Returns the base address of one company's web services.
    ///
    /// # Errors
    /// When the address, with this subdomain in it, is none that the server may call.
    pub fn of(&self, subdomain: &Subdomain) -> Result<Url, String> {
        self.with(subdomain.as_str())
    }

    fn with(&self, label: &str) -> Result<Url, String> {
        parse_address(&self.0.replace("{subdomain}", label))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn host(text: &str) -> Option<String> {
        let subdomain = Subdomain::parse(text)?;
        let api = ApiAddress::parse("https://{subdomain}.entrata.com/api/v1").unwrap();
        let url = api.of(&subdomain).unwrap();
        assert_eq!(
            (url.scheme(), url.path(), url.port(), url.username(), url.query()),
            ("https", "/api/v1", None, "", None)
        );
        assert_eq!(url.host_str(), Some(format!("{}.entrata.com", subdomain.as_str()).as_str()), "{text:?}");
        url.host_str().map(str::to_owned)
    }

    proptest! {
        #[test]
        fn t12_any_subdomain_text_is_refused_or_makes_exactly_that_label_s_address(text in "\\PC{0,80}") {
            host(&text);
        }

        #[test]
        fn t12_text_that_is_nearly_a_label_is_refused_or_makes_exactly_that_label_s_address(
            text in "[a-zA-Z0-9.@:/?#%_ \\\\-]{0,70}",
        ) {
            if let Some(host) = host(&text) {
                prop_assert_eq!(host, format!("{}.entrata.com", text.to_ascii_lowercase()));
            }
        }
    }

    #[test]
    fn a_mistyped_placeholder_for_the_subdomain_is_refused_at_the_start() {
        for wrong in [
            "https://{sub_domain}.entrata.com/api/v1",
            "https://{subdomain.entrata.com",
            "https://x.example/{subdomain}/{x}",
        ] {
            assert!(ApiAddress::parse(wrong).is_err(), "{wrong}");
        }
        assert!(ApiAddress::parse("http://127.0.0.1:4000/{subdomain}/api/v1").is_ok());
    }

    #[test]
    fn labels_make_their_addresses() {
        assert_eq!(host("Acme-Test-17402").as_deref(), Some("acme-test-17402.entrata.com"));
        assert_eq!(host("xn--80ak6aa92e").as_deref(), Some("xn--80ak6aa92e.entrata.com"));
        assert_eq!(host("evil.example/#"), None);
    }
}
