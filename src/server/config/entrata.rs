//! Entrata: who we are to it, and where it is.

use std::sync::Arc;

use secrecy::SecretString;
use url::Url;

use super::reader::Reader;
use crate::server::{
    connectors::entrata::{Casing, Format},
    outbound::parse_address,
};

#[derive(Clone, Debug)]
pub struct EntrataSettings {
    /// `ENTRATA_CLIENT_ID`, required.
    pub client_id: String,
    /// `ENTRATA_CLIENT_SECRET`, required. Shared, so that it is in memory once.
    pub client_secret: Arc<SecretString>,
    /// `ENTRATA_OAUTH_URL`, default `https://sync.entrata.com/api/oauth`. Its origin is the issuer of the identities.
    pub oauth_url: Url,
    /// `ENTRATA_API_URL`, default `https://{subdomain}.entrata.com/api/v1`.
    pub api: ApiAddress,
    /// `ENTRATA_API_FORMAT`, default `json`: what the web services are asked in, `json` or `xml`.
    pub format: Format,
    /// `ENTRATA_API_PARAMETERS`, default `propertyId`: how parameters are written, `propertyId` or `property_id`.
    pub casing: Casing,
    /// `ENTRATA_REFERRERS`, default `propertysolutions,entrata`: values of `referrer` that mark a launch.
    pub referrers: Vec<String>,
}

/// Where a company's web services are: an address with `{subdomain}` in its host, or without it (one host for all).
#[derive(Clone, Debug)]
pub struct ApiAddress(String);

impl EntrataSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let client_id = reader.required("ENTRATA_CLIENT_ID", |v| Ok(v.to_owned()));
        let client_secret = reader.required("ENTRATA_CLIENT_SECRET", |v| Ok(Arc::new(SecretString::from(v))));
        let oauth_url = read_oauth_url(reader);
        let api = reader.or("ENTRATA_API_URL", "https://{subdomain}.entrata.com/api/v1", ApiAddress::parse);
        let format = reader.or("ENTRATA_API_FORMAT", "json", |v| match v {
            "json" => Ok(Format::Json),
            "xml" => Ok(Format::Xml),
            _ => Err("must be json or xml".into()),
        });
        let casing = reader.or("ENTRATA_API_PARAMETERS", "propertyId", |v| match v {
            "propertyId" => Ok(Casing::Camel),
            "property_id" => Ok(Casing::Snake),
            _ => Err("must be propertyId or property_id".into()),
        });
        let referrers = reader.or("ENTRATA_REFERRERS", "propertysolutions,entrata", referrers);
        Some(Self {
            client_id: client_id?,
            client_secret: client_secret?,
            oauth_url: oauth_url?,
            api: api?,
            format: format?,
            casing: casing?,
            referrers: referrers?,
        })
    }

    /// What the user ids are unique under, together with the company's subdomain.
    pub fn issuer(&self) -> String {
        issuer(&self.oauth_url)
    }
}

pub(super) fn read_oauth_url(reader: &mut Reader<'_>) -> Option<Url> {
    reader.or("ENTRATA_OAUTH_URL", "https://sync.entrata.com/api/oauth", parse_address)
}

pub(super) fn issuer(oauth_url: &Url) -> String {
    oauth_url.origin().ascii_serialization()
}

impl ApiAddress {
    /// # Errors
    /// When it is not an address that may be called, with a label in it.
    pub fn parse(value: &str) -> Result<Self, String> {
        let api = Self(value.trim_end_matches('/').to_owned());
        if api.0.replace("{subdomain}", "").contains(['{', '}']) {
            return Err("must not contain braces other than {subdomain}".into());
        }
        api.of("example").map(|_| api)
    }

    /// The base address of one company's web services.
    ///
    /// # Errors
    /// When the address with this label in it is not one that may be called; the label must have been judged a DNS label before.
    pub fn of(&self, label: &str) -> Result<Url, String> {
        parse_address(&self.0.replace("{subdomain}", label))
    }
}

fn referrers(value: &str) -> Result<Vec<String>, String> {
    let all: Vec<String> = value.split(',').map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned).collect();
    if all.is_empty() { Err("must be at least one value, comma-separated".into()) } else { Ok(all) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::server::connectors::entrata::Subdomain;

    fn host(text: &str) -> Option<String> {
        let label = Subdomain::parse(text)?;
        let api = ApiAddress::parse("https://{subdomain}.entrata.com/api/v1").unwrap();
        let url = api.of(label.as_str()).unwrap();
        assert_eq!(
            (url.scheme(), url.path(), url.port(), url.username(), url.query()),
            ("https", "/api/v1", None, "", None)
        );
        assert_eq!(url.host_str(), Some(format!("{}.entrata.com", label.as_str()).as_str()), "{text:?}");
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
    fn a_mistyped_place_for_the_subdomain_is_told_at_the_start() {
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
