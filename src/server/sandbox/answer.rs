//! An answer of the OAuth address, and what the faults make of it: first the result's fields, then the whole answer.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::Limited;
use serde_json::{Value, json};

use super::check::{EXPIRED, Refusal, SPENT};
use super::fault::Fault;
use super::oauth::REDIRECTED_TO;

/// As the vendor writes it, capitals included.
const JSON: &str = "APPLICATION/JSON; CHARSET=UTF-8";
/// More than anybody should read.
const HUGE: usize = 300 * 1024;

#[derive(Debug)]
pub(super) struct Answer {
    /// `None`: close the connection instead.
    pub(super) status: Option<u16>,
    content_type: &'static str,
    headers: Vec<(HeaderName, &'static str)>,
    body: String,
    pub(super) delay: Duration,
    /// For the log, in plain words.
    pub(super) outcome: String,
}

impl Answer {
    fn json(status: u16, body: &Value, outcome: impl Into<String>) -> Self {
        Self {
            status: Some(status),
            content_type: JSON,
            headers: Vec::new(),
            body: body.to_string(),
            delay: Duration::ZERO,
            outcome: outcome.into(),
        }
    }

    pub(super) fn result(result: Value, outcome: &str) -> Self {
        Self::json(200, &json!({ "response": { "result": result } }), outcome)
    }

    /// The older host answers 200 even for errors; `status-follows-code` makes it behave as the others do.
    pub(super) fn error(error: Refusal, faults: &[Fault]) -> Self {
        let body = json!({ "response": { "error": error_object(error) } });
        Self::json(status_of(error, faults), &body, error.message)
    }

    pub(super) async fn respond(self) -> Response {
        tokio::time::sleep(self.delay).await;
        let Some(status) = self.status else {
            return dropped();
        };
        let status = StatusCode::from_u16(status).expect("a status of this file");
        let mut response = (status, [(header::CONTENT_TYPE, self.content_type)], self.body).into_response();
        for (name, value) in self.headers {
            response.headers_mut().insert(name, value.parse().expect("a header of this file"));
        }
        response
    }
}

/// A body that fails before its first byte: hyper has not yet sent the head then, so over a real connection the client sees it
/// closed without an answer. Called without a connection, the router gives status 200 and a body that errors. The limit is not 0
/// because that would count as an empty body, which is sent.
fn dropped() -> Response {
    Response::new(Body::new(Limited::new(Body::from("never sent"), 1)))
}

fn error_object(error: Refusal) -> Value {
    json!({ "code": error.code, "message": error.message })
}

fn status_of(error: Refusal, faults: &[Fault]) -> u16 {
    match error.code {
        _ if !faults.contains(&Fault::StatusFollowsCode) => 200,
        code @ 400..=599 => code,
        1403 => 403,
        _ => 400,
    }
}

/// The answer of a fault that refuses before anything was done. The code stays as it was.
pub(super) fn refused(faults: &[Fault]) -> Option<Answer> {
    let error = |code, message| Refusal { code, message };
    let generic = error(400, "The request was refused.");
    let shaped = |body: Value| Answer::json(status_of(generic, faults), &body, generic.message);
    faults.iter().find_map(|fault| {
        Some(match fault {
            Fault::CodeExpired => Answer::error(EXPIRED, faults),
            Fault::CodeSpent => Answer::error(SPENT, faults),
            Fault::SuspendedClient => {
                let error = error(1403, "The client has not enabled this app.");
                let body = json!({ "response": { "requestId": "15", "code": 400, "error": error_object(error) } });
                Answer::json(status_of(error, faults), &body, error.message)
            }
            Fault::Transient => Answer::error(error(310, "A temporary error. Try again."), faults),
            Fault::ErrorIn200 => Answer::error(generic, &[]),
            Fault::OuterCodeError => {
                shaped(json!({ "response": { "requestId": "15", "code": 400, "error": error_object(generic) } }))
            }
            Fault::OuterCodeOnly => shaped(json!({ "response": { "code": 400, "message": generic.message } })),
            Fault::BareError => shaped(error_object(generic)),
            Fault::ErrorCodeAsText => {
                shaped(json!({ "response": { "error": { "code": "400", "message": generic.message } } }))
            }
            Fault::TooManyRequests => Answer {
                headers: vec![(header::RETRY_AFTER, "7")],
                ..Answer::json(429, &error_object(error(429, "Too many requests.")), "Too many requests.")
            },
            Fault::Status502 => Answer {
                content_type: "text/html",
                body: "<html><body><h1>502 Bad Gateway</h1></body></html>".to_owned(),
                ..Answer::json(502, &Value::Null, "Bad gateway.")
            },
            Fault::Redirect => Answer {
                headers: vec![(header::LOCATION, REDIRECTED_TO)],
                body: String::new(),
                ..Answer::json(302, &Value::Null, "Redirected.")
            },
            _ => return None,
        })
    })
}

/// What the faults make of a result's fields.
pub(super) fn bend(result: &mut Value, faults: &[Fault]) {
    let Some(fields) = result.as_object_mut() else {
        return;
    };
    for fault in faults {
        let (field, value) = match fault {
            Fault::IdAsText => ("user_id", Some(as_text(&fields["user_id"]))),
            Fault::IdAsFloat => ("user_id", Some(json!(fields["user_id"].as_f64().unwrap_or(12345.0)))),
            Fault::IdNull => ("user_id", Some(Value::Null)),
            Fault::IdEmpty => ("user_id", Some(json!(""))),
            Fault::IdMissing => ("user_id", None),
            Fault::IdAsObject => ("user_id", Some(json!({ "id": fields["user_id"] }))),
            Fault::IdAsBool => ("user_id", Some(json!(true))),
            Fault::ExpiresInAsText => ("expires_in", Some(as_text(&fields["expires_in"]))),
            Fault::ExpiresInMissing => ("expires_in", None),
            Fault::SubdomainMissing => ("subdomain", None),
            Fault::SubdomainNotALabel => ("subdomain", Some(json!("acme.evil.example/#"))),
            Fault::PropertiesNull => ("properties", Some(Value::Null)),
            Fault::PropertiesMissing => ("properties", None),
            Fault::PropertiesOneObject => {
                ("properties", Some(fields["properties"].get(0).cloned().unwrap_or_default()))
            }
            Fault::PropertiesKeyedById => ("properties", Some(keyed_by_id(&fields["properties"]))),
            _ => continue,
        };
        match value {
            Some(value) => fields.insert(field.to_owned(), value),
            None => fields.remove(field),
        };
    }
}

fn as_text(value: &Value) -> Value {
    value.as_str().map_or_else(|| Value::from(value.to_string()), Value::from)
}

fn keyed_by_id(list: &Value) -> Value {
    let entries = list.as_array().into_iter().flatten();
    entries.map(|entry| (entry["id"].to_string(), entry.clone())).collect::<serde_json::Map<_, _>>().into()
}

/// What the faults make of a finished answer, its work done and the code spent.
pub(super) fn spoil(mut answer: Answer, faults: &[Fault]) -> Answer {
    for fault in faults {
        match fault {
            Fault::HtmlBody => {
                answer.content_type = "text/html; charset=utf-8";
                answer.body = "<!doctype html><title>Entrata</title><p>We'll be back soon.".to_owned();
            }
            Fault::TruncatedJson => answer.body.truncate(answer.body.floor_char_boundary(answer.body.len() / 2)),
            Fault::EmptyBody => answer.body.clear(),
            Fault::HugeBody => answer.body.insert_str(1, &format!("\"padding\":\"{}\",", "x".repeat(HUGE))),
            Fault::Dropped => answer.status = None,
            _ => continue,
        }
        answer.outcome.push_str(" Then the answer was spoilt.");
    }
    answer
}
