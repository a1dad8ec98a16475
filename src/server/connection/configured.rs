//! Makes the connectors of the systems that are on, from their settings.

use std::sync::Arc;

use super::{Connectors, System};
use crate::server::{
    config::{OctorateSection, RexFormat, Systems},
    connectors::{
        activebuilding::{ActiveBuilding, ActiveBuildingSettings},
        octorate::{Octorate, OctorateSettings},
        rex::{Format, Rex},
        syncaroo::Syncaroo,
    },
};

impl Connectors {
    /// Returns the connectors of the systems that are on.
    pub fn configured(systems: &Systems) -> Self {
        let Systems { octorate, activebuilding, rex, syncaroo } = systems.clone();
        let mut connectors = Self::default();
        if let Some(section) = octorate {
            connectors = connectors.with_consent_page(System::Octorate, Self::octorate(section));
        }
        if let Some(section) = activebuilding {
            let (client_id, client_secret) = (section.client.id, Arc::new(section.client.secret));
            let settings = ActiveBuildingSettings { client_id, client_secret, api_url: section.api_url };
            connectors = connectors.with_password_sign_in(ActiveBuilding::new(settings));
        }
        if let Some(section) = rex {
            let format = match section.format {
                RexFormat::Json => Format::Json,
                RexFormat::Xml => Format::Xml,
            };
            connectors = connectors.with_key_check(Rex::new(section.api_url, format));
        }
        if let Some(section) = syncaroo {
            let (id, secret) = (section.client.id, Arc::new(section.client.secret));
            connectors = connectors.with_consent_page(System::Syncaroo, Syncaroo::new(section.api_url, id, secret));
        }
        connectors
    }

    /// Returns the connector of Octorate, also for calls that need no connection.
    pub fn octorate(section: OctorateSection) -> Octorate {
        let OctorateSection { client, authorize_url, api_url } = section;
        Octorate::new(OctorateSettings { client_id: client.id, client_secret: client.secret, authorize_url, api_url })
    }
}
