//! An answer of the simulated Entrata, from its tree to what goes over the connection.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::check::Refusal;
use super::ending::{Ending, dropped};
use super::fault::Fault;
use super::format::Format;

/// A tree is written in the request's language at the end; a text is already what is sent.
#[derive(Debug)]
pub(super) enum Payload {
    Tree(Value),
    Text(String),
}

#[derive(Debug)]
pub(super) struct Answer {
    /// `None`: close the connection instead.
    pub(super) status: Option<u16>,
    /// `None`: as the language says.
    pub(super) content_type: Option<&'static str>,
    headers: Vec<(&'static str, String)>,
    pub(super) body: Payload,
    pub(super) ending: Ending,
    pub(super) delay: Duration,
    /// For the log, in plain words.
    pub(super) outcome: String,
}

impl Answer {
    pub(super) fn new(status: u16, body: Payload, outcome: impl Into<String>) -> Self {
        Self {
            status: Some(status),
            content_type: None,
            headers: Vec::new(),
            body,
            ending: Ending::Whole,
            delay: Duration::ZERO,
            outcome: outcome.into(),
        }
    }

    pub(super) fn result(result: Value, outcome: &str) -> Self {
        Self::new(200, Payload::Tree(json!({ "response": { "result": result } })), outcome)
    }

    /// The older host answers 200 even for errors; `status-follows-code` makes it behave as the others do.
    pub(super) fn error(error: Refusal, faults: &[Fault]) -> Self {
        let body = json!({ "response": { "error": error_object(&error) } });
        Self::new(status_of(&error, faults), Payload::Tree(body), error.message)
    }

    /// With a header of the answer, after those that it has. Of two with one name the first is sent.
    pub(super) fn with_header(mut self, header: (&'static str, String)) -> Self {
        self.headers.push(header);
        self
    }

    /// From here on the body is text.
    pub(super) fn written(&mut self, format: Format) -> &mut String {
        if let Payload::Tree(tree) = &self.body {
            self.body = Payload::Text(format.write(tree));
            self.content_type.get_or_insert(format.content_type());
        }
        match &mut self.body {
            Payload::Text(text) => text,
            Payload::Tree(_) => unreachable!("it was written"),
        }
    }

    /// `spoil` has written the body before.
    pub(super) async fn respond(self) -> Response {
        tokio::time::sleep(self.delay).await;
        let Some(status) = self.status else {
            return Response::new(dropped());
        };
        let status = StatusCode::from_u16(status).expect("a status of this folder");
        let content_type = self.content_type.unwrap_or(Format::Json.content_type());
        let body = match self.body {
            Payload::Text(text) => self.ending.body(text),
            Payload::Tree(tree) => self.ending.body(tree.to_string()),
        };
        let mut response = (status, [(header::CONTENT_TYPE, content_type)], body).into_response();
        for (name, value) in self.headers {
            let value = HeaderValue::try_from(value).expect("a header of this folder");
            response.headers_mut().entry(HeaderName::from_static(name)).or_insert(value);
        }
        response
    }
}

pub(super) fn error_object(error: &Refusal) -> Value {
    json!({ "code": error.code, "message": error.message })
}

pub(super) fn status_of(error: &Refusal, faults: &[Fault]) -> u16 {
    match error.code {
        429 => 429,
        _ if !faults.contains(&Fault::StatusFollowsCode) => 200,
        code @ 400..=599 => code,
        1403 => 403,
        _ => 400,
    }
}
