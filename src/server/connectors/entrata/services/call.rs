//! A call of a web service: method, parameters, URL and credentials.

use secrecy::SecretString;
use serde_json::{Map, Value};
use url::Url;

use crate::server::connectors::{
    ConnectorError, PageRequest,
    entrata::{ApiAddress, Subdomain, methods::ListMethod},
};

/// The company to query and its access token.
#[derive(Debug, Clone)]
pub struct ApiCredentials {
    pub subdomain: Subdomain,
    pub token: SecretString,
}

#[derive(Debug, Clone)]
pub struct Call<'a> {
    pub resource: &'a str,
    pub method: &'a str,
    /// `r1` and so on; optional.
    pub version: Option<&'a str>,
    pub params: Map<String, Value>,
    pub page: Option<PageRequest>,
    /// Whether it changes something at Entrata, and so must not be repeated.
    pub writes: bool,
}

impl Call<'_> {
    /// The call that lists rows of a type.
    pub(super) fn list<T: ListMethod>(params: Map<String, Value>, page: PageRequest) -> Self {
        let (resource, method) = (T::RESOURCE, T::METHOD);
        Self { resource, method, version: Some(T::VERSION), params, page: Some(page), writes: false }
    }

    /// Returns the call's URL: the company's base address, the resource, and the page.
    pub(super) fn url(&self, api: &ApiAddress, subdomain: &Subdomain) -> Result<Url, ConnectorError> {
        let base = api.of(subdomain);
        let mut url = base.map_err(|_| ConnectorError::NotUnderstood("the subdomain makes no address"))?;
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(self.resource);
        }
        if let Some(PageRequest { number, size }) = self.page {
            url.query_pairs_mut()
                .append_pair("page_no", &number.to_string())
                .append_pair("per_page", &size.to_string());
        }
        Ok(url)
    }
}
