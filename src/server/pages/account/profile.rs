//! The forms that change the name, the email and the password.

use leptos::prelude::*;

use super::problem::{Form, FormState, Problem};
use crate::server::{
    ids::VisitId,
    messages::message,
    pages::{
        components::{Banner, BannerKind, Field, YourPassword},
        use_messages,
    },
    urls::VisitUrl,
};

pub(super) fn name(
    visit: &VisitId,
    name: &str,
    recently_authenticated: bool,
    problem: Option<&Problem>,
) -> impl IntoView + use<> {
    let messages = use_messages();
    let FormState { open, form_error, field_error, typed } = FormState::new(messages, problem, &Form::Name);
    let value = if open { typed } else { name.to_owned() };
    view! {
        <details class="card fold" open=open>
            <summary>{message!(messages, "name")}</summary>
            {form_error.map(|text| view! { <Banner kind=BannerKind::Error>{text}</Banner> })}
            <form method="post" action=VisitUrl::Name.of(visit)>
                <Field id="name" name="name" label=message!(messages, "your-name") kind="text" autocomplete="name"
                    value=value error=field_error />
                {(!recently_authenticated).then(|| view! { <YourPassword id="name-password" /> })}
                <button class="primary" type="submit">{message!(messages, "save")}</button>
            </form>
        </details>
    }
}

pub(super) fn email(visit: &VisitId, problem: Option<&Problem>) -> impl IntoView + use<> {
    let messages = use_messages();
    let FormState { open, form_error, field_error, typed } = FormState::new(messages, problem, &Form::Email);
    view! {
        <details class="card fold" open=open>
            <summary>{message!(messages, "email")}</summary>
            {form_error.map(|text| view! { <Banner kind=BannerKind::Error>{text}</Banner> })}
            <form method="post" action=VisitUrl::Email.of(visit)>
                <Field id="new-email" name="email" label=message!(messages, "email-new") kind="email"
                    autocomplete="email"
                    value=typed hint=Some(message!(messages, "email-hint")) error=field_error />
                <YourPassword id="email-password" />
                <button class="primary" type="submit">{message!(messages, "save")}</button>
            </form>
        </details>
    }
}

pub(super) fn password(visit: &VisitId, problem: Option<&Problem>) -> impl IntoView + use<> {
    let messages = use_messages();
    let FormState { open, form_error, field_error, .. } = FormState::new(messages, problem, &Form::Password);
    view! {
        <details class="card fold" open=open>
            <summary>{message!(messages, "password")}</summary>
            {form_error.map(|text| view! { <Banner kind=BannerKind::Error>{text}</Banner> })}
            <form method="post" action=VisitUrl::Password.of(visit)>
                <Field id="password" name="password" label=message!(messages, "password-current") kind="password"
                    autocomplete="current-password" />
                <Field id="new-password" name="new_password" label=message!(messages, "password-new") kind="password"
                    autocomplete="new-password" hint=Some(message!(messages, "password-change-hint"))
                    error=field_error />
                <button class="primary" type="submit">{message!(messages, "password-change")}</button>
            </form>
        </details>
    }
}
