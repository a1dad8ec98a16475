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
            "Entrata did not accept this opening: it was used before, took too long, or your company has not enabled the app.",
        ),
        Why::Spent => (
            "Open Latchkey again from Entrata",
            "This page was opened with a one-time pass that has been used. Nothing is wrong with your account.",
        ),
        Why::NotFramed => (
            "Open Latchkey from inside Entrata",
            "This link only works where Entrata itself opens it. If somebody sent it to you, close this page.",
        ),
        Why::Malformed => (
            "Open Latchkey again from Entrata",
            "The address of this page is incomplete, so there is no telling who is coming.",
        ),
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
