//! `login`: signing in and, in a held visit, registering. A held visit's page names the company that it was launched from.

use crate::server::urls::VisitUrl;
use leptos::prelude::*;

use super::{
    Document, Notice,
    components::{Field, Message, Tone},
};
use crate::server::{
    account::{Account, Refusal},
    clock::Epoch,
    identity::Identity,
    visit::Visit,
};

/// What the page has to know.
#[derive(Debug, Clone)]
pub struct Login {
    /// The visit that is held, and the company it was launched from.
    pending: Option<Held>,
    notice: Notice,
    problem: Option<SignInProblem>,
    refusals: Vec<Refusal>,
    /// Whether the form for a new account is the one in use.
    registering: bool,
    name: String,
    email: String,
}

#[derive(Debug, Clone)]
struct Held {
    visit: String,
    company: String,
    subdomain: String,
    may_register: bool,
    /// The identity is linked, and only this browser is new.
    asked: bool,
    /// Who gave the password in this browser just now: the visit, the name and the e-mail.
    open: Option<(String, String, String)>,
}

/// What is said beside the sign-in form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInProblem {
    /// Unknown e-mail or wrong password.
    Wrong,
    /// A field is missing or empty.
    Incomplete,
    /// Too many were wrong; nothing was checked.
    Wait { seconds: Epoch },
}

impl SignInProblem {
    /// Seconds to wait, where that is the problem.
    pub fn seconds(self) -> Option<Epoch> {
        match self {
            Self::Wait { seconds } => Some(seconds),
            Self::Wrong | Self::Incomplete => None,
        }
    }

    /// Where only the password is asked for.
    pub fn of_password(self) -> String {
        match self {
            Self::Wrong => "Incorrect password.".to_owned(),
            Self::Incomplete => "Enter your password.".to_owned(),
            Self::Wait { .. } => self.words(),
        }
    }

    pub fn words(self) -> String {
        match self {
            Self::Wrong => "Incorrect email or password.".to_owned(),
            Self::Incomplete => "Enter your email and password.".to_owned(),
            Self::Wait { seconds } => {
                format!("Too many attempts. Try again in {}.", waiting(seconds))
            }
        }
    }
}

/// "30 seconds", "60 seconds", "15 minutes": rounded up, so that whoever waits so long waited long enough.
fn waiting(seconds: Epoch) -> String {
    match seconds {
        ..=1 => "1 second".to_owned(),
        2..=60 => format!("{seconds} seconds"),
        _ => format!("{} minutes", (seconds + 59) / 60),
    }
}

impl Login {
    /// Without a launch.
    pub fn direct(notice: Notice) -> Self {
        let (name, email) = (String::new(), String::new());
        Self { pending: None, notice, problem: None, refusals: Vec::new(), registering: false, name, email }
    }

    /// In a held visit.
    pub fn pending(visit: &Visit, identity: &Identity, may_register: bool, notice: Notice) -> Self {
        let pending = Held {
            visit: visit.id.clone(),
            asked: visit.linked_to().is_some(),
            company: identity.company.clone(),
            subdomain: identity.subdomain.clone(),
            may_register,
            open: None,
        };
        Self { pending: Some(pending), ..Self::direct(notice) }
    }

    /// Whoever gave the password in that visit just now may go on as its account.
    pub fn with_open(mut self, visit: &Visit, account: &Account) -> Self {
        if let Some(pending) = &mut self.pending {
            pending.open = Some((visit.id.clone(), account.name.clone(), account.email.clone()));
        }
        self
    }

    pub fn with_problem(self, problem: SignInProblem, email: String) -> Self {
        Self { problem: Some(problem), email, ..self }
    }

    /// With what was typed into another visit's form: a name makes it a registration.
    pub fn with_typed(self, name: String, email: String) -> Self {
        Self { registering: !name.is_empty(), name, email, ..self }
    }

    pub fn with_email(self, email: String) -> Self {
        Self { email, ..self }
    }

    pub fn with_refusals(self, refusals: Vec<Refusal>, name: String, email: String) -> Self {
        Self { refusals, registering: true, name, email, ..self }
    }

    fn refused(&self, these: &[Refusal]) -> Option<&'static str> {
        self.refusals.iter().find(|r| these.contains(r)).map(|r| words(*r))
    }
}

pub(super) fn words(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NameMissing => "Enter your name.",
        Refusal::NotAnEmail => "Enter an email address, like jane@example.com.",
        Refusal::PasswordTooShort => "Use at least 8 characters.",
        Refusal::PasswordCommon => "This password is too common.",
        Refusal::PasswordObvious => "Too close to your name or email.",
        Refusal::PasswordTooLong => "This password is too long. The limit is 1,024 bytes.",
        Refusal::EmailTaken => "An account with this email already exists. Sign in instead.",
    }
}

pub fn document(login: &Login) -> Document {
    let document = Document::plain("login", "Sign in");
    match &login.pending {
        Some(pending) => document.at(VisitUrl::Home.of(&pending.visit)),
        // What was asked for may be there again after signing in elsewhere, so its address stays.
        None if login.notice == Notice::NeedsSession => Document { resumes: true, ..document },
        None => document.at("/login"),
    }
}

pub fn body(login: Login) -> AnyView {
    let registering = login.registering;
    let action = login.pending.as_ref().map_or("/sign-in".into(), |pending| VisitUrl::SignIn.of(&pending.visit));
    let email = if registering { String::new() } else { login.email.clone() };
    let problem = login.problem.map(SignInProblem::words);
    let notice = match login.notice {
        Notice::None => None,
        Notice::Declined => Some("Nothing was linked. Sign in with the account you want to use."),
        Notice::Gone => Some("Your account and all its data were deleted."),
        Notice::NeedsSession => Some("Please sign in."),
    };
    let form = view! {
        <form class="card" method="post" action=action>
            <Field id="email" name="email" label="Email" kind="email" autocomplete="username" value=email />
            <Field id="password" name="password" label="Password" kind="password" autocomplete="current-password" />
            <button class="primary" type="submit">"Sign in"</button>
        </form>
    }
    .into_any();
    let open = login.pending.as_ref().and_then(as_open);
    let more = match &login.pending {
        Some(pending) if pending.may_register => registration(&pending.visit, &login).into_any(),
        Some(pending) if pending.asked => ().into_any(),
        Some(_) => {
            view! { <p class="aside">"No account yet? Ask your administrator to create one for you."</p> }.into_any()
        }
        None => way_in().into_any(),
    };
    // What has to be mended comes first: in a low frame the rest is out of sight.
    view! {
        <div class="narrow">
            {login.pending.as_ref().map_or_else(|| view! { <h1>"Sign in"</h1> }.into_any(), |pending| introduction(pending.clone()))}
            {notice.map(|text| view! { <Message tone=Tone::Note>{text}</Message> })}
            {(login.notice == Notice::NeedsSession).then(unscripted)}
            {problem.map(|text| view! { <Message tone=Tone::Problem>{text}</Message> })}
            {open}
            {if registering { vec![more, form] } else { vec![form, more] }}
        </div>
    }
    .into_any()
}

/// Going on as who is signed in in this browser already.
fn as_open(pending: &Held) -> Option<impl IntoView + use<>> {
    let (open, name, email) = pending.open.clone()?;
    Some(view! {
        <form class="card" method="post" action=VisitUrl::ContinueAs.of(&pending.visit)>
            <p>"You’re already signed in as " <b>{name.clone()}</b> ", " {email} "."</p>
            <input type="hidden" name="as" value=open />
            <button class="primary" type="submit">{format!("Continue as {name}")}</button>
        </form>
    })
}

fn introduction(pending: Held) -> AnyView {
    let (heading, lead) = if pending.asked {
        (
            "Confirm it’s you",
            "You haven’t used this browser before. Enter your password once, and you’ll be signed in automatically from now on.",
        )
    } else {
        ("Connect your Entrata account", "You’ll only do this once.")
    };
    view! {
        <p class="from">
            <span class="dot" aria-hidden="true"></span>
            <span>"Opened from Entrata by " <b>{pending.company}</b></span>
            <span class="sub">{format!("{}.entrata.com", pending.subdomain)}</span>
        </p>
        <h1>{heading}</h1>
        <p class="lead">{lead}</p>
    }
    .into_any()
}

fn registration(visit: &str, login: &Login) -> impl IntoView + use<> {
    let (open, refused) = (login.registering, !login.refusals.is_empty());
    let (name, email) = if open { (login.name.clone(), login.email.clone()) } else { Default::default() };
    let password = login.refused(&[
        Refusal::PasswordTooShort,
        Refusal::PasswordTooLong,
        Refusal::PasswordCommon,
        Refusal::PasswordObvious,
    ]);
    view! {
        <details class="card fold" open=open>
            <summary>"Create an account"</summary>
            {refused.then(|| view! { <Message tone=Tone::Problem>"Fix the fields below to create your account."</Message> })}
            <form method="post" action=VisitUrl::Register.of(visit)>
                <Field id="new-name" name="name" label="Your name" kind="text" autocomplete="name" value=name
                    error=login.refused(&[Refusal::NameMissing]) />
                <Field id="new-email" name="email" label="Email" kind="email" autocomplete="email" value=email
                    error=login.refused(&[Refusal::NotAnEmail, Refusal::EmailTaken]) />
                <Field id="new-password" name="password" label="Password" kind="password" autocomplete="new-password"
                    hint=Some("At least 8 characters. Try a short phrase.") error=password />
                <button type="submit">"Create account"</button>
            </form>
        </details>
    }
}

/// With script off there is nothing but the cookie to carry a session; whether that was kept, this page can't know, but whoever reads it
/// twice does.
fn unscripted() -> impl IntoView {
    view! {
        <noscript>
            <p class="aside" data-reason="unscripted">
                "Still seeing this page after you sign in? Your browser blocks cookies here and JavaScript is off, so Latchkey can’t keep you "
                "signed in. Turn on JavaScript for this site, or sign in to Latchkey in its own tab."
            </p>
        </noscript>
    }
}

fn way_in() -> impl IntoView {
    view! {
        <p class="aside">
            "Coming from Entrata? Open the App Store there and click the Latchkey tile. Once your Entrata user is linked, you won’t need a password."
        </p>
    }
}
