//! Latchkey as Syncaroo's provider: what Syncaroo presents to us.

use std::sync::Arc;

use secrecy::SecretString;

use super::reader::Reader;
use crate::server::outbound::parse_address;

#[derive(Clone, Debug)]
pub struct SyncarooProvider {
    /// `SYNCAROO_PROVIDER_CLIENT_ID`; with the secret, it turns the provider on.
    pub client_id: String,
    /// `SYNCAROO_PROVIDER_CLIENT_SECRET`.
    pub client_secret: Arc<SecretString>,
    /// `SYNCAROO_REDIRECT_URIS`, default `https://app.syncaroo.com/connection`: comma-separated, matched exactly.
    pub redirect_uris: Vec<String>,
}

impl SyncarooProvider {
    /// Returns the inner `None` when the provider is off.
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Option<Self>> {
        let redirect_uris = reader.or("SYNCAROO_REDIRECT_URIS", "https://app.syncaroo.com/connection", redirect_uris);
        let client_id = reader.get("SYNCAROO_PROVIDER_CLIENT_ID");
        let client_secret = reader.get("SYNCAROO_PROVIDER_CLIENT_SECRET");
        match (client_id, client_secret) {
            (None, None) => redirect_uris.map(|_| None),
            (Some(client_id), Some(client_secret)) => Some(Some(Self {
                client_id: client_id.to_owned(),
                client_secret: Arc::new(SecretString::from(client_secret)),
                redirect_uris: redirect_uris?,
            })),
            (Some(_), None) => reader.check(
                "SYNCAROO_PROVIDER_CLIENT_SECRET",
                Err("must be set together with SYNCAROO_PROVIDER_CLIENT_ID".into()),
            ),
            (None, Some(_)) => reader.check(
                "SYNCAROO_PROVIDER_CLIENT_ID",
                Err("must be set together with SYNCAROO_PROVIDER_CLIENT_SECRET".into()),
            ),
        }
    }
}

/// The text of each address is what a request is compared with, so it is not normalized.
fn redirect_uris(value: &str) -> Result<Vec<String>, String> {
    const MUST: &str = "must be comma-separated https:// addresses without credentials or fragment";
    let all: Vec<String> = value.split(',').map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned).collect();
    let fits = |uri: &String| uri.bytes().all(|byte| byte.is_ascii_graphic()) && parse_address(uri).is_ok();
    if all.is_empty() || !all.iter().all(fits) { Err(MUST.into()) } else { Ok(all) }
}
