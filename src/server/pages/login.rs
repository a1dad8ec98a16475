//! `login`: the sign-in form, and in a pending visit the registration form. A pending visit's page names the company
//! that it was launched from.

use leptos::prelude::*;

pub use super::sign_in_problem::SignInProblem;
use super::{
    Document, Notice,
    components::{Banner, BannerKind, Field},
    rich, use_messages,
};
use crate::server::{
    account::{Account, Refusal},
    identity::Identity,
    ids::VisitId,
    messages::{MessageId, Messages, message, message_id},
    provider::AuthorizationRequest,
    urls::{ProviderUrl, VisitUrl},
    visit::Visit,
};

#[derive(Debug, Clone)]
pub struct Login {
    /// None without a launch.
    pending: Option<PendingVisit>,
    /// Syncaroo's request that signing in leads back to.
    authorization: Option<AuthorizationRequest>,
    notice: Notice,
    problem: Option<SignInProblem>,
    refusals: Vec<Refusal>,
    /// Whether the registration form is the one in use.
    registering: bool,
    name: String,
    email: String,
}

#[derive(Debug, Clone)]
struct PendingVisit {
    id: VisitId,
    company: String,
    subdomain: String,
    may_register: bool,
    /// The identity is linked; only this browser is new.
    new_browser: bool,
    signed_in: Option<SignedIn>,
}

/// An account whose password was entered in this browser just now, in another visit.
#[derive(Debug, Clone)]
struct SignedIn {
    visit: VisitId,
    name: String,
    email: String,
}

impl Login {
    /// The page without a launch.
    pub fn direct(notice: Notice) -> Self {
        Self {
            pending: None,
            authorization: None,
            notice,
            problem: None,
            refusals: Vec::new(),
            registering: false,
            name: String::new(),
            email: String::new(),
        }
    }

    /// Continues with Syncaroo's request after signing in.
    pub fn leading_to(self, request: &AuthorizationRequest) -> Self {
        Self { authorization: Some(request.clone()), ..self }
    }

    /// The page of a pending visit.
    pub fn pending(visit: &Visit, identity: &Identity, may_register: bool, notice: Notice) -> Self {
        let pending = PendingVisit {
            id: visit.id.clone(),
            new_browser: visit.linked_to().is_some(),
            company: identity.company.clone(),
            subdomain: identity.subdomain.clone(),
            may_register,
            signed_in: None,
        };
        Self { pending: Some(pending), ..Self::direct(notice) }
    }

    /// Offers to continue as the account whose password was just entered in that visit.
    pub fn with_open(mut self, visit: &Visit, account: &Account) -> Self {
        if let Some(pending) = &mut self.pending {
            let (name, email) = (account.name.clone(), account.email.clone());
            pending.signed_in = Some(SignedIn { visit: visit.id.clone(), name, email });
        }
        self
    }

    pub fn with_problem(self, problem: SignInProblem, email: String) -> Self {
        Self { problem: Some(problem), email, ..self }
    }

    /// Keeps what was typed into another visit's form. A name makes it a registration.
    pub fn with_typed(self, name: String, email: String) -> Self {
        Self { registering: !name.is_empty(), name, email, ..self }
    }

    pub fn with_email(self, email: String) -> Self {
        Self { email, ..self }
    }

    pub fn with_refusals(self, refusals: Vec<Refusal>, name: String, email: String) -> Self {
        Self { refusals, registering: true, name, email, ..self }
    }

    /// The first of the refusals that concern a field.
    fn refusal(&self, messages: Messages, of_field: &[Refusal]) -> Option<&'static str> {
        let refusal = self.refusals.iter().find(|refusal| of_field.contains(refusal))?;
        Some(messages.text(refusal_id(*refusal)))
    }
}

pub(super) fn refusal_id(refusal: Refusal) -> MessageId {
    match refusal {
        Refusal::NameMissing => message_id!("name-missing"),
        Refusal::NotAnEmail => message_id!("not-an-email"),
        Refusal::PasswordTooShort => message_id!("password-too-short"),
        Refusal::PasswordCommon => message_id!("password-common"),
        Refusal::PasswordObvious => message_id!("password-obvious"),
        Refusal::PasswordTooLong => message_id!("password-too-long"),
        Refusal::EmailTaken => message_id!("email-taken"),
    }
}

pub fn document(login: &Login) -> Document {
    let document = Document::new("login", message_id!("login-title"));
    match &login.pending {
        Some(pending) => document.with_address(VisitUrl::Home.of(&pending.id)),
        None if login.authorization.is_some() => document,
        // The requested page may work again after signing in elsewhere, so its address stays.
        None if login.notice == Notice::NeedsSession => Document { resumes: true, ..document },
        None => document.with_address("/login"),
    }
}

pub fn body(login: Login) -> AnyView {
    let messages = use_messages();
    let registering = login.registering;
    let problem = login.problem.map(|problem| problem.text(messages));
    let notice = match login.notice {
        _ if login.authorization.is_some() => Some(message!(messages, "login-for-syncaroo")),
        Notice::None => None,
        Notice::Declined => Some(message!(messages, "login-declined")),
        Notice::AccountDeleted => Some(message!(messages, "login-account-deleted")),
        Notice::NeedsSession => Some(message!(messages, "login-needs-session")),
    };
    let form = sign_in_form(&login);
    let continue_as = login.pending.as_ref().and_then(continue_as_form);
    let other = match &login.pending {
        Some(pending) if pending.may_register => registration_form(&pending.id, &login).into_any(),
        Some(pending) if pending.new_browser => ().into_any(),
        Some(_) => view! { <p class="aside">{message!(messages, "login-no-account")}</p> }.into_any(),
        None if login.authorization.is_some() => ().into_any(),
        None => view! { <p class="aside">{message!(messages, "login-from-entrata")}</p> }.into_any(),
    };
    let heading = match &login.pending {
        None => view! { <h1>{message!(messages, "login-heading")}</h1> }.into_any(),
        Some(pending) => introduction(pending.clone()),
    };
    // Errors come first: in a low frame the rest is out of sight.
    view! {
        <div class="narrow">
            {heading}
            {notice.map(|text| view! { <Banner kind=BannerKind::Info>{text}</Banner> })}
            {(login.notice == Notice::NeedsSession).then(no_script_hint)}
            {problem.map(|text| view! { <Banner kind=BannerKind::Error>{text}</Banner> })}
            {continue_as}
            {if registering { vec![other, form] } else { vec![form, other] }}
        </div>
    }
    .into_any()
}

fn sign_in_form(login: &Login) -> AnyView {
    let messages = use_messages();
    let action = match (&login.pending, &login.authorization) {
        (Some(pending), _) => VisitUrl::SignIn.of(&pending.id),
        (None, Some(_)) => ProviderUrl::SignIn.path().to_owned(),
        (None, None) => "/sign-in".to_owned(),
    };
    // The frame's script leaves forms with a target to the browser, whose redirect may lead anywhere.
    let target = login.authorization.is_some().then_some("_top");
    let hidden = login.authorization.iter().flat_map(AuthorizationRequest::parameters);
    let hidden = hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view();
    let email = if login.registering { String::new() } else { login.email.clone() };
    let (email_label, password_label) = (message!(messages, "email"), message!(messages, "password"));
    view! {
        <form class="card" method="post" action=action target=target>
            {hidden}
            <Field id="email" name="email" label=email_label kind="email" autocomplete="username" value=email />
            <Field id="password" name="password" label=password_label kind="password" autocomplete="current-password" />
            <button class="primary" type="submit">{message!(messages, "sign-in")}</button>
        </form>
    }
    .into_any()
}

/// Continues as the account that is signed in in this browser already.
fn continue_as_form(pending: &PendingVisit) -> Option<impl IntoView + use<>> {
    let messages = use_messages();
    let SignedIn { visit, name, email } = pending.signed_in.clone()?;
    let button = message!(messages, "login-continue-as", name = &name);
    let text = rich!(messages, "login-signed-in-as", name = view! { <b>{name}</b> }, email = email);
    Some(view! {
        <form class="card" method="post" action=VisitUrl::ContinueAs.of(&pending.id)>
            <p>{text}</p>
            <input type="hidden" name="as" value=visit.as_str().to_owned() />
            <button class="primary" type="submit">{button}</button>
        </form>
    })
}

fn introduction(pending: PendingVisit) -> AnyView {
    let messages = use_messages();
    let (heading, lead) = if pending.new_browser {
        (message!(messages, "login-new-browser-heading"), message!(messages, "login-new-browser-lead"))
    } else {
        (message!(messages, "login-connect-heading"), message!(messages, "login-connect-lead"))
    };
    let opened_by = rich!(messages, "login-opened-by", company = view! { <b>{pending.company}</b> });
    view! {
        <p class="from">
            <span class="dot" aria-hidden="true"></span>
            <span>{opened_by}</span>
            <span class="sub">{format!("{}.entrata.com", pending.subdomain)}</span>
        </p>
        <h1>{heading}</h1>
        <p class="lead">{lead}</p>
    }
    .into_any()
}

fn registration_form(visit: &VisitId, login: &Login) -> impl IntoView + use<> {
    let messages = use_messages();
    let (open, refused) = (login.registering, !login.refusals.is_empty());
    let (name, email) = if open { (login.name.clone(), login.email.clone()) } else { Default::default() };
    let name_error = login.refusal(messages, &[Refusal::NameMissing]);
    let email_error = login.refusal(messages, &[Refusal::NotAnEmail, Refusal::EmailTaken]);
    let password_refusals =
        [Refusal::PasswordTooShort, Refusal::PasswordTooLong, Refusal::PasswordCommon, Refusal::PasswordObvious];
    let password_error = login.refusal(messages, &password_refusals);
    let fix_fields = message!(messages, "register-fix-fields");
    view! {
        <details class="card fold" open=open>
            <summary>{message!(messages, "register-heading")}</summary>
            {refused.then(|| view! { <Banner kind=BannerKind::Error>{fix_fields}</Banner> })}
            <form method="post" action=VisitUrl::Register.of(visit)>
                <Field id="new-name" name="name" label=message!(messages, "your-name") kind="text" autocomplete="name"
                    value=name error=name_error />
                <Field id="new-email" name="email" label=message!(messages, "email") kind="email" autocomplete="email"
                    value=email error=email_error />
                <Field id="new-password" name="password" label=message!(messages, "password") kind="password"
                    autocomplete="new-password" hint=Some(message!(messages, "new-password-hint"))
                    error=password_error />
                <button type="submit">{message!(messages, "register-button")}</button>
            </form>
        </details>
    }
}

/// Without script, only a cookie can carry the session. The page can't know whether the browser kept it, but a person
/// who sees the page twice does.
fn no_script_hint() -> impl IntoView {
    view! {
        <noscript>
            <p class="aside" data-reason="unscripted">{message!(use_messages(), "login-no-script")}</p>
        </noscript>
    }
}
