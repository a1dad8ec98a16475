//! The answer to a sign-in: a token with its user, or an OAuth error. Classified by the body, because the vendor's page
//! gives no HTTP status for any error.

use form_urlencoded::byte_serialize;
use reqwest::StatusCode;
use secrecy::SecretString;

use crate::server::{
    connectors::{
        ConnectorError, Subject,
        activebuilding::{
            json_walk::{Value, is},
            reply::{Reply, refused},
        },
        oauth::{self, cleaned},
    },
    outbound::Answer,
};

/// Longest access token, in bytes. The sample has 40.
const MAX_TOKEN: usize = 4096;

#[derive(Debug)]
pub struct SignedIn {
    pub token: SecretString,
    pub user: User,
}

/// The user who signed in. All texts are the system's, cleaned; each may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: String,
    pub kind: UserKind,
    pub name: String,
    pub email: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserKind {
    Staff,
    /// Sees only their own data. Also stands for types that are unknown.
    Resident,
}

/// Why there is no token, with the system's words for the log. Has no `Debug`: they may repeat what the user typed.
pub struct Refusal {
    pub error: ConnectorError,
    code: String,
    description: String,
}

impl User {
    /// Returns whom the grant belongs to, named by their full name or else their email.
    pub fn subject(&self) -> Subject {
        let name = if self.name.is_empty() { &self.email } else { &self.name };
        Subject { id: self.id.clone(), name: name.clone() }
    }
}

impl Refusal {
    /// Logs the system's error, without these secrets. A wrong password is not logged, and an answer without an error
    /// has nothing to log.
    pub fn log(&self, secrets: &[&str]) {
        if !self.code.is_empty() && self.code != "invalid_grant" {
            let (code, description) = (Self::text(&self.code, secrets), Self::text(&self.description, secrets));
            tracing::warn!(code, description, "ActiveBuilding refused a sign-in: {}", self.error);
        }
    }

    fn text(text: &str, secrets: &[&str]) -> String {
        // The longest first: one may contain another.
        let mut secrets: Vec<&str> = secrets.iter().copied().filter(|secret| !secret.is_empty()).collect();
        secrets.sort_unstable_by_key(|secret| std::cmp::Reverse(secret.len()));
        let mut text = text.to_owned();
        for secret in secrets {
            let encoded: String = byte_serialize(secret.as_bytes()).collect();
            text = text.replace(secret, "[removed]").replace(&encoded, "[removed]");
        }
        cleaned(&text)
    }
}

impl From<ConnectorError> for Refusal {
    fn from(error: ConnectorError) -> Self {
        Self { error, code: String::new(), description: String::new() }
    }
}

/// Reads the answer to a sign-in.
///
/// # Errors
/// When the answer holds an error or no usable token.
pub fn read_sign_in(answer: &Answer) -> Result<SignedIn, Refusal> {
    let mut token = None;
    let mut user = User { id: String::new(), kind: UserKind::Resident, name: String::new(), email: String::new() };
    let reply = Reply::read(answer, |path, value| {
        let Value::Text(text) = value else { return };
        if is(path, &["access_token"]) {
            token = is_token(text).then(|| SecretString::from(text));
        } else if is(path, &["user", "userId"]) {
            user.id = cleaned(text);
        } else if is(path, &["user", "userType"]) {
            let is_staff = text.trim().eq_ignore_ascii_case("STAFF");
            user.kind = if is_staff { UserKind::Staff } else { UserKind::Resident };
        } else if is(path, &["user", "fullname"]) {
            user.name = cleaned(text);
        } else if is(path, &["user", "email"]) {
            user.email = cleaned(text);
        }
    })?;
    check(answer, &reply).map_err(|error| Refusal {
        error,
        code: reply.error.unwrap_or_default(),
        description: reply.description.unwrap_or_default(),
    })?;
    let token = token.ok_or(ConnectorError::NotUnderstood("there is no access token"))?;
    Ok(SignedIn { token, user })
}

/// A wrong password is an `invalid_grant` in the page's list and an `authentication_failure` in its sample.
fn check(answer: &Answer, reply: &Reply) -> Result<(), ConnectorError> {
    if answer.status == StatusCode::TOO_MANY_REQUESTS {
        return Err(ConnectorError::Limited(oauth::retry_after(&answer.headers)));
    }
    match reply.error.as_deref() {
        Some("authentication_failure") => Err(ConnectorError::GrantGone),
        Some("invalid_client_id" | "invalid_client_credentials") => {
            Err(ConnectorError::ClientRefused(answer.status.as_u16()))
        }
        Some("invalid_request" | "unsupported_response_type") => Err(refused(answer)),
        _ => reply.check(answer),
    }
}

/// Whether a text can be a token: visible ASCII characters.
fn is_token(text: &str) -> bool {
    (1..=MAX_TOKEN).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}
