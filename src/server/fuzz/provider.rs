//! Requests to Latchkey as Syncaroo's provider.

use std::sync::Arc;

use crate::server::{
    config::SyncarooProvider,
    provider::{Announcement, AuthorizationRequest},
    rng::Rng,
    urls,
    web::Fields,
};

const REDIRECT_URIS: [&str; 2] = ["https://a.example/connection", "https://a.example/connection?tenant=7"];

/// The raw query of an authorization request. An accepted one names the registered client and address, and its own
/// address is accepted again as the same request.
pub fn authorization_request(data: &[u8]) {
    let settings = SyncarooProvider {
        client_id: "xyz1243".to_owned(),
        client_secret: Arc::new("secret".into()),
        redirect_uris: REDIRECT_URIS.map(str::to_owned).to_vec(),
    };
    let read = |query: &[u8]| {
        let fields = Fields::parse(query);
        AuthorizationRequest::read(&settings, |name| fields.one(name))
    };
    let Ok(request) = read(data) else { return };
    assert!(REDIRECT_URIS.contains(&request.redirect_uri()));
    assert!(request.connection_id.number() >= 0);
    let address = urls::authorize(&request.parameters());
    let query = address.split_once('?').map(|(_, query)| query).unwrap_or_default();
    assert_eq!(read(query.as_bytes()), Ok(request));
}

/// The body of an update. Stored texts are limited in length and have no characters that reorder or hide others.
pub fn provider_update(data: &[u8]) {
    let Ok(announcement) = Announcement::parse(data, &Rng) else { return };
    let update = announcement.update();
    let texts = [&update.webhook_type, &update.location_id, &update.attribute, &update.signature];
    for (text, most) in texts.into_iter().zip([101, 101, 101, 513]) {
        assert!(text.chars().count() <= most && !text.contains(char::is_control), "{text:?}");
        assert!(!text.contains('\u{202e}') && !text.contains('\u{200b}'), "{text:?}");
    }
    if let Some(url) = &update.api_url {
        assert!((1..=2_048).contains(&url.len()) && url.bytes().all(|byte| byte.is_ascii_graphic()), "{url:?}");
    }
}
