//! Somebody who reads a company's data: a linked visit, and the identity that the address names, which leads to its account and whose
//! company nothing keeps out. Without one there is no such page.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};

use crate::server::web::extract::LinkedVisit;
use crate::server::{
    account::Account,
    identity::Identity,
    visit::Visit,
    web::{App, error::Error},
};

pub struct Reader {
    pub visit: Visit,
    pub account: Account,
    pub identity: Identity,
}

/// The address may name more than the identity.
#[derive(serde::Deserialize)]
struct Named {
    identity: String,
}

impl FromRequestParts<App> for Reader {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let LinkedVisit { visit, account } = LinkedVisit::from_request_parts(parts, app).await?;
        let path = Path::<Named>::from_request_parts(parts, app).await;
        let Path(Named { identity }) = path.map_err(|_| Error::NotFound)?;
        let own = app.identities.of_account(&account).await?;
        let identity = own.into_iter().find(|one| one.id == identity).ok_or(Error::NotFound)?;
        Ok(Self { visit, account, identity })
    }
}
