//! `unavailable`: it is not the person's fault, and what to do now.

use leptos::prelude::*;

use super::{Document, components::Steps};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unavailable {
    /// Entrata could not be reached and nothing was sent: the same address works again.
    TryAgain,
    /// Entrata did not answer properly; the code is gone.
    OpenAgain,
    /// Entrata refused this server, which its operator has to mend; the code is gone.
    ClientRefused,
    /// Too much at once; the same address works again after a while.
    Busy,
    /// Nothing can be stored just now; `OpenAgain` where the code is gone.
    StorageUnavailable,
}

impl Unavailable {
    /// Whether the code was not sent, so that the same address works again.
    pub fn is_code_free(self) -> bool {
        !matches!(self, Self::OpenAgain | Self::ClientRefused)
    }
}

/// `keep`: the address stays as it is, because it is what has to be asked for again.
pub fn document(keep: bool) -> Document {
    let document = Document::plain("unavailable", "Unavailable right now");
    if keep { document } else { document.at("/login") }
}

pub fn body(what: Unavailable) -> AnyView {
    let (heading, text) = match what {
        Unavailable::TryAgain => ("We can’t reach Entrata", "Nothing was lost. Try again in a moment."),
        Unavailable::OpenAgain => {
            ("Entrata didn’t respond", "Wait a moment, then open Latchkey again. Your account is fine.")
        }
        Unavailable::ClientRefused => (
            "Latchkey can’t connect to Entrata",
            "Entrata rejected Latchkey’s credentials. Ask your Latchkey administrator to check the log. Your account is fine. \
             Once it’s fixed, open Latchkey again from Entrata.",
        ),
        Unavailable::StorageUnavailable => {
            ("Latchkey can’t save anything right now", "Nothing was lost. Wait a moment, then try again.")
        }
        Unavailable::Busy => ("Too many requests", "Wait a moment, then try again. Nothing was lost."),
    };
    let again = what.is_code_free();
    view! {
        <div class="narrow">
            <h1>{heading}</h1>
            <p class="lead">{text}</p>
            {(!again).then(|| view! { <Steps /> })}
            {again.then(|| view! {
                <p class="choices"><button class="primary" type="button" data-again hidden>"Try again"</button></p>
                <noscript><p class="aside">"Reload this page to try again."</p></noscript>
            })}
        </div>
    }
    .into_any()
}
