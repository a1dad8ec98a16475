//! Entrata: the app's credentials, where Entrata is, and what marks a launch.

use std::sync::Arc;

use secrecy::SecretString;
use url::Url;

use super::reader::Reader;
use crate::server::{
    connectors::entrata::{ApiAddress, Casing, EntrataSettings, Format},
    outbound::parse_address,
};

#[derive(Clone, Debug)]
pub struct EntrataSection {
    /// The variables whose names begin with `ENTRATA_CLIENT`, `ENTRATA_OAUTH` and `ENTRATA_API`.
    pub connector: EntrataSettings,
    /// `ENTRATA_REFERRERS`, default `propertysolutions,entrata`: values of `referrer` that mark a launch.
    pub referrers: Vec<String>,
}

impl EntrataSection {
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
        let connector = EntrataSettings {
            client_id: client_id?,
            client_secret: client_secret?,
            oauth_url: oauth_url?,
            api: api?,
            format: format?,
            casing: casing?,
        };
        Some(Self { connector, referrers: referrers? })
    }

    /// Returns the issuer: user ids are unique under it together with the company's subdomain.
    pub fn issuer(&self) -> String {
        issuer(&self.connector.oauth_url)
    }
}

pub(super) fn read_oauth_url(reader: &mut Reader<'_>) -> Option<Url> {
    reader.or("ENTRATA_OAUTH_URL", "https://sync.entrata.com/api/oauth", parse_address)
}

pub(super) fn issuer(oauth_url: &Url) -> String {
    oauth_url.origin().ascii_serialization()
}

fn referrers(value: &str) -> Result<Vec<String>, String> {
    let all: Vec<String> = value.split(',').map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned).collect();
    if all.is_empty() { Err("must be at least one value, comma-separated".into()) } else { Ok(all) }
}
