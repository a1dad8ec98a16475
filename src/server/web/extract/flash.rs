//! What the next page of this browser should know, kept in its session's data until it is said: that a link was declined, and what was
//! typed into a form whose visit was over.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};
use serde::{Serialize, de::DeserializeOwned};
use tower_sessions::Session;

pub use crate::server::visit::Typed;
use crate::server::{clock::Epoch, pages::account::AccountChange, web::App};

pub struct Flash(Option<Session>);

const HOUR: Epoch = 3_600;

impl Flash {
    /// The link of a visit was declined.
    pub async fn declined(&self, visit_id: &str) {
        self.keep(&declined(visit_id), true).await;
    }

    pub async fn typed(&self, typed: &Typed) {
        self.keep(Typed::KEY, typed).await;
    }

    /// Whether the link of a visit was declined just now; said once.
    pub async fn take_declined(&self, visit_id: &str) -> bool {
        self.take(&declined(visit_id)).await.unwrap_or(false)
    }

    /// Something was done in a visit.
    pub async fn done(&self, visit_id: &str, done: AccountChange) {
        self.keep(&done_in(visit_id), done).await;
    }

    /// What was done in a visit just now; said once.
    pub async fn take_done(&self, visit_id: &str) -> Option<AccountChange> {
        self.take(&done_in(visit_id)).await
    }

    /// What was typed before on this company's page, within the hour; once.
    pub async fn take_typed(&self, company: &str, now: Epoch) -> Option<Typed> {
        let typed: Option<Typed> = self.take(Typed::KEY).await;
        typed.filter(|typed| typed.company.as_deref() == Some(company) && now - typed.at < HOUR)
    }

    async fn keep(&self, name: &str, value: impl Serialize) {
        let Some(session) = &self.0 else { return };
        if let Err(e) = session.insert(name, value).await {
            tracing::warn!(error = %e, "could not store a message for the next page");
        }
    }

    async fn take<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        // Looked at first: a removal of nothing would still be saved.
        let session = self.0.as_ref()?;
        session.get_value(name).await.ok().flatten()?;
        session.remove(name).await.ok().flatten()
    }
}

fn done_in(visit_id: &str) -> String {
    format!("done/{visit_id}")
}

fn declined(visit_id: &str) -> String {
    format!("declined/{visit_id}")
}

impl FromRequestParts<App> for Flash {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<Session>().cloned()))
    }
}
