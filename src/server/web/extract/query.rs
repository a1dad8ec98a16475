//! The query of an address. Never fails: unknown and invalid parameters are ignored.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::server::{records::ListQuery, web::App};

/// How a list is searched, sorted and paged.
pub struct ListParams(pub ListQuery);

impl FromRequestParts<App> for ListParams {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self(ListQuery::parse(parts.uri.query().unwrap_or_default())))
    }
}

/// Single parameters.
pub struct Params(String);

impl Params {
    /// Returns the first value of a parameter.
    pub fn get(&self, name: &str) -> Option<String> {
        let mut all = form_urlencoded::parse(self.0.as_bytes());
        all.find(|(n, _)| n == name).map(|(_, value)| value.into_owned())
    }

    /// Returns the value of a parameter that occurs exactly once.
    pub fn one(&self, name: &str) -> Option<String> {
        let mut values = form_urlencoded::parse(self.0.as_bytes()).filter(|(n, _)| n == name);
        values.next().filter(|_| values.next().is_none()).map(|(_, value)| value.into_owned())
    }
}

impl FromRequestParts<App> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self(parts.uri.query().unwrap_or_default().to_owned()))
    }
}
