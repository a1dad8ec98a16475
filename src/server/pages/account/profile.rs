//! Changing the name, the e-mail and the password.

use crate::server::urls::VisitUrl;
use leptos::prelude::*;

use super::problem::{Form, FormErrors, Problem};
use crate::server::pages::components::{Field, Message, Tone};

pub(super) fn name(visit: &str, name: &str, fresh: bool, problem: Option<&Problem>) -> impl IntoView + use<> {
    let FormErrors { open, above, beside, typed } = FormErrors::of(problem, &Form::Name);
    let value = if open { typed } else { name.to_owned() };
    view! {
        <details class="card fold" open=open>
            <summary>"Name"</summary>
            {above.map(|text| view! { <Message tone=Tone::Problem>{text}</Message> })}
            <form method="post" action=VisitUrl::Name.of(visit)>
                <Field id="name" name="name" label="Your name" kind="text" autocomplete="name" value=value error=beside />
                {(!fresh).then(|| view! { <Field id="name-password" name="password" label="Your password" kind="password" autocomplete="current-password" /> })}
                <button class="primary" type="submit">"Save"</button>
            </form>
        </details>
    }
}

pub(super) fn email(visit: &str, problem: Option<&Problem>) -> impl IntoView + use<> {
    let FormErrors { open, above, beside, typed } = FormErrors::of(problem, &Form::Email);
    view! {
        <details class="card fold" open=open>
            <summary>"Email"</summary>
            {above.map(|text| view! { <Message tone=Tone::Problem>{text}</Message> })}
            <form method="post" action=VisitUrl::Email.of(visit)>
                <Field id="new-email" name="email" label="New email" kind="email" autocomplete="email" value=typed
                    hint=Some("You’ll sign in with this email from now on. We won’t send a confirmation, so check the spelling.") error=beside />
                <Field id="email-password" name="password" label="Your password" kind="password" autocomplete="current-password" />
                <button class="primary" type="submit">"Save"</button>
            </form>
        </details>
    }
}

pub(super) fn password(visit: &str, problem: Option<&Problem>) -> impl IntoView + use<> {
    let FormErrors { open, above, beside, .. } = FormErrors::of(problem, &Form::Password);
    view! {
        <details class="card fold" open=open>
            <summary>"Password"</summary>
            {above.map(|text| view! { <Message tone=Tone::Problem>{text}</Message> })}
            <form method="post" action=VisitUrl::Password.of(visit)>
                <Field id="password" name="password" label="Current password" kind="password" autocomplete="current-password" />
                <Field id="new-password" name="new_password" label="New password" kind="password" autocomplete="new-password"
                    hint=Some("At least 8 characters. Try a short phrase. You’ll be signed out everywhere else.") error=beside />
                <button class="primary" type="submit">"Change password"</button>
            </form>
        </details>
    }
}
