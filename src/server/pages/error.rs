//! `error`: what went wrong, in words for whoever sits before it, with the number that the log knows it by.

use crate::server::urls::VisitUrl;
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
        Trouble::Over { .. } => "Your session has ended",
        _ => "Something went wrong",
    };
    Document::plain("error", title)
}

pub fn body(trouble: Trouble, ways: Ways, id: Option<String>) -> AnyView {
    let Ways { on, leave } = ways;
    let denied = matches!(trouble, Trouble::AccountDisabled | Trouble::CompanyDisabled | Trouble::CompanySuspended);
    let (heading, text, onward) = match trouble {
        Trouble::AccountDisabled => ("Your access is turned off", "Ask your administrator to turn it back on.", false),
        Trouble::CompanyDisabled => {
            ("Your company’s access is turned off", "Ask your Latchkey administrator to turn it back on.", false)
        }
        Trouble::CompanySuspended => (
            "Entrata has suspended Latchkey for your company",
            "No one at your company can use Latchkey right now. Your account is fine. Ask your Entrata administrator to \
             activate it again, then open Latchkey from Entrata.",
            false,
        ),
        Trouble::NotPending => (
            "There’s nothing to confirm",
            "This confirmation was already used, declined, or expired, or it was started in another browser. Nothing was changed.",
            true,
        ),
        Trouble::Over { company, typed } => return over(company, typed, id),
        Trouble::TabTicket => {
            ("This link was already used", "Close this tab, then click “Open in a new tab” in Latchkey again.", false)
        }
        Trouble::TooManyTabs => (
            "Too many sessions are open",
            "You’re signed in in too many tabs and browsers to open another one. Close this tab, sign out of the sessions you \
             don’t need on the Sessions page, then try again.",
            false,
        ),
        Trouble::TooManyRegistrations => (
            "You can’t create more accounts here",
            "Five accounts were created since you opened Latchkey from Entrata. Sign in to one of them, or open Latchkey again \
             from Entrata.",
            true,
        ),
        Trouble::CrossSite => {
            ("This request didn’t come from Latchkey", "Nothing was changed. Open Latchkey and try again.", true)
        }
        Trouble::NotUnderstood => ("We couldn’t process that", "Nothing was changed. Go back and try again.", true),
        Trouble::LaunchFailed => {
            ("Something went wrong on our end", "Open Latchkey again from Entrata. Your account is fine.", false)
        }
        Trouble::Ours => ("Something went wrong on our end", "Nothing was lost. Try again in a moment.", true),
    };
    view! {
        <div class="narrow">
            <h1>{heading}</h1>
            <p class="lead">{text}</p>
            {onward.then(|| view! { <p class="choices"><a class="button primary" href=on>"Continue"</a></p> })}
            {leave.filter(|_| denied).map(|visit| view! {
                <form class="choices" method="post" action=VisitUrl::SignOut.of(&visit)>
                    <button type="submit">"Sign out"</button>
                </form>
            })}
            {denied.then(elsewhere)}
            {number(id)}
        </div>
    }
    .into_any()
}

/// In place of what somebody waited for in a visit and may not see any more. The visit's own address says why, or goes on.
pub fn ended(visit: &str) -> AnyView {
    view! {
        <div class="narrow">
            <h1>"You can’t see this page anymore"</h1>
            <p class="lead">"Your session ended or your access changed while this page was loading. Nothing was changed."</p>
            <p class="choices"><a class="button primary" href=VisitUrl::Home.of(visit)>"Continue"</a></p>
        </div>
    }
    .into_any()
}

fn elsewhere() -> impl IntoView {
    view! { <p class="aside"><a href="/">"Continue with another session"</a></p> }
}

fn over(company: Option<String>, typed: Vec<(&'static str, String)>, id: Option<String>) -> AnyView {
    let typed: Vec<_> = typed.into_iter().filter(|(_, text)| !text.is_empty()).collect();
    let heading = match company {
        Some(company) => format!("Your session for {company} has ended"),
        None => "Your session has ended".to_owned(),
    };
    let text = "You signed out, you were inactive for too long, or the session was ended on the Sessions page, by a password change, \
                or by unlinking its Entrata user. Nothing was changed.";
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
    id.map(|id| view! { <p class="aside">"Reference ID: " <span class="mono">{id}</span></p> })
}
