//! What the faults make of a finished answer, its work done and the code spent.

use super::answer::Answer;
use super::ending::Ending;
use super::fault::Fault;
use super::format::Format;

/// More than anybody should read of an answer of the sign-in, however many properties its user may see.
const HUGE: usize = 5 * 1024 * 1024;
const DEEP: usize = 10_000;

pub(super) fn spoil(mut answer: Answer, format: Format, faults: &[Fault]) -> Answer {
    answer.written(format);
    for fault in faults {
        let body = answer.written(format);
        match fault {
            Fault::HtmlBody => {
                "<!doctype html><title>Entrata</title><p>We'll be back soon.".clone_into(body);
                answer.content_type = Some("text/html; charset=utf-8");
            }
            Fault::TruncatedJson => body.truncate(body.floor_char_boundary(body.len() / 2)),
            Fault::EmptyBody => body.clear(),
            Fault::HugeBody => body.insert_str(1, &format!("\"padding\":\"{}\",", "x".repeat(HUGE))),
            Fault::DeepNesting => *body = deep(format),
            Fault::ContentTypeHtml => answer.content_type = Some("text/html; charset=utf-8"),
            Fault::ConnectionCut => answer.ending = Ending::CUT,
            Fault::Stalled => answer.ending = Ending::STALLED,
            Fault::HugeStream => answer.ending = Ending::Flood,
            Fault::Dropped => answer.status = None,
            _ => continue,
        }
        answer.outcome.push_str(" Then the answer was spoilt.");
    }
    answer
}

/// An answer that opens more than any answer has to close.
fn deep(format: Format) -> String {
    let nested = |open: &str, close: &str| format!("{}{}", open.repeat(DEEP), close.repeat(DEEP));
    match format {
        Format::Json => format!("{{\"response\":{{\"code\":200,\"result\":{}}}}}", nested("[", "]")),
        Format::Xml => format!("<response><code>200</code><result>{}</result></response>", nested("<a>", "</a>")),
    }
}
