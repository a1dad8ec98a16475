//! `error`: what went wrong, in words for whoever sits before it, with the number that the log knows it by.

use leptos::prelude::*;

use super::{Document, components::Steps};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    AccountDisabled,
    CompanyDisabled,
    CompanySuspended,
    /// A confirmation that can't be used.
    NotPending,
    /// A visit that is over: the company that it acted for, and what was just typed there, by its label.
    Over {
        company: Option<String>,
        typed: Vec<(&'static str, String)>,
    },
    /// A new tab that can't be opened (any more).
    TabTicket,
    /// The account has too many open for one more tab.
    TooManyTabs,
    /// Too many accounts were registered from the visit.
    TooManyRegistrations,
    /// A post that did not come from our own page.
    CrossSite,
    /// A request in no form that we take.
    NotUnderstood,
    /// Our own failure in a launch.
    LaunchFailed,
    /// Our own failure.
    Ours,
}

/// Where an error's page leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ways {
    /// On: to the visit that the address is below, or the start.
    pub on: String,
    /// The live visit of this browser that was asked for, which can be signed out of.
    pub leave: Option<String>,
}

pub fn document(trouble: &Trouble) -> Document {
    let title = match trouble {
        Trouble::AccountDisabled | Trouble::CompanyDisabled | Trouble::CompanySuspended => "Access is turned off",
        Trouble::NotPending => "Nothing to confirm",
        Trouble::Over { .. } => "This session has ended",
        _ => "Something went wrong",
    };
    Document::plain("error", title)
}

pub fn body(trouble: Trouble, ways: Ways, id: Option<String>) -> AnyView {
    let Ways { on, leave } = ways;
    let shut = matches!(trouble, Trouble::AccountDisabled | Trouble::CompanyDisabled | Trouble::CompanySuspended);
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
        Trouble::CompanySuspended => (
            "Entrata has suspended Latchkey for your company",
            "The app was turned off in Entrata, so nobody of your company can use it now. Nothing is wrong with your account. Ask whoever \
             looks after apps in your company’s Entrata to activate it again, then open Latchkey from Entrata.",
            false,
        ),
        Trouble::NotPending => (
            "There is nothing left to confirm",
            "The confirmation was used, declined or too late, or it belongs to another browser. Nothing was changed.",
            true,
        ),
        Trouble::Over { company, typed } => return over(company, typed, id),
        Trouble::TabTicket => {
            ("This tab was opened before", "Close it, and press the button in Entrata’s page once more.", false)
        }
        Trouble::TooManyTabs => (
            "Too many sessions are open",
            "Your account is signed in in so many tabs and browsers that no further tab opens. Close this one, and end what you don’t need on \
             the page Sessions in Entrata’s page. Then press the button there once more.",
            false,
        ),
        Trouble::TooManyRegistrations => (
            "No more accounts can be registered here",
            "Five accounts were registered since you opened Latchkey from Entrata. Sign in to one of them instead, or open Latchkey again from \
             Entrata.",
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
            {onward.then(|| view! { <p class="choices"><a class="button primary" href=on>"Continue"</a></p> })}
            {leave.filter(|_| shut).map(|visit| view! {
                <form class="choices" method="post" action=format!("/v/{visit}/sign-out")>
                    <button type="submit">"Sign out"</button>
                </form>
            })}
            {shut.then(elsewhere)}
            {number(id)}
        </div>
    }
    .into_any()
}

/// In place of what somebody waited for in a visit and may not see any more. The visit's own address says why, or goes on.
pub fn ended(visit: &str) -> AnyView {
    view! {
        <div class="narrow">
            <h1>"This can’t be shown any more"</h1>
            <p class="lead">"While it was read, your session ended, or your access to it was taken away. Nothing was changed."</p>
            <p class="choices"><a class="button primary" href=format!("/v/{visit}")>"Continue"</a></p>
        </div>
    }
    .into_any()
}

fn elsewhere() -> impl IntoView {
    view! { <p class="aside"><a href="/">"Continue with what else is open"</a></p> }
}

fn over(company: Option<String>, typed: Vec<(&'static str, String)>, id: Option<String>) -> AnyView {
    let typed: Vec<_> = typed.into_iter().filter(|(_, text)| !text.is_empty()).collect();
    let heading = match company {
        Some(company) => format!("This session for {company} has ended"),
        None => "This session has ended".to_owned(),
    };
    let text = "You signed out, it was not used for too long, or it was ended from elsewhere: on the page Sessions, by a new password, or \
                because its Entrata user was unlinked. Nothing was changed.";
    view! {
        <div class="narrow">
            <h1>{heading}</h1>
            <p class="lead">{text}</p>
            <Steps />
            {(!typed.is_empty()).then(|| view! {
                <section class="card">
                    <h2>"What you typed"</h2>
                    <dl>
                        {typed
                            .into_iter()
                            .map(|(label, text)| view! { <div><dt>{label}</dt><dd>{text}</dd></div> })
                            .collect_view()}
                    </dl>
                </section>
            })}
            {elsewhere()}
            {number(id)}
        </div>
    }
    .into_any()
}

fn number(id: Option<String>) -> impl IntoView {
    id.map(|id| view! { <p class="aside">"If you ask for help, name this number: " <span class="mono">{id}</span></p> })
}
