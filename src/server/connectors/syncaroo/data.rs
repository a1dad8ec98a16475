//! A GET of Syncaroo's API with the access token.

use reqwest::StatusCode;
use url::Url;

use crate::server::{
    connectors::{Caller, ConnectorError, Grant, oauth},
    outbound::{Answer, Request},
};

/// Sends the request and returns an answer whose status is a success.
///
/// # Errors
/// [`ConnectorError::TokenRejected`] for a 401: the access token lives ten minutes only.
pub async fn get(caller: &Caller, operation: &'static str, grant: &Grant, url: &Url) -> Result<Answer, ConnectorError> {
    let request = Request::get(url).accept("application/json").bearer(&grant.access)?;
    let answer = caller.send(operation, request).await?;
    match refusal(&answer) {
        Some(error) => Err(error),
        None => Ok(answer),
    }
}

pub fn refusal(answer: &Answer) -> Option<ConnectorError> {
    if answer.status.is_success() {
        return None;
    }
    Some(oauth::server_error(answer).unwrap_or(match answer.status {
        StatusCode::UNAUTHORIZED if !oauth::is_html(answer) => ConnectorError::TokenRejected,
        StatusCode::FORBIDDEN => ConnectorError::NotPermitted,
        status => ConnectorError::Refused(Some(status.as_u16())),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_html_says_nothing_about_a_token() {
        let refusal = |body: &str| refusal(&Answer::new(StatusCode::UNAUTHORIZED, body));
        assert_eq!(refusal(""), Some(ConnectorError::TokenRejected));
        assert_eq!(refusal("<!doctype HTML>Sign in"), Some(ConnectorError::Refused(Some(401))));
    }
}
