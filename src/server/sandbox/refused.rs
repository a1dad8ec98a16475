//! Answers of faults that refuse before anything was done. The code stays as it was.

use serde_json::{Value, json};

use super::answer::{Answer, Payload, error_object, status_of};
use super::check::{CLIENT_UNKNOWN, EXPIRED, NO_PERMISSION, Refusal, SPENT, SUSPENDED};
use super::fault::Fault;
use super::oauth::REDIRECTED_TO;

pub(super) fn refused(faults: &[Fault]) -> Option<Answer> {
    faults.iter().find_map(|fault| of(*fault, faults))
}

fn of(fault: Fault, faults: &[Fault]) -> Option<Answer> {
    let generic = Refusal::new(400, "The request was refused.");
    let shaped = |error: &Refusal, body: Value| {
        Answer::new(status_of(error, faults), Payload::Tree(body), error.message.clone())
    };
    Some(match fault {
        Fault::CodeExpired => Answer::error(EXPIRED, faults),
        Fault::CodeSpent => Answer::error(SPENT, faults),
        Fault::ClientUnknown => Answer::error(CLIENT_UNKNOWN, faults),
        Fault::AddressRefused => html(403, "403 Forbidden", "The address is not allowed."),
        Fault::SuspendedClient => {
            let body = json!({ "response": { "requestId": "15", "code": 400, "error": error_object(&SUSPENDED) } });
            shaped(&SUSPENDED, body)
        }
        Fault::Transient => Answer::error(Refusal::new(310, "A temporary error. Try again."), faults),
        Fault::ErrorIn200 => Answer::error(generic, &[]),
        Fault::OuterCodeError => {
            shaped(&generic, json!({ "response": { "requestId": "15", "code": 400, "error": error_object(&generic) } }))
        }
        Fault::OuterCodeOnly => shaped(&generic, json!({ "response": { "code": 400, "message": generic.message } })),
        Fault::BareError => shaped(&generic, error_object(&generic)),
        Fault::ErrorCodeAsText => {
            shaped(&generic, json!({ "response": { "error": { "code": "400", "message": generic.message } } }))
        }
        Fault::TooManyRequests => too_many().with_header(("retry-after", "7".to_owned())),
        Fault::TooManyNoWait => too_many(),
        Fault::Unauthorized => Answer::error(Refusal::new(401, "The access token is not accepted."), faults),
        Fault::Forbidden => Answer::error(Refusal::new(403, "The call is not allowed."), faults),
        Fault::ServerError => {
            let error = Refusal::new(500, "Internal error.");
            Answer::new(500, Payload::Tree(json!({ "response": { "error": error_object(&error) } })), error.message)
        }
        Fault::PropertyForbidden => Answer::error(NO_PERMISSION, faults),
        Fault::Status500 => html(500, "500 Internal Server Error", "Internal error."),
        Fault::Status503 => html(503, "503 Service Unavailable", "Service unavailable."),
        Fault::Status502 => html(502, "502 Bad Gateway", "Bad gateway."),
        Fault::Redirect => Answer::new(302, Payload::Text(String::new()), "Redirected.")
            .with_header(("location", REDIRECTED_TO.to_owned())),
        _ => return None,
    })
}

fn too_many() -> Answer {
    let error = Refusal::new(429, "Too many requests.");
    Answer::new(429, Payload::Tree(error_object(&error)), error.message)
}

fn html(status: u16, title: &str, outcome: &str) -> Answer {
    let body = format!("<html><body><h1>{title}</h1></body></html>");
    let mut answer = Answer::new(status, Payload::Text(body), outcome);
    answer.content_type = Some("text/html");
    answer
}
