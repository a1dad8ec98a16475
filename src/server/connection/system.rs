//! The systems that an account connects to, as rows, addresses and metrics name them.

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum System {
    Octorate,
    ActiveBuilding,
    Rex,
    /// Connected once for the installation, by the operator; its connection has no account.
    Syncaroo,
}

impl System {
    pub const ALL: [Self; 4] = [Self::Octorate, Self::ActiveBuilding, Self::Rex, Self::Syncaroo];

    /// The name in rows, addresses, pages' attributes and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Octorate => "octorate",
            Self::ActiveBuilding => "activebuilding",
            Self::Rex => "rex",
            Self::Syncaroo => "syncaroo",
        }
    }

    /// Returns the system with this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|system| system.name() == name)
    }
}
