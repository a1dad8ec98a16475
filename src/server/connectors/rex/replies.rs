//! The replies of the three OAuth calls. `expires_in` is seconds in two of them and an Eastern date and time in the
//! third: two types, neither of which reads the other's form.

use secrecy::SecretString;

use super::{answer_error, eastern::EasternDateTime, format::Format, keys::is_quotable, record::Record};
use crate::server::{connectors::ConnectorError, outbound::Answer};

/// Longest token, in bytes.
const MAX_TOKEN: usize = 4_096;

/// A token's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seconds(i64);

#[derive(Debug)]
pub(super) struct NewToken {
    pub(super) secret: SecretString,
    /// None if the answer did not say.
    pub(super) life: Option<Seconds>,
}

/// What REX reports about a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenStatus {
    Valid {
        until: EasternDateTime,
    },
    Expired,
    /// Key, token and integrator id don't belong together.
    Invalid,
    /// The integrator id is wrong.
    NoAccess,
}

impl Seconds {
    fn read(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    pub(super) fn get(self) -> i64 {
        self.0
    }

    /// Reads `expires_in`, which may be absent.
    fn of(record: &Record) -> Result<Option<Self>, ConnectorError> {
        match record.text("expires_in") {
            "" => Ok(None),
            text => Self::read(text).map(Some).ok_or(ConnectorError::NotUnderstood("the life of a token")),
        }
    }
}

/// # Errors
/// [`ConnectorError::GrantGone`] when the API refuses the keys.
pub(super) fn read_token(answer: &Answer, format: Format) -> Result<NewToken, ConnectorError> {
    if let Some(error) = answer_error::of_oauth(answer) {
        return Err(error);
    }
    let record = format.record(answer, "AccessTokenResponse", "the token reply is not of the expected form")?;
    let token = record.text("access_token");
    let is_token = (1..=MAX_TOKEN).contains(&token.len()) && is_quotable(token) && !token.contains(' ');
    if !is_token {
        return Err(ConnectorError::NotUnderstood("the token reply holds no token"));
    }
    Ok(NewToken { life: Seconds::of(&record)?, secret: token.into() })
}

/// # Errors
/// [`ConnectorError::GrantGone`] when the API refuses the keys.
pub(super) fn read_client(answer: &Answer, format: Format) -> Result<(), ConnectorError> {
    if let Some(error) = answer_error::of_oauth(answer) {
        return Err(error);
    }
    let what = "the reply about the keys is not of the expected form";
    let record = format.record(answer, "ClientValidationResponse", what)?;
    match record.text("clientstatus") {
        "Valid_Client" => Seconds::of(&record).map(drop),
        "Unauthorized_Client" => Err(ConnectorError::GrantGone),
        _ => Err(ConnectorError::NotUnderstood(what)),
    }
}

/// # Errors
/// When the answer is no status.
pub(super) fn read_token_status(answer: &Answer, format: Format) -> Result<TokenStatus, ConnectorError> {
    if let Some(error) = answer_error::of_data(answer) {
        return Err(error);
    }
    let what = "the reply about the token is not of the expected form";
    let record = format.record(answer, "TokenValidationResponse", what)?;
    match record.text("tokenstatus") {
        "Valid" => {
            let until = EasternDateTime::read(record.text("expires_in"));
            Ok(TokenStatus::Valid { until: until.ok_or(ConnectorError::NotUnderstood("the end of a token"))? })
        }
        "Expired" => Ok(TokenStatus::Expired),
        "Invalid" => Ok(TokenStatus::Invalid),
        "NoAccess" => Ok(TokenStatus::NoAccess),
        _ => Err(ConnectorError::NotUnderstood(what)),
    }
}
