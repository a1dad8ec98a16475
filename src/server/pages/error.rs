//! `error`: what went wrong, in words for whoever sits before it, with the number that the log knows it by.

use leptos::prelude::*;

use super::Document;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    AccountDisabled,
    CompanyDisabled,
    /// A confirmation that can't be used.
    NotPending,
    /// A post that did not come from our own page.
    CrossSite,
    /// A request in no form that we take.
    NotUnderstood,
    /// Our own failure in a launch.
    LaunchFailed,
    /// Our own failure.
    Ours,
}

pub fn document(trouble: Trouble) -> Document {
    let title = match trouble {
        Trouble::AccountDisabled | Trouble::CompanyDisabled => "Access is turned off",
        Trouble::NotPending => "Nothing to confirm",
        _ => "Something went wrong",
    };
    Document::plain("error", title)
}

pub fn body(trouble: Trouble, id: Option<String>) -> AnyView {
    let (heading, text, onward) = match trouble {
        Trouble::AccountDisabled => (
            "Your access is turned off",
            "This account was disabled. Ask your administrator to turn it on again.",
            false,
        ),
        Trouble::CompanyDisabled => (
            "Your company’s access is turned off",
            "Ask your administrator, or whoever runs Latchkey, to turn it on again.",
            false,
        ),
        Trouble::NotPending => (
            "There is nothing left to confirm",
            "The confirmation was used, declined or too late, or it belongs to another browser. Nothing was changed.",
            true,
        ),
        Trouble::CrossSite => (
            "This did not come from Latchkey’s own page",
            "Nothing was changed. Open Latchkey again and repeat it there.",
            true,
        ),
        Trouble::NotUnderstood => {
            ("This could not be understood", "Nothing was changed. Go back and try it again.", true)
        }
        Trouble::LaunchFailed => (
            "Something went wrong on our side",
            "Open Latchkey again from Entrata. Nothing is wrong with your account.",
            false,
        ),
        Trouble::Ours => ("Something went wrong on our side", "Nothing was lost. Try it again in a moment.", true),
    };
    view! {
        <div class="narrow">
            <h1>{heading}</h1>
            <p class="lead">{text}</p>
            {onward.then(|| view! { <p class="choices"><a class="button primary" href="/">"Continue"</a></p> })}
            {id.map(|id| view! { <p class="aside">"If you ask for help, name this number: " <span class="mono">{id}</span></p> })}
        </div>
    }
    .into_any()
}
