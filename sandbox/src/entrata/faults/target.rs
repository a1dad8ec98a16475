//! The methods that a fault applies to.

use std::str::FromStr;

use super::fault::UnknownName;
use crate::entrata::method::Method;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Token,
    UserInfo,
    /// `getAccessToken` and `getUserInfo`. Its name in the control API is `both`.
    SignIn,
    Properties,
    Customers,
    Leases,
    /// All web services.
    Services,
}

impl Target {
    const ALL: [Self; 7] =
        [Self::Token, Self::UserInfo, Self::SignIn, Self::Properties, Self::Customers, Self::Leases, Self::Services];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::UserInfo => "user-info",
            Self::SignIn => "both",
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
            Self::SignIn => &Method::OAUTH,
            Self::Properties => &[Method::GetProperties],
            Self::Customers => &[Method::GetCustomers],
            Self::Leases => &[Method::GetLeases],
            Self::Services => &Method::SERVICES,
        }
    }

    pub(crate) fn includes(self, method: Method) -> bool {
        self.methods().contains(&method)
    }

    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.methods().iter().any(|method| other.includes(*method))
    }

    /// Returns this target if it lies within `limit`, else `limit`.
    pub(crate) fn limited_to(self, limit: Option<Self>) -> Self {
        limit.filter(|limit| !self.methods().iter().all(|method| limit.includes(*method))).unwrap_or(self)
    }
}

impl FromStr for Target {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        let target = Self::ALL.into_iter().find(|target| target.name() == name);
        target.ok_or_else(|| UnknownName(name.to_owned()))
    }
}
