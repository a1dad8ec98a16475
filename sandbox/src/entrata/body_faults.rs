//! Faults that corrupt a finished reply. Its work is done, and the auth code is used.

use super::faults::Fault;
use super::format::Format;
use super::reply::Reply;
use crate::delivery::Delivery;

/// Far more than a sign-in response has, however many properties the user may see.
const HUGE_BYTES: usize = 5 * 1024 * 1024;
const NESTING_DEPTH: usize = 10_000;

pub(crate) fn corrupt(mut reply: Reply, format: Format, faults: &[Fault]) -> Reply {
    reply.text_mut(format);
    for fault in faults {
        let body = reply.text_mut(format);
        match fault {
            Fault::HtmlBody => {
                "<!doctype html><title>Entrata</title><p>We'll be back soon.".clone_into(body);
                reply.content_type = Some("text/html; charset=utf-8");
            }
            Fault::TruncatedJson => body.truncate(body.floor_char_boundary(body.len() / 2)),
            Fault::EmptyBody => body.clear(),
            Fault::HugeBody => body.insert_str(1, &format!("\"padding\":\"{}\",", "x".repeat(HUGE_BYTES))),
            Fault::DeepNesting => *body = deeply_nested(format),
            Fault::ContentTypeHtml => reply.content_type = Some("text/html; charset=utf-8"),
            Fault::ConnectionCut => reply.delivery = Delivery::CUT,
            Fault::Stalled => reply.delivery = Delivery::STALLED,
            Fault::HugeStream => reply.delivery = Delivery::Padded,
            Fault::Dropped => reply.status = None,
            _ => continue,
        }
        reply.outcome.push_str(" Then the response was corrupted.");
    }
    reply
}

fn deeply_nested(format: Format) -> String {
    let nest = |open: &str, close: &str| format!("{}{}", open.repeat(NESTING_DEPTH), close.repeat(NESTING_DEPTH));
    match format {
        Format::Json => format!("{{\"response\":{{\"code\":200,\"result\":{}}}}}", nest("[", "]")),
        Format::Xml => format!("<response><code>200</code><result>{}</result></response>", nest("<a>", "</a>")),
    }
}
