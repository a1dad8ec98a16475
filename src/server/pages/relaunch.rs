//! `relaunch`: this launch can't be used, or not again. A new click in Entrata works.

use leptos::prelude::*;

use super::{Document, components::EntrataSteps, rich, use_messages};
use crate::server::messages::{message, message_id};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Entrata refused the code.
    Refused,
    /// The code was used before.
    Spent,
    /// Opened outside of Entrata's frame.
    NotFramed,
    /// The address is not a valid launch.
    Malformed,
}

pub fn document() -> Document {
    Document::new("relaunch", message_id!("relaunch-title")).with_address("/login")
}

pub fn body(why: Why) -> AnyView {
    let messages = use_messages();
    let open_again = message!(messages, "relaunch-heading");
    let (heading, text) = match why {
        Why::Refused => (open_again, message!(messages, "relaunch-refused")),
        Why::Spent => (open_again, message!(messages, "relaunch-used")),
        Why::NotFramed => {
            (message!(messages, "relaunch-not-framed-heading"), message!(messages, "relaunch-not-framed"))
        }
        Why::Malformed => (open_again, message!(messages, "relaunch-malformed")),
    };
    let sign_in = view! { <a href="/login">{message!(messages, "relaunch-sign-in")}</a> };
    view! {
        <div class="narrow">
            <h1>{heading}</h1>
            <p class="lead">{text}</p>
            <EntrataSteps />
            <p class="aside">{rich!(messages, "relaunch-have-password", link = sign_in)}</p>
        </div>
    }
    .into_any()
}
