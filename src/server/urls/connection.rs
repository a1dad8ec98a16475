//! The addresses of connections to other systems.

use crate::server::ids::VisitId;

/// Where Octorate sends the browser after its consent page.
pub const OCTORATE_CALLBACK: &str = "/connections/octorate/callback";
/// Where Syncaroo sends the operator's browser after its consent page.
pub const SYNCAROO_CALLBACK: &str = "/connections/syncaroo/callback";

/// Returns the address that ends what an account has approved for Syncaroo, by Syncaroo's number of it.
pub fn revoke_grant(visit: &VisitId, grant: &str) -> String {
    revoke_grant_at(visit.as_str(), grant)
}

/// Returns the pattern of [`revoke_grant`] for the router.
pub fn revoke_grant_route() -> String {
    revoke_grant_at("{visit}", "{grant}")
}

fn revoke_grant_at(visit: &str, grant: &str) -> String {
    format!("/v/{visit}/connections/syncaroo/{grant}/revoke")
}

/// The page and the actions of a connection. With `{…}` as ids it gives the patterns for the router.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionUrl<'a> {
    visit: &'a str,
    connection: &'a str,
}

impl ConnectionUrl<'static> {
    pub const ROUTE: Self = Self { visit: "{visit}", connection: "{connection}" };
}

impl<'a> ConnectionUrl<'a> {
    pub fn of(visit: &'a VisitId, connection: &'a str) -> Self {
        Self { visit: visit.as_str(), connection }
    }

    pub fn page(self) -> String {
        format!("/v/{}/connections/{}", self.visit, self.connection)
    }

    pub fn test(self) -> String {
        format!("{}/test", self.page())
    }

    pub fn sync(self) -> String {
        format!("{}/sync", self.page())
    }

    pub fn reconnect(self) -> String {
        format!("{}/reconnect", self.page())
    }

    pub fn disconnect(self) -> String {
        format!("{}/disconnect", self.page())
    }

    pub fn places_csv(self) -> String {
        format!("{}/places.csv", self.page())
    }
}
