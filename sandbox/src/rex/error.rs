//! Errors in the .NET form: `Message`, with `MessageDetail` (404) or `ModelState` (400).

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::format::{Format, Node};

#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    fields: Vec<(&'static str, Node)>,
}

impl ApiError {
    fn new(status: StatusCode, message: &str) -> Self {
        Self { status, fields: vec![("Message", message.into())] }
    }

    /// A missing or wrong parameter.
    pub(crate) fn parameter(name: &'static str, problem: &str) -> Self {
        let mut error = Self::new(StatusCode::BAD_REQUEST, "The request is invalid.");
        let problems = Node::List("string", vec![problem.into()]);
        error.fields.push(("ModelState", Node::Object(vec![(name, problems)])));
        error
    }

    /// A body that is not the unnamed form value.
    pub(crate) fn body() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "The body is missing or is not URL encoded.")
    }

    pub(crate) fn unauthorized(hint: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, &format!("Authorization has been denied for this request. {hint}"))
    }

    pub(crate) fn plain_http() -> Self {
        Self::new(StatusCode::FORBIDDEN, "HTTPS is required.")
    }

    pub(crate) fn not_found(detail: &str) -> Self {
        let mut error = Self::new(StatusCode::NOT_FOUND, "The resource was not found.");
        error.fields.push(("MessageDetail", detail.into()));
        error
    }

    /// Returns the answer. To scripts (`X-Requested-With: XMLHttpRequest`) a 401 becomes a 403.
    pub(crate) fn response(self, headers: &HeaderMap) -> Response {
        let is_script = headers.get("x-requested-with").is_some_and(|v| v.as_bytes() == b"XMLHttpRequest");
        let status = match self.status {
            StatusCode::UNAUTHORIZED if is_script => StatusCode::FORBIDDEN,
            status => status,
        };
        Format::requested(headers).response(status, "Error", &Node::Object(self.fields))
    }
}
