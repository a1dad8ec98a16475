//! Which visit an answer is for, where it is one that this browser may open: the headers layer hands it in with the request, and whoever opens
//! the visit says so. Whose page may frame the answer follows from it, and what an error's page lets one sign out of.

use std::{
    convert::Infallible,
    sync::{Arc, OnceLock},
};

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::server::{visit::Visit, web::App};

#[derive(Debug, Clone, Default)]
pub struct Framing(Arc<OnceLock<Of>>);

#[derive(Debug)]
struct Of {
    visit: String,
    /// Of the company that the visit acts for, where it does.
    subdomain: Option<String>,
}

impl Framing {
    /// The answer is for a visit, and the company that it acts for.
    pub fn of(&self, visit: &Visit) {
        let subdomain = visit.identity().map(|identity| identity.subdomain.clone());
        // A second telling would be of the same visit.
        let _ = self.0.set(Of { visit: visit.id.clone(), subdomain });
    }

    /// The visit's id.
    pub fn visit(&self) -> Option<String> {
        self.0.get().map(|of| of.visit.clone())
    }

    /// The sources of `FRAME_ANCESTORS`. Where the company is known, its own label replaces the `*` of each wildcard host, with a scheme or
    /// without one: Entrata frames an app from the company's own host.
    pub fn narrowed(&self, sources: &str) -> String {
        let Some(subdomain) = self.0.get().and_then(|of| of.subdomain.as_ref()) else { return sources.to_owned() };
        let narrow = |source: &str| match source.split_once("*.") {
            Some((scheme, host)) => format!("{scheme}{subdomain}.{host}"),
            None => source.to_owned(),
        };
        sources.split(' ').map(narrow).collect::<Vec<_>>().join(" ")
    }
}

impl FromRequestParts<App> for Framing {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::{Framing, Of};

    #[test]
    fn only_a_wildcard_host_is_narrowed_and_only_for_a_known_company() {
        let framing = Framing::default();
        let sources = "https://*.entrata.com *.entrata.com:8443 https://staff.example http://localhost:* 'self'";
        assert_eq!(framing.narrowed(sources), sources);
        framing.0.set(Of { visit: "v".into(), subdomain: Some("acme".into()) }).unwrap();
        let narrowed = "https://acme.entrata.com acme.entrata.com:8443 https://staff.example http://localhost:* 'self'";
        assert_eq!(framing.narrowed(sources), narrowed);
    }
}
