//! The visit that a response belongs to. The headers layer adds an empty `Framing` to the request, and code that
//! opens a visit sets it. Afterwards the layer knows which site may frame the response, and an error page can offer
//! to sign out.

use std::{
    convert::Infallible,
    sync::{Arc, OnceLock},
};

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::server::{ids::VisitId, visit::Visit, web::App};

#[derive(Debug, Clone, Default)]
pub struct Framing(Arc<OnceLock<FramedVisit>>);

#[derive(Debug)]
struct FramedVisit {
    id: VisitId,
    /// The subdomain of the company that the visit acts for, if any.
    subdomain: Option<String>,
}

impl Framing {
    /// The response belongs to this visit.
    pub fn set(&self, visit: &Visit) {
        let subdomain = visit.identity().map(|identity| identity.subdomain.clone());
        // A request opens one visit, so a second call has the same value.
        let _ = self.0.set(FramedVisit { id: visit.id.clone(), subdomain });
    }

    pub fn visit_id(&self) -> Option<VisitId> {
        self.0.get().map(|visit| visit.id.clone())
    }

    /// Returns the sources of `FRAME_ANCESTORS`. Where the company is known, its subdomain replaces the `*` of each
    /// wildcard host, with or without a scheme: Entrata frames an app from the company's own host.
    pub fn frame_ancestors(&self, sources: &str) -> String {
        let Some(subdomain) = self.0.get().and_then(|visit| visit.subdomain.as_ref()) else {
            return sources.to_owned();
        };
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
    use super::{FramedVisit, Framing};

    #[test]
    fn the_subdomain_replaces_only_the_star_of_a_host_and_only_for_a_known_company() {
        let framing = Framing::default();
        let sources = "https://*.entrata.com *.entrata.com:8443 https://staff.example http://localhost:* 'self'";
        assert_eq!(framing.frame_ancestors(sources), sources);
        framing.0.set(FramedVisit { id: "v".into(), subdomain: Some("acme".into()) }).unwrap();
        let narrowed = "https://acme.entrata.com acme.entrata.com:8443 https://staff.example http://localhost:* 'self'";
        assert_eq!(framing.frame_ancestors(sources), narrowed);
    }
}
