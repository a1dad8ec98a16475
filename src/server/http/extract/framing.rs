//! Whose page may frame an answer: the headers layer hands it in with the request, and whoever finds out which company the answer is for
//! says so.

use std::{
    convert::Infallible,
    sync::{Arc, OnceLock},
};

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::server::{http::App, visit::Visit};

#[derive(Debug, Clone, Default)]
pub struct Framing(Arc<OnceLock<String>>);

impl Framing {
    /// The answer is for the company that a visit acts for, where it does.
    pub fn of(&self, visit: &Visit) {
        if let Some(identity) = &visit.identity {
            self.of_company(&identity.subdomain);
        }
    }

    fn of_company(&self, subdomain: &str) {
        // A second telling would be of the same visit.
        let _ = self.0.set(subdomain.to_owned());
    }

    /// The sources of `FRAME_ANCESTORS`, each `*.` replaced by the company's own label where the company is known: Entrata frames an app
    /// from the company's own host.
    pub fn narrowed(&self, sources: &str) -> String {
        match self.0.get() {
            Some(subdomain) => sources.replace("://*.", &format!("://{subdomain}.")),
            None => sources.to_owned(),
        }
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
    use super::Framing;

    #[test]
    fn only_a_wildcard_host_is_narrowed_and_only_for_a_known_company() {
        let framing = Framing::default();
        let sources = "https://*.entrata.com https://staff.example 'self'";
        assert_eq!(framing.narrowed(sources), sources);
        framing.of_company("acme");
        assert_eq!(framing.narrowed(sources), "https://acme.entrata.com https://staff.example 'self'");
    }
}
