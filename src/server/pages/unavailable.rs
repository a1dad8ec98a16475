//! `unavailable`: something failed that is not the person's fault, and what to do now.

use leptos::prelude::*;

use super::{Document, components::EntrataSteps, use_messages};
use crate::server::messages::{message, message_id};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unavailable {
    /// Entrata could not be reached and nothing was sent. The same address works again.
    TryAgain,
    /// Entrata did not answer properly, and the code is used up.
    OpenAgain,
    /// Entrata refused this server, which its operator has to fix. The code is used up.
    ClientRefused,
    /// Too many requests. The same address works again after a while.
    Busy,
    /// The database is unavailable. `OpenAgain` if the code is used up.
    StorageUnavailable,
}

impl Unavailable {
    /// Whether the code was not sent, so that the same address works again.
    pub fn is_code_free(self) -> bool {
        !matches!(self, Self::OpenAgain | Self::ClientRefused)
    }
}

/// `keep`: keeps the address, because the same address works again.
pub fn document(keep: bool) -> Document {
    let document = Document::new("unavailable", message_id!("unavailable-title"));
    if keep { document } else { document.with_address("/login") }
}

pub fn body(what: Unavailable) -> AnyView {
    let messages = use_messages();
    let (heading, text) = match what {
        Unavailable::TryAgain => {
            (message!(messages, "unavailable-unreachable"), message!(messages, "unavailable-unreachable-text"))
        }
        Unavailable::OpenAgain => {
            (message!(messages, "unavailable-no-answer"), message!(messages, "unavailable-no-answer-text"))
        }
        Unavailable::ClientRefused => {
            (message!(messages, "unavailable-client-refused"), message!(messages, "unavailable-client-refused-text"))
        }
        Unavailable::StorageUnavailable => {
            (message!(messages, "unavailable-storage"), message!(messages, "unavailable-storage-text"))
        }
        Unavailable::Busy => (message!(messages, "unavailable-busy"), message!(messages, "unavailable-busy-text")),
    };
    let again = what.is_code_free();
    view! {
        <div class="narrow">
            <h1>{heading}</h1>
            <p class="lead">{text}</p>
            {(!again).then(|| view! { <EntrataSteps /> })}
            {again.then(|| view! {
                <p class="choices">
                    <button class="primary" type="button" data-again hidden>
                        {message!(messages, "unavailable-try-again")}
                    </button>
                </p>
                <noscript><p class="aside">{message!(messages, "unavailable-reload")}</p></noscript>
            })}
        </div>
    }
    .into_any()
}
