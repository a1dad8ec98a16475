//! The app's addresses. Both the routes and the links are made here, so they can't differ.

mod connection;

pub use connection::{ConnectionUrl, OCTORATE_CALLBACK, SYNCAROO_CALLBACK, revoke_grant, revoke_grant_route};

use crate::server::ids::{IdentityId, VisitId};

/// A page or an action of one visit, below `/v/{visit}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitUrl {
    Home,
    SignIn,
    ContinueAs,
    Register,
    Link,
    Decline,
    SignOut,
    SignOutEverywhere,
    Account,
    Unlink,
    Name,
    Email,
    Password,
    DataExport,
    DataExportFile,
    Delete,
    History,
    HistoryCsv,
    HistoryJson,
    LaunchedPropertiesCsv,
    Properties,
    PropertiesCsv,
    Refresh,
    Sessions,
    OtherSessions,
    CookieProbe,
    NewTab,
    Connections,
    ConnectionsState,
    ConnectOctorate,
    ConnectActiveBuilding,
    ConnectRex,
}

impl VisitUrl {
    #[cfg(test)]
    const ALL: &[Self] = &[
        Self::Home,
        Self::SignIn,
        Self::ContinueAs,
        Self::Register,
        Self::Link,
        Self::Decline,
        Self::SignOut,
        Self::SignOutEverywhere,
        Self::Account,
        Self::Unlink,
        Self::Name,
        Self::Email,
        Self::Password,
        Self::DataExport,
        Self::DataExportFile,
        Self::Delete,
        Self::History,
        Self::HistoryCsv,
        Self::HistoryJson,
        Self::LaunchedPropertiesCsv,
        Self::Properties,
        Self::PropertiesCsv,
        Self::Refresh,
        Self::Sessions,
        Self::OtherSessions,
        Self::CookieProbe,
        Self::NewTab,
        Self::Connections,
        Self::ConnectionsState,
        Self::ConnectOctorate,
        Self::ConnectActiveBuilding,
        Self::ConnectRex,
    ];

    /// The path after `/v/{visit}`.
    const fn tail(self) -> &'static str {
        match self {
            Self::Home => "",
            Self::SignIn => "/sign-in",
            Self::ContinueAs => "/continue",
            Self::Register => "/register",
            Self::Link => "/link",
            Self::Decline => "/decline",
            Self::SignOut => "/sign-out",
            Self::SignOutEverywhere => "/sign-out-everywhere",
            Self::Account => "/account",
            Self::Unlink => "/unlink",
            Self::Name => "/name",
            Self::Email => "/email",
            Self::Password => "/password",
            Self::DataExport => "/data-export",
            Self::DataExportFile => "/data-export.json",
            Self::Delete => "/delete",
            Self::History => "/history",
            Self::HistoryCsv => "/history.csv",
            Self::HistoryJson => "/history.json",
            Self::LaunchedPropertiesCsv => "/properties.csv",
            Self::Properties => "/properties",
            Self::PropertiesCsv => "/properties/list.csv",
            Self::Refresh => "/refresh",
            Self::Sessions => "/sessions",
            Self::OtherSessions => "/sessions/others/sign-out",
            Self::CookieProbe => "/cookie-probe",
            Self::NewTab => "/tab",
            Self::Connections => "/connections",
            Self::ConnectionsState => "/connections/state",
            Self::ConnectOctorate => "/connections/octorate/connect",
            Self::ConnectActiveBuilding => "/connections/activebuilding/connect",
            Self::ConnectRex => "/connections/rex/connect",
        }
    }

    /// Returns the pattern for the router.
    pub fn route(self) -> String {
        self.at("{visit}")
    }

    /// Returns the address for one visit.
    pub fn of(self, visit: &VisitId) -> String {
        self.at(visit.as_str())
    }

    fn at(self, visit: &str) -> String {
        format!("/v/{visit}{}", self.tail())
    }
}

/// Returns the visit that a path names. Whether there is such a visit is not checked.
pub fn visit_of(path: &str) -> Option<VisitId> {
    path.strip_prefix("/v/")?.split('/').next().map(|id| id.to_owned().into())
}

/// Returns the address that ends another session of the visit's account.
pub fn end_session(visit: &VisitId, other: &VisitId) -> String {
    end_session_at(visit.as_str(), other.as_str())
}

/// Returns the pattern of [`end_session`] for the router.
pub fn end_session_route() -> String {
    end_session_at("{visit}", "{other}")
}

fn end_session_at(visit: &str, other: &str) -> String {
    format!("/v/{visit}/sessions/{other}/sign-out")
}

/// The pages of a property, as one identity may see it. With `{…}` as ids it gives the patterns for the router.
#[derive(Debug, Clone, Copy)]
pub struct PropertyUrl<'a> {
    visit: &'a str,
    identity: &'a str,
    property: &'a str,
}

impl PropertyUrl<'static> {
    pub const ROUTE: Self = Self { visit: "{visit}", identity: "{identity}", property: "{property}" };
}

impl<'a> PropertyUrl<'a> {
    /// Returns the addresses for one property.
    pub fn of(visit: &'a VisitId, identity: &'a IdentityId, property: &'a str) -> Self {
        Self { visit: visit.as_str(), identity: identity.as_str(), property }
    }

    pub fn page(self) -> String {
        format!("/v/{}/as/{}/properties/{}", self.visit, self.identity, self.property)
    }

    pub fn residents_csv(self) -> String {
        format!("{}/residents.csv", self.page())
    }

    pub fn resident(self, resident: &str) -> String {
        format!("{}/residents/{resident}", self.page())
    }
}

/// An address of Latchkey as Syncaroo's provider. Syncaroo is configured with all but the forms'.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderUrl {
    Authorize,
    SignIn,
    Approve,
    Deny,
    Token,
    /// Its settings may end in a slash.
    CheckConnection,
    CheckConnectionSlash,
    /// One of its pages puts it below the site, another below the API.
    Update,
    UpdateSlash,
    ApiUpdate,
    ApiUpdateSlash,
}

impl ProviderUrl {
    #[cfg(test)]
    const ALL: &[Self] = &[
        Self::Authorize,
        Self::SignIn,
        Self::Approve,
        Self::Deny,
        Self::Token,
        Self::CheckConnection,
        Self::CheckConnectionSlash,
        Self::Update,
        Self::UpdateSlash,
        Self::ApiUpdate,
        Self::ApiUpdateSlash,
    ];

    pub const fn path(self) -> &'static str {
        match self {
            Self::Authorize => "/api/oauth/authorize",
            Self::SignIn => "/api/oauth/sign-in",
            Self::Approve => "/api/oauth/approve",
            Self::Deny => "/api/oauth/deny",
            Self::Token => "/api/oauth/token",
            Self::CheckConnection => "/api/check_connection",
            Self::CheckConnectionSlash => "/api/check_connection/",
            Self::Update => "/update",
            Self::UpdateSlash => "/update/",
            Self::ApiUpdate => "/api/update",
            Self::ApiUpdateSlash => "/api/update/",
        }
    }
}

/// Returns the address of an authorization request.
pub fn authorize(parameters: &[(&str, String)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("{}?{query}", ProviderUrl::Authorize.path())
}

/// Returns every route's pattern, for tests that request each one.
#[cfg(test)]
pub fn every_route() -> Vec<String> {
    let property = PropertyUrl::ROUTE;
    let fixed = ["/", "/login", "/sign-in", "/healthz", "/events/entrata", OCTORATE_CALLBACK, SYNCAROO_CALLBACK]
        .map(str::to_owned);
    let others = [end_session_route(), property.page(), property.residents_csv(), property.resident("{resident}")];
    let connection = ConnectionUrl::ROUTE;
    let actions = [connection.test(), connection.sync(), connection.reconnect(), connection.disconnect()];
    let others =
        others.into_iter().chain(actions).chain([connection.page(), connection.places_csv(), revoke_grant_route()]);
    let provider = ProviderUrl::ALL.iter().map(|url| url.path().to_owned());
    VisitUrl::ALL.iter().map(|url| url.route()).chain(fixed).chain(others).chain(provider).collect()
}
