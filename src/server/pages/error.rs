//! `error`: what went wrong, what to do now, and the request id under which the log has the details.

use leptos::prelude::*;

use super::{Document, components::EntrataSteps, rich, use_messages};
use crate::server::{
    ids::VisitId,
    messages::{MessageId, message, message_id},
    urls::VisitUrl,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageError {
    AccountDisabled,
    CompanyDisabled,
    CompanySuspended,
    /// The confirmation can't be used.
    NotPending,
    /// The visit has ended.
    VisitEnded {
        /// The company that the visit acted for.
        company: Option<String>,
        /// What was just typed there, by field.
        typed: Vec<(TypedField, String)>,
    },
    /// The ticket that opens a new tab can't be used, or not again.
    NewTabTicket,
    /// The account has too many sessions for one more tab.
    TooManyTabs,
    /// The link with which Syncaroo asks for an approval is invalid.
    AuthorizationRequest,
    /// The account approved too many connections of Syncaroo.
    TooManyGrants,
    /// Too many accounts were registered from the visit.
    TooManyRegistrations,
    /// The post did not come from one of our pages.
    CrossSite,
    BadRequest,
    Connect(ConnectFailure),
    /// The server failed during a launch.
    LaunchFailed,
    Internal,
}

/// Why Octorate was not connected. Shown at top level, in the tab of its consent page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectFailure {
    /// The form's ticket can't be used, or not again.
    Ticket,
    /// The state is missing, altered, used, expired or another browser's, or the person signed out meanwhile.
    State,
    /// The person did not consent.
    Declined,
    /// The account has too many connections.
    TooMany,
    /// Octorate rejects the code.
    Refused,
    /// Octorate failed or could not be asked.
    Unreachable,
}

impl ConnectFailure {
    /// The heading and the text below it.
    fn messages(self) -> (MessageId, MessageId) {
        match self {
            Self::Ticket => (message_id!("error-connect-ticket"), message_id!("error-connect-ticket-text")),
            Self::State => (message_id!("error-connect-state"), message_id!("error-connect-state-text")),
            Self::Declined => (message_id!("error-connect-declined"), message_id!("error-connect-declined-text")),
            Self::TooMany => (message_id!("error-connect-too-many"), message_id!("error-connect-too-many-text")),
            Self::Refused => (message_id!("error-connect-refused"), message_id!("error-connect-refused-text")),
            Self::Unreachable => {
                (message_id!("error-connect-unreachable"), message_id!("error-connect-unreachable-text"))
            }
        }
    }
}

/// A field whose text is shown again after its visit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypedField {
    Name,
    Email,
}

/// Where an error's page leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorLinks {
    /// Continues to the visit of the address, or the start.
    pub next: String,
    /// The requested visit, if it is this browser's and can be signed out of.
    pub sign_out: Option<VisitId>,
}

impl PageError {
    fn is_access_denied(&self) -> bool {
        matches!(self, Self::AccountDisabled | Self::CompanyDisabled | Self::CompanySuspended)
    }

    /// Whether the page offers to continue. After the others, only Entrata, an administrator or another tab helps.
    fn can_continue(&self) -> bool {
        matches!(
            self,
            Self::NotPending | Self::TooManyRegistrations | Self::CrossSite | Self::BadRequest | Self::Internal
        )
    }

    /// The heading and the text below it.
    fn messages(&self) -> (MessageId, MessageId) {
        match self {
            Self::AccountDisabled => {
                (message_id!("error-account-disabled"), message_id!("error-account-disabled-text"))
            }
            Self::CompanyDisabled => {
                (message_id!("error-company-disabled"), message_id!("error-company-disabled-text"))
            }
            Self::CompanySuspended => {
                (message_id!("error-company-suspended"), message_id!("error-company-suspended-text"))
            }
            Self::NotPending => (message_id!("error-confirmation"), message_id!("error-confirmation-text")),
            Self::VisitEnded { .. } => (message_id!("error-ended"), message_id!("error-ended-text")),
            Self::NewTabTicket => (message_id!("error-new-tab"), message_id!("error-new-tab-text")),
            Self::TooManyTabs => (message_id!("error-too-many-tabs"), message_id!("error-too-many-tabs-text")),
            Self::AuthorizationRequest => (message_id!("error-authorization"), message_id!("error-authorization-text")),
            Self::TooManyGrants => (message_id!("error-too-many-grants"), message_id!("error-too-many-grants-text")),
            Self::TooManyRegistrations => {
                (message_id!("error-too-many-registrations"), message_id!("error-too-many-registrations-text"))
            }
            Self::CrossSite => (message_id!("error-cross-site"), message_id!("error-cross-site-text")),
            Self::BadRequest => (message_id!("error-bad-request"), message_id!("error-bad-request-text")),
            Self::Connect(failure) => failure.messages(),
            Self::LaunchFailed => (message_id!("error-internal"), message_id!("error-launch-failed-text")),
            Self::Internal => (message_id!("error-internal"), message_id!("error-internal-text")),
        }
    }
}

pub fn document(error: &PageError) -> Document {
    let title = match error {
        _ if error.is_access_denied() => message_id!("error-access-title"),
        PageError::NotPending => message_id!("error-confirmation-title"),
        PageError::VisitEnded { .. } => message_id!("error-ended-title"),
        _ => message_id!("error-title"),
    };
    Document::new("error", title)
}

/// `request_id`: the id of the request's log lines.
pub fn body(error: PageError, links: ErrorLinks, request_id: Option<String>) -> AnyView {
    let messages = use_messages();
    let (denied, can_continue) = (error.is_access_denied(), error.can_continue());
    let (heading, text) = error.messages();
    let (heading, text) = (messages.text(heading), messages.text(text));
    if let PageError::VisitEnded { company, typed } = error {
        return visit_ended(company, typed, request_id);
    }
    let ErrorLinks { next, sign_out } = links;
    view! {
        <div class="narrow">
            <h1>{heading}</h1>
            <p class="lead">{text}</p>
            {can_continue.then(|| view! {
                <p class="choices"><a class="button primary" href=next>{message!(messages, "continue")}</a></p>
            })}
            {sign_out.filter(|_| denied).map(|visit| view! {
                <form class="choices" method="post" action=VisitUrl::SignOut.of(&visit)>
                    <button type="submit">{message!(messages, "sign-out")}</button>
                </form>
            })}
            {denied.then(other_session)}
            {reference(request_id)}
        </div>
    }
    .into_any()
}

/// Replaces the content of a page whose visit lost access while the page was loading. The visit's own address says why,
/// or continues.
pub fn access_lost(visit: &VisitId) -> AnyView {
    let messages = use_messages();
    let home = VisitUrl::Home.of(visit);
    view! {
        <div class="narrow">
            <h1>{message!(messages, "error-access-lost")}</h1>
            <p class="lead">{message!(messages, "error-access-lost-text")}</p>
            <p class="choices"><a class="button primary" href=home>{message!(messages, "continue")}</a></p>
        </div>
    }
    .into_any()
}

fn visit_ended(company: Option<String>, typed: Vec<(TypedField, String)>, request_id: Option<String>) -> AnyView {
    let messages = use_messages();
    let typed: Vec<_> = typed.into_iter().filter(|(_, text)| !text.is_empty()).collect();
    let heading = match company {
        Some(company) => message!(messages, "error-ended-for", company = company),
        None => message!(messages, "error-ended").to_owned(),
    };
    let row = |(field, text)| {
        let label = match field {
            TypedField::Name => message!(messages, "your-name"),
            TypedField::Email => message!(messages, "email"),
        };
        view! { <div><dt>{label}</dt><dd>{text}</dd></div> }
    };
    view! {
        <div class="narrow">
            <h1>{heading}</h1>
            <p class="lead">{message!(messages, "error-ended-text")}</p>
            <EntrataSteps />
            {(!typed.is_empty()).then(|| view! {
                <section class="card">
                    <h2>{message!(messages, "error-what-you-typed")}</h2>
                    <dl>{typed.into_iter().map(row).collect_view()}</dl>
                </section>
            })}
            {other_session()}
            {reference(request_id)}
        </div>
    }
    .into_any()
}

fn other_session() -> impl IntoView {
    view! { <p class="aside"><a href="/">{message!(use_messages(), "error-other-session")}</a></p> }
}

fn reference(request_id: Option<String>) -> impl IntoView {
    request_id.map(|id| {
        let id = view! { <span class="mono">{id}</span> };
        view! { <p class="aside">{rich!(use_messages(), "error-reference", id = id)}</p> }
    })
}
