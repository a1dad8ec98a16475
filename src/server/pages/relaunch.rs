//! `relaunch`: this opening can't be used (any more); a new click in Entrata can.

use leptos::prelude::*;

use super::{Document, components::Steps};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Entrata refused the code.
    Refused,
    /// Launched before.
    Spent,
    /// Not in Entrata's frame.
    NotFramed,
    /// The address is no launch's.
    Malformed,
}

pub fn document() -> Document {
    Document::plain("relaunch", "Open again from Entrata").at("/login")
}

pub fn body(why: Why) -> AnyView {
    let (heading, text) = match why {
        Why::Refused => (
            "Open Latchkey again from Entrata",
            "This sign-in link expired or was already used. If it keeps happening, Latchkey may not be turned on for your company.",
        ),
        Why::Spent => ("Open Latchkey again from Entrata", "This sign-in link was already used. Your account is fine."),
        Why::NotFramed => (
            "Open Latchkey from inside Entrata",
            "This link only works inside Entrata. If someone sent it to you, close this page.",
        ),
        Why::Malformed => ("Open Latchkey again from Entrata", "This link is incomplete."),
    };
    view! {
        <div class="narrow">
            <h1>{heading}</h1>
            <p class="lead">{text}</p>
            <Steps />
            <p class="aside">"Have a password? " <a href="/login">"Sign in without Entrata"</a></p>
        </div>
    }
    .into_any()
}
