//! Replies of faults that refuse a request before anything is done. The auth code stays unused.

use serde_json::{Value, json};

use super::error::ApiError;
use super::faults::Fault;
use super::reply::{Reply, ReplyBody, error_object, http_status};

/// Where the fault `redirect` points.
pub(crate) const REDIRECT_PATH: &str = "/api/oauth/elsewhere";

/// Returns the reply of the first fault that refuses the request.
pub(crate) fn refusal(faults: &[Fault]) -> Option<Reply> {
    faults.iter().find_map(|fault| reply(*fault, faults))
}

fn reply(fault: Fault, faults: &[Fault]) -> Option<Reply> {
    let generic = ApiError::new(400, "The request was refused.");
    let reply_with = |error: &ApiError, body: Value| {
        Reply::new(http_status(error, faults), ReplyBody::Tree(body), error.message.clone())
    };
    let with_outer_code = |error: &ApiError| {
        let response = json!({ "requestId": "15", "code": 400, "error": error_object(error) });
        reply_with(error, json!({ "response": response }))
    };
    Some(match fault {
        Fault::CodeExpired => Reply::error(ApiError::CODE_EXPIRED, faults),
        Fault::CodeSpent => Reply::error(ApiError::CODE_USED, faults),
        Fault::ClientUnknown => Reply::error(ApiError::UNKNOWN_CLIENT, faults),
        Fault::AddressRefused => html(403, "403 Forbidden", "The address is not allowed."),
        Fault::SuspendedClient => with_outer_code(&ApiError::NOT_ENABLED),
        Fault::Transient => Reply::error(ApiError::new(310, "A temporary error. Try again."), faults),
        Fault::ErrorIn200 => Reply::error(generic, &[]),
        Fault::OuterCodeError => with_outer_code(&generic),
        Fault::OuterCodeOnly => {
            reply_with(&generic, json!({ "response": { "code": 400, "message": generic.message } }))
        }
        Fault::BareError => reply_with(&generic, error_object(&generic)),
        Fault::ErrorCodeAsText => {
            reply_with(&generic, json!({ "response": { "error": { "code": "400", "message": generic.message } } }))
        }
        Fault::TooManyRequests => too_many_requests().with_header(("retry-after", "7".to_owned())),
        Fault::TooManyNoWait => too_many_requests(),
        Fault::Unauthorized => Reply::error(ApiError::new(401, "The access token is not accepted."), faults),
        Fault::Forbidden => Reply::error(ApiError::new(403, "The call is not allowed."), faults),
        Fault::ServerError => {
            let error = ApiError::new(500, "Internal error.");
            let body = json!({ "response": { "error": error_object(&error) } });
            Reply::new(500, ReplyBody::Tree(body), error.message)
        }
        Fault::PropertyForbidden => Reply::error(ApiError::NO_PERMISSION, faults),
        Fault::Status500 => html(500, "500 Internal Server Error", "Internal error."),
        Fault::Status503 => html(503, "503 Service Unavailable", "Service unavailable."),
        Fault::Status502 => html(502, "502 Bad Gateway", "Bad gateway."),
        Fault::Redirect => Reply::new(302, ReplyBody::Text(String::new()), "Redirected.")
            .with_header(("location", REDIRECT_PATH.to_owned())),
        _ => return None,
    })
}

fn too_many_requests() -> Reply {
    let error = ApiError::new(429, "Too many requests.");
    Reply::new(429, ReplyBody::Tree(error_object(&error)), error.message)
}

fn html(status: u16, title: &str, outcome: &str) -> Reply {
    let body = format!("<html><body><h1>{title}</h1></body></html>");
    let mut reply = Reply::new(status, ReplyBody::Text(body), outcome);
    reply.content_type = Some("text/html");
    reply
}
