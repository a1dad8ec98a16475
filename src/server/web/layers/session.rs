//! The session layer. Finds the session credential of a request: a bearer token, or of all session cookies the one that
//! belongs to a live browser session. Unknown ids are ignored, never adopted. Changed session data is saved to its row,
//! if that still exists.

mod store;

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
    urls::visit_of,
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
    let (credential, next_token) = match found {
        Ok(found) => found.map_or((None, None), |(credential, next_token)| (Some(credential), next_token)),
        Err(e) => return Error::from(e).into_response(),
    };
    let session = credential.map(|credential| {
        let store = Store::new(app.visits.clone(), credential.session_id().clone());
        // tower-sessions requires an id; the store does not use it.
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
    match next_token {
        // A password entered in this request has issued a newer token.
        Some(token) if !response.headers().contains_key(script::BEARER) => (SetBearer(token), response).into_response(),
        _ => response,
    }
}

/// Returns the session credential of a request, and the next bearer token when it is time for one.
async fn find(app: &App, parts: &mut Parts) -> storage::Result<Option<(SessionCredential, Option<Token>)>> {
    if let Some(token) = script::bearer(&parts.headers).map(str::to_owned) {
        let Ok(Client(client)) = Client::from_request_parts(parts, app).await;
        let found = app.visits.bearer(&token, client).await?;
        return Ok(found.map(|(bearer, next_token)| (SessionCredential::Bearer(bearer), next_token)));
    }
    let mut live = Vec::new();
    for id in cookies::session_ids(&parts.headers) {
        if let Some(found) = app.visits.browser(&id.to_string()).await? {
            let browser = Browser { session_id: found.session_id, number: found.number, verified: found.verified };
            live.push(SessionCredential::Cookie(browser));
        }
    }
    let visit = visit_of(parts.uri.path());
    Ok(app.visits.choose(live, visit.as_ref()).await?.map(|credential| (credential, None)))
}
