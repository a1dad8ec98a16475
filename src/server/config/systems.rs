//! The property systems that accounts connect to, and what commands need that use connections.

use super::{ActiveBuildingSection, OctorateSection, PublicUrl, RexSection, SyncarooSection, reader::Reader, storage};
use crate::server::vault::KeyRing;

/// None: the system is off.
#[derive(Clone, Debug)]
pub struct Systems {
    pub octorate: Option<OctorateSection>,
    pub activebuilding: Option<ActiveBuildingSection>,
    pub rex: Option<RexSection>,
    pub syncaroo: Option<SyncarooSection>,
}

impl Systems {
    /// Invalid settings are recorded, including those of systems that are off.
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            octorate: OctorateSection::read(reader),
            activebuilding: ActiveBuildingSection::read(reader),
            rex: RexSection::read(reader),
            syncaroo: SyncarooSection::read(reader),
        }
    }
}

/// The part of the settings with which commands call other systems on behalf of connections.
#[derive(Clone, Debug)]
pub struct ConnectionSettings {
    pub systems: Systems,
    pub encryption_keys: KeyRing,
    pub public_url: PublicUrl,
}

impl ConnectionSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let systems = Systems::read(reader);
        let encryption_keys = storage::read_keys(reader);
        let public_url = PublicUrl::read(reader);
        Some(Self { systems, encryption_keys: encryption_keys?, public_url: public_url? })
    }
}
