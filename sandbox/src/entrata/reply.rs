//! A response of the simulated Entrata, from its values to the bytes on the connection.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::error::ApiError;
use super::faults::Fault;
use super::format::Format;
use crate::delivery::{Delivery, dropped};

/// A tree is serialized in the request's format later on; a text is sent as it is.
#[derive(Debug)]
pub(crate) enum ReplyBody {
    Tree(Value),
    Text(String),
}

#[derive(Debug)]
pub(crate) struct Reply {
    /// `None`: close the connection instead.
    pub(crate) status: Option<u16>,
    /// `None`: the format's own.
    pub(crate) content_type: Option<&'static str>,
    headers: Vec<(&'static str, String)>,
    pub(crate) body: ReplyBody,
    pub(crate) delivery: Delivery,
    pub(crate) delay: Duration,
    /// A sentence for the log.
    pub(crate) outcome: String,
}

impl Reply {
    pub(crate) fn new(status: u16, body: ReplyBody, outcome: impl Into<String>) -> Self {
        Self {
            status: Some(status),
            content_type: None,
            headers: Vec::new(),
            body,
            delivery: Delivery::Complete,
            delay: Duration::ZERO,
            outcome: outcome.into(),
        }
    }

    pub(crate) fn result(result: Value, outcome: &str) -> Self {
        Self::new(200, ReplyBody::Tree(json!({ "response": { "result": result } })), outcome)
    }

    pub(crate) fn error(error: ApiError, faults: &[Fault]) -> Self {
        let body = json!({ "response": { "error": error_object(&error) } });
        Self::new(http_status(&error, faults), ReplyBody::Tree(body), error.message)
    }

    /// Adds a header. If several have the same name, the first is sent.
    pub(crate) fn with_header(mut self, header: (&'static str, String)) -> Self {
        self.headers.push(header);
        self
    }

    /// Serializes the body unless it is a text already, and returns the text.
    pub(crate) fn text_mut(&mut self, format: Format) -> &mut String {
        if let ReplyBody::Tree(tree) = &self.body {
            self.body = ReplyBody::Text(format.write(tree));
            self.content_type.get_or_insert(format.content_type());
        }
        match &mut self.body {
            ReplyBody::Text(text) => text,
            ReplyBody::Tree(_) => unreachable!("the tree was replaced"),
        }
    }

    pub(crate) async fn send(self) -> Response {
        tokio::time::sleep(self.delay).await;
        let Some(status) = self.status else {
            return Response::new(dropped());
        };
        let status = StatusCode::from_u16(status).expect("statuses are constants");
        let content_type = self.content_type.unwrap_or(Format::Json.content_type());
        let body = match self.body {
            ReplyBody::Text(text) => self.delivery.body(text),
            ReplyBody::Tree(tree) => self.delivery.body(tree.to_string()),
        };
        let mut response = (status, [(header::CONTENT_TYPE, content_type)], body).into_response();
        for (name, value) in self.headers {
            let value = HeaderValue::try_from(value).expect("header values are printable ASCII");
            response.headers_mut().entry(HeaderName::from_static(name)).or_insert(value);
        }
        response
    }
}

pub(crate) fn error_object(error: &ApiError) -> Value {
    json!({ "code": error.code, "message": error.message })
}

/// Returns the HTTP status for an error. The older host uses 200 even for errors; with `status-follows-code` it does
/// what the others do.
pub(crate) fn http_status(error: &ApiError, faults: &[Fault]) -> u16 {
    match error.code {
        429 => 429,
        _ if !faults.contains(&Fault::StatusFollowsCode) => 200,
        code @ 400..=599 => code,
        1403 => 403,
        _ => 400,
    }
}
