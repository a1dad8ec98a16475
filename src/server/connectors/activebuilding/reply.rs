//! What every answer may hold: an OAuth error, or the failed envelope `{"response": {"message": …}, "status":
//! "failed"}`. The vendor's page says that the response's "meta" contains the envelope, and shows it as a whole body,
//! so it is looked for in three places.

use reqwest::StatusCode;

use crate::server::{
    connectors::{
        ConnectorError,
        activebuilding::json_walk::{Value, is, walk},
        oauth,
    },
    outbound::Answer,
};

/// Where the envelope may be.
const PLACES: [&[&str]; 3] = [&[], &["meta"], &["response", "meta"]];
/// Longest error code or status that is read, in bytes.
const MAX_CODE: usize = 64;

/// Has no `Debug`: a description may repeat what the user typed.
#[derive(Default)]
pub struct Reply {
    /// The OAuth error's code.
    pub error: Option<String>,
    /// As the system wrote it.
    pub description: Option<String>,
    envelopes: [Envelope; PLACES.len()],
}

#[derive(Default)]
struct Envelope {
    status: String,
    message: String,
}

impl Reply {
    /// Reads a body, and gives `visit` each value that is part of neither an error nor an envelope's status.
    ///
    /// # Errors
    /// When the body is not JSON: the system itself did not answer, or not in full.
    pub fn read(answer: &Answer, mut visit: impl FnMut(&[String], Value<'_>)) -> Result<Self, ConnectorError> {
        let mut reply = Self::default();
        let result = walk(&answer.body, |path, value| {
            if !reply.take(path, value) {
                visit(path, value);
            }
        });
        let not_json = ConnectorError::NotUnderstood("the body is not the expected JSON");
        result.map_err(|_| oauth::server_error(answer).unwrap_or(not_json))?;
        Ok(reply)
    }

    /// Whether the value is part of an error or a status.
    fn take(&mut self, path: &[String], value: Value<'_>) -> bool {
        let Value::Text(text) = value else { return false };
        if is(path, &["error"]) {
            self.error = Some(code(text)).filter(|code| !code.is_empty());
            return true;
        }
        if is(path, &["error_description"]) {
            self.description = Some(text.to_owned());
            return true;
        }
        if !matches!(path.last().map(String::as_str), Some("status" | "message")) {
            return false;
        }
        for (envelope, place) in self.envelopes.iter_mut().zip(PLACES) {
            if is(path, &[place, &["status"]].concat()) {
                envelope.status = code(text);
                return true;
            }
            if is(path, &[place, &["response", "message"]].concat()) {
                envelope.message = code(text);
                return true;
            }
        }
        false
    }

    /// Whether the answer itself says that it is a success.
    pub fn is_success(&self) -> bool {
        self.envelopes[0].status == "success"
    }

    /// Whether the answer says that the user has to sign in again.
    pub fn is_grant_gone(&self) -> bool {
        let is_gone = |envelope: &Envelope| envelope.is_failed() && envelope.message == "invalid_grant";
        self.error.as_deref() == Some("invalid_grant") || self.envelopes.iter().any(is_gone)
    }

    /// Checks the answer to a call with an access token.
    ///
    /// # Errors
    /// What the body, or else the HTTP status, says.
    pub fn check(&self, answer: &Answer) -> Result<(), ConnectorError> {
        if self.is_grant_gone() {
            return Err(ConnectorError::GrantGone);
        }
        if let Some(error) = oauth::server_error(answer) {
            return Err(error);
        }
        let is_failed = self.envelopes.iter().any(Envelope::is_failed);
        match self.error.as_deref() {
            Some("invalid_client_id" | "invalid_client_credentials") => {
                Err(ConnectorError::ClientRefused(answer.status.as_u16()))
            }
            None if is_failed && answer.status == StatusCode::FORBIDDEN => Err(ConnectorError::NotPermitted),
            None if !is_failed && answer.status.is_success() => Ok(()),
            _ => Err(refused(answer)),
        }
    }
}

impl Envelope {
    fn is_failed(&self) -> bool {
        self.status == "failed"
    }
}

/// A refusal. Its code is the HTTP status, as the system's own codes are texts.
pub fn refused(answer: &Answer) -> ConnectorError {
    ConnectorError::Refused((!answer.status.is_success()).then_some(answer.status.as_u16()))
}

/// Returns a code for comparing: without surrounding white space, in lower case. One that is too long is cut, and then
/// equals no known one.
fn code(text: &str) -> String {
    text.trim().chars().take(MAX_CODE).collect::<String>().to_ascii_lowercase()
}
