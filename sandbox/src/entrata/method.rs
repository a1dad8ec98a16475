//! Entrata's methods that the sandbox implements.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    GetAccessToken,
    GetUserInfo,
    GetProperties,
    GetCustomers,
    GetLeases,
}

impl Method {
    pub(crate) const ALL: [Self; 5] =
        [Self::GetAccessToken, Self::GetUserInfo, Self::GetProperties, Self::GetCustomers, Self::GetLeases];
    pub(crate) const OAUTH: [Self; 2] = [Self::GetAccessToken, Self::GetUserInfo];
    pub(crate) const SERVICES: [Self; 3] = [Self::GetProperties, Self::GetCustomers, Self::GetLeases];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::GetAccessToken => "getAccessToken",
            Self::GetUserInfo => "getUserInfo",
            Self::GetProperties => "getProperties",
            Self::GetCustomers => "getCustomers",
            Self::GetLeases => "getLeases",
        }
    }

    pub(crate) fn of_oauth(name: &str) -> Option<Self> {
        Self::OAUTH.into_iter().find(|method| method.name() == name)
    }

    /// Returns the method of a web service by the last segment of its URL. Each service has one.
    pub(crate) fn of_resource(resource: &str) -> Option<Self> {
        Self::SERVICES.into_iter().find(|method| method.resource() == resource)
    }

    fn resource(self) -> &'static str {
        match self {
            Self::GetAccessToken | Self::GetUserInfo => "oauth",
            Self::GetProperties => "properties",
            Self::GetCustomers => "customers",
            Self::GetLeases => "leases",
        }
    }
}
