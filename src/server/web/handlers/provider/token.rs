//! `POST /api/oauth/token`: exchanges a code or a refresh token. Names are in camel case; errors have the codes of RFC
//! 6749, section 5.2.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use secrecy::ExposeSecret;
use serde_json::json;

use crate::server::{
    audit::ClientInfo,
    clock::exact,
    metrics::ProviderOutcome,
    provider::{IssuedTokens, Provider},
    storage,
    web::{
        App,
        error::Error,
        extract::{ClientPrefix, Fields, ProviderOn},
    },
};

pub async fn token(
    State(app): State<App>,
    ProviderOn(provider): ProviderOn,
    ClientPrefix(prefix): ClientPrefix,
    fields: Result<Fields, Error>,
) -> Result<Response, Error> {
    let fields = match fields {
        Ok(fields) => fields,
        Err(e) => return Ok(unreadable(&e)),
    };
    let Some(client_id) = fields.one("clientId") else { return Ok(refused_client(&app)) };
    if !provider.is_client(client_id, &fields.secret("clientSecret")) {
        return Ok(refused_client(&app));
    }
    let client = ClientInfo::syncaroo(prefix.to_string());
    match issue(&provider, &fields, client).await {
        Some(issued) => Ok(issued?.map_or_else(|| refused(StatusCode::BAD_REQUEST, "invalid_grant"), answer)),
        None => Ok(refused(StatusCode::BAD_REQUEST, wrong_request(&fields))),
    }
}

/// Returns `None` if the request has no usable grant type, or lacks the field that it needs.
async fn issue(
    provider: &Provider,
    fields: &Fields,
    client: ClientInfo,
) -> Option<storage::Result<Option<IssuedTokens>>> {
    match fields.one("grantType")? {
        "authorization_code" => {
            fields.one("code").filter(|code| !code.is_empty())?;
            Some(provider.exchange(&fields.secret("code"), fields.one("redirectUri"), client).await)
        }
        "refresh_token" => {
            fields.one("refreshToken").filter(|token| !token.is_empty())?;
            Some(provider.refresh(&fields.secret("refreshToken"), client).await)
        }
        _ => None,
    }
}

fn wrong_request(fields: &Fields) -> &'static str {
    match fields.one("grantType") {
        None | Some("" | "authorization_code" | "refresh_token") => "invalid_request",
        Some(_) => "unsupported_grant_type",
    }
}

fn answer(tokens: IssuedTokens) -> Response {
    let body = json!({
        "accessToken": tokens.access.expose_secret(),
        // UTC, without the letter that says so.
        "expires": exact(tokens.expires_at).trim_end_matches('Z'),
        "refreshToken": tokens.refresh.expose_secret(),
    });
    // The headers layer adds `Cache-Control: no-store`.
    ([(header::PRAGMA, "no-cache")], Json(body)).into_response()
}

fn refused_client(app: &App) -> Response {
    app.core.metrics.provider(ProviderOutcome::ClientRefused);
    refused(StatusCode::UNAUTHORIZED, "invalid_client")
}

/// A body that is too large, too slow or not a form.
fn unreadable(e: &Error) -> Response {
    let status = match e {
        Error::BadForm(status @ (StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT)) => *status,
        _ => StatusCode::BAD_REQUEST,
    };
    refused(status, "invalid_request")
}

fn refused(status: StatusCode, error: &'static str) -> Response {
    tracing::info!(error, "refused a token request");
    (status, Json(json!({ "error": error }))).into_response()
}
