//! What an answer's status says.

use reqwest::StatusCode;

use super::format;
use crate::server::{
    connectors::{
        ConnectorError,
        oauth::{self, server_error},
    },
    outbound::Answer,
};

/// Returns the error of an OAuth call. The grant is gone only if the API itself refuses the keys; a 403 that asks for
/// HTTPS, or an answer from a proxy in between, says nothing about them.
pub(super) fn of_oauth(answer: &Answer) -> Option<ConnectorError> {
    let status = answer.status;
    if let Some(error) = server_error(answer) {
        return Some(error);
    }
    Some(match status {
        status if status.is_success() => return None,
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
            if format::is_from_api(answer) && !asks_for_https(answer) =>
        {
            ConnectorError::GrantGone
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ConnectorError::ClientRefused(status.as_u16()),
        // Also 404 and 405, which a wrong API address gets.
        _ => ConnectorError::Refused(Some(status.as_u16())),
    })
}

/// Returns the error of a data call. The next token request shows whether the keys are gone, too.
pub(super) fn of_data(answer: &Answer) -> Option<ConnectorError> {
    if let Some(error) = server_error(answer) {
        return Some(error);
    }
    match answer.status {
        status if status.is_success() => None,
        // Of a page of HTML, a firewall or proxy is the author, which knows nothing of tokens.
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if !oauth::is_html(answer) => {
            Some(ConnectorError::TokenRejected)
        }
        status => Some(ConnectorError::Refused(Some(status.as_u16()))),
    }
}

fn asks_for_https(answer: &Answer) -> bool {
    let body = answer.body.to_ascii_lowercase();
    answer.status == StatusCode::FORBIDDEN && body.windows(5).any(|part| part == b"https")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_html_says_nothing_about_a_token() {
        for (body, error) in [
            ("", ConnectorError::TokenRejected),
            (r#"{"Message":"unauthorized"}"#, ConnectorError::TokenRejected),
            ("<Error><Message>unauthorized</Message></Error>", ConnectorError::TokenRejected),
            (" <!DOCTYPE html><title>Blocked</title>", ConnectorError::Refused(Some(403))),
            ("<HTML><body>Blocked</body></HTML>", ConnectorError::Refused(Some(403))),
        ] {
            assert_eq!(of_data(&Answer::new(StatusCode::FORBIDDEN, body)), Some(error), "{body}");
        }
    }
}
