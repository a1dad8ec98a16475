//! The connectors of the systems that are configured.

use std::sync::Arc;

use url::Url;

use crate::server::{
    config::{Config, RexFormat},
    connection::{Connectors, System},
    connectors::{
        activebuilding::{ActiveBuilding, ActiveBuildingSettings},
        octorate::{Octorate, OctorateSettings},
        rex::{Format, Rex},
        syncaroo::Syncaroo,
    },
};

pub fn connectors(config: &Config) -> Connectors {
    let mut connectors = Connectors::default();
    if let Some(octorate) = config.octorate.clone() {
        connectors = connectors.with_consent_page(
            System::Octorate,
            Octorate::new(OctorateSettings {
                client_id: octorate.client.id,
                client_secret: octorate.client.secret,
                authorize_url: octorate.authorize_url,
                api_url: all_versions(octorate.api_url),
            }),
        );
    }
    if let Some(activebuilding) = config.activebuilding.clone() {
        connectors = connectors.with_password_sign_in(ActiveBuilding::new(ActiveBuildingSettings {
            client_id: activebuilding.client.id,
            client_secret: Arc::new(activebuilding.client.secret),
            api_url: activebuilding.api_url,
        }));
    }
    if let Some(rex) = config.rex.clone() {
        let format = match rex.format {
            RexFormat::Json => Format::Json,
            RexFormat::Xml => Format::Xml,
        };
        connectors = connectors.with_key_check(Rex::new(rex.api_url, format));
    }
    if let Some(syncaroo) = config.syncaroo.clone() {
        let secret = Arc::new(syncaroo.client.secret);
        let connector = Syncaroo::new(syncaroo.api_url, syncaroo.client.id, secret);
        connectors = connectors.with_consent_page(System::Syncaroo, connector);
    }
    connectors
}

/// `OCTORATE_API_URL` ends with `/rest/v1`. Octorate's other versions are beside it, as in `/rest/v3`.
fn all_versions(mut url: Url) -> Url {
    if url.path().trim_end_matches('/').ends_with("/rest/v1")
        && let Ok(mut segments) = url.path_segments_mut()
    {
        segments.pop_if_empty().pop().pop();
    }
    url
}
