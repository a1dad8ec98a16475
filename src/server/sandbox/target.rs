//! Which calls a fault is for. `both` is from the time when there were two, and still means those two: the sign-in's.

use std::str::FromStr;

use super::fault::UnknownFault;
use super::received::Method;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Token,
    UserInfo,
    /// The two calls of the OAuth address.
    Both,
    Properties,
    Customers,
    Leases,
    /// All web services.
    Services,
}

impl Target {
    const ALL: [Self; 7] =
        [Self::Token, Self::UserInfo, Self::Both, Self::Properties, Self::Customers, Self::Leases, Self::Services];

    pub fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::UserInfo => "user-info",
            Self::Both => "both",
            Self::Properties => "properties",
            Self::Customers => "customers",
            Self::Leases => "leases",
            Self::Services => "services",
        }
    }

    fn methods(self) -> &'static [Method] {
        match self {
            Self::Token => &[Method::GetAccessToken],
            Self::UserInfo => &[Method::GetUserInfo],
            Self::Both => &Method::OAUTH,
            Self::Properties => &[Method::GetProperties],
            Self::Customers => &[Method::GetCustomers],
            Self::Leases => &[Method::GetLeases],
            Self::Services => &Method::SERVICES,
        }
    }

    pub(super) fn holds(self, method: Method) -> bool {
        self.methods().contains(&method)
    }

    pub(super) fn overlaps(self, other: Self) -> bool {
        self.methods().iter().any(|method| other.holds(*method))
    }

    /// This target as far as `only` lets it: a fault that some calls can't have is for those that can, whatever was asked.
    pub(super) fn within(self, only: Option<Self>) -> Self {
        only.filter(|only| !self.methods().iter().all(|method| only.holds(*method))).unwrap_or(self)
    }
}

impl FromStr for Target {
    type Err = UnknownFault;

    fn from_str(name: &str) -> Result<Self, UnknownFault> {
        let found = Self::ALL.into_iter().find(|target| target.name() == name);
        found.ok_or_else(|| UnknownFault(name.to_owned()))
    }
}
