//! The session layer: finds the browser session among all cookies of the name, and hands it on; a session's data goes back into its
//! row, and only if the row is still there. Unknown ids are ignored, never adopted.

mod store;

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tower_sessions::Session;

use self::store::Store;
use crate::server::{
    http::{App, cookies, error::Error},
    visit::Browser,
};

pub async fn session(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let mut data = None;
    for id in cookies::session_ids(request.headers()) {
        match app.visits.browser(&id.to_string()).await {
            Err(e) => return Error::from(e).into_response(),
            Ok(None) => {}
            Ok(Some(found)) => {
                let browser = Browser { session_id: found.session_id, number: found.number, proven: found.proven };
                let session = Session::new(Some(id), Arc::new(Store::new(app.visits.clone())), None);
                request.extensions_mut().insert(browser);
                request.extensions_mut().insert(session.clone());
                data = Some(session);
                break;
            }
        }
    }
    let response = next.run(request).await;
    if let Some(session) = data.filter(Session::is_modified)
        && let Err(e) = session.save().await
    {
        tracing::warn!(error = %e, "a session's data was not saved");
    }
    response
}
