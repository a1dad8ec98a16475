//! Messages for the next page of this browser. They are kept in the data of its session, and each is shown once.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};
use serde::{Serialize, de::DeserializeOwned};
use tower_sessions::Session;

pub use crate::server::visit::Typed;
use crate::server::{
    clock::Epoch,
    ids::VisitId,
    pages::{account::AccountChange, connection::ConnectionChange},
    web::{App, limits::TYPED_TEXT_SECONDS},
};

/// The session's data; without a session, messages are lost.
pub struct Flash(Option<Session>);

impl Flash {
    /// The link of a visit was declined.
    pub async fn set_link_declined(&self, visit_id: &VisitId) {
        self.set(&declined_key(visit_id), true).await;
    }

    /// Whether the link of a visit was just declined.
    pub async fn take_link_declined(&self, visit_id: &VisitId) -> bool {
        self.take(&declined_key(visit_id)).await.unwrap_or(false)
    }

    /// An account was changed in a visit.
    pub async fn set_account_change(&self, visit_id: &VisitId, change: AccountChange) {
        self.set(&change_key(visit_id), change).await;
    }

    /// Returns what was just changed in a visit.
    pub async fn take_account_change(&self, visit_id: &VisitId) -> Option<AccountChange> {
        self.take(&change_key(visit_id)).await
    }

    /// A connection was changed in a visit.
    pub async fn set_connection_change(&self, visit_id: &VisitId, change: &ConnectionChange) {
        self.set(&connection_key(visit_id), change).await;
    }

    /// Returns what was just done with a connection in a visit.
    pub async fn take_connection_change(&self, visit_id: &VisitId) -> Option<ConnectionChange> {
        self.take(&connection_key(visit_id)).await
    }

    /// A form was submitted in a visit that has ended; keeps what was typed.
    pub async fn set_typed_text(&self, typed: &Typed) {
        self.set(Typed::KEY, typed).await;
    }

    /// Returns what was typed on a page of this company within the last hour.
    pub async fn take_typed_text(&self, company: &str, now: Epoch) -> Option<Typed> {
        let typed: Option<Typed> = self.take(Typed::KEY).await;
        typed.filter(|typed| typed.company.as_deref() == Some(company) && now - typed.at < TYPED_TEXT_SECONDS)
    }

    async fn set(&self, key: &str, value: impl Serialize) {
        let Some(session) = &self.0 else { return };
        if let Err(e) = session.insert(key, value).await {
            tracing::warn!(error = %e, "could not store a message for the next page");
        }
    }

    async fn take<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        // Removing a missing value would mark the session as modified, and so cost a write.
        let session = self.0.as_ref()?;
        session.get_value(key).await.ok().flatten()?;
        session.remove(key).await.ok().flatten()
    }
}

fn change_key(visit_id: &VisitId) -> String {
    format!("done/{visit_id}")
}

fn connection_key(visit_id: &VisitId) -> String {
    format!("connection/{visit_id}")
}

fn declined_key(visit_id: &VisitId) -> String {
    format!("declined/{visit_id}")
}

impl FromRequestParts<App> for Flash {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<Session>().cloned()))
    }
}
