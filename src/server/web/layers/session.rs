//! The session layer: finds what carries the request's session, a bearer or, of all cookies of the name, the one that names a live
//! browser session, and hands it on; a session's data goes back into its row, and only if the row is still there. Unknown ids are
//! ignored, never adopted.

mod store;

use crate::server::urls::visit_of;
use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::request::Parts,
    middleware::Next,
    response::{IntoResponse, Response},
};
use tower_sessions::{Session, session::Id};

use self::store::Store;
use crate::server::{
    storage,
    visit::{Browser, SessionCredential, Token},
    web::{
        App, cookies,
        error::Error,
        extract::Client,
        script::{self, SetBearer},
    },
};

pub async fn session(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let found = find(&app, &mut parts).await;
    let mut request = Request::from_parts(parts, body);
    let (credential, successor) = match found {
        Ok(found) => found.map_or((None, None), |(credential, successor)| (Some(credential), successor)),
        Err(e) => return Error::from(e).into_response(),
    };
    let session = credential.map(|credential| {
        let store = Store::new(app.visits.clone(), credential.session_id().to_owned());
        // The store knows its session; the id is only what tower-sessions wants to call it.
        let session = Session::new(Some(Id::default()), Arc::new(store), None);
        request.extensions_mut().insert(credential);
        request.extensions_mut().insert(session.clone());
        session
    });
    let response = next.run(request).await;
    if let Some(session) = session.filter(Session::is_modified)
        && let Err(e) = session.save().await
    {
        tracing::warn!(error = %e, "could not save a session's data");
    }
    match successor {
        // A password that was given meanwhile has brought a newer one.
        Some(token) if !response.headers().contains_key(script::BEARER) => (SetBearer(token), response).into_response(),
        _ => response,
    }
}

/// What carries the request's session, and the bearer's successor where it is time for one.
async fn find(app: &App, parts: &mut Parts) -> storage::Result<Option<(SessionCredential, Option<Token>)>> {
    if let Some(token) = script::bearer(&parts.headers).map(str::to_owned) {
        let Ok(Client(client)) = Client::from_request_parts(parts, app).await;
        let found = app.visits.bearer(&token, client).await?;
        return Ok(found.map(|(bearer, successor)| (SessionCredential::Bearer(bearer), successor)));
    }
    let mut live = Vec::new();
    for id in cookies::session_ids(&parts.headers) {
        if let Some(found) = app.visits.browser(&id.to_string()).await? {
            let browser = Browser { session_id: found.session_id, number: found.number, verified: found.verified };
            live.push(SessionCredential::Cookie(browser));
        }
    }
    let visit = visit_of(parts.uri.path());
    Ok(app.visits.choose(live, visit).await?.map(|credential| (credential, None)))
}
