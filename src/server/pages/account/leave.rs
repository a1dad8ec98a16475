//! The forms that download all data and delete the account.

use leptos::prelude::*;

use super::problem::{Form, FormState, Problem};
use crate::server::{
    ids::VisitId,
    messages::message,
    pages::{
        components::{Banner, BannerKind, Field, YourPassword},
        rich, use_messages,
    },
    urls::VisitUrl,
};

/// The file is a link, like all downloads. Without a recent password, a form asks for it first. `verified`: that form
/// was just sent.
pub(super) fn data_export(
    visit: &VisitId,
    recently_authenticated: bool,
    verified: bool,
    problem: Option<&Problem>,
) -> impl IntoView + use<> {
    let messages = use_messages();
    let FormState { open, form_error, .. } = FormState::new(messages, problem, &Form::DataExport);
    let open = open || verified;
    let (action, file) = (VisitUrl::DataExport.of(visit), VisitUrl::DataExportFile.of(visit));
    view! {
        <details class="card fold" open=open>
            <summary>{message!(messages, "export-heading")}</summary>
            {form_error.map(|text| view! { <Banner kind=BannerKind::Error>{text}</Banner> })}
            <p class="aside">{message!(messages, "export-text")}</p>
            {if recently_authenticated {
                view! { <p><a href=file data-download>{message!(messages, "export-download")}</a></p> }.into_any()
            } else {
                view! {
                    <form method="post" action=action>
                        <YourPassword id="export-password" />
                        <button type="submit">{message!(messages, "continue")}</button>
                    </form>
                }
                .into_any()
            }}
        </details>
    }
}

pub(super) fn delete(visit: &VisitId, email: &str, problem: Option<&Problem>) -> impl IntoView + use<> {
    let messages = use_messages();
    let FormState { open, form_error, field_error, typed } = FormState::new(messages, problem, &Form::Delete);
    let email = email.to_owned();
    view! {
        <details class="card fold" open=open>
            <summary>{message!(messages, "delete-heading")}</summary>
            {form_error.map(|text| view! { <Banner kind=BannerKind::Error>{text}</Banner> })}
            <form method="post" action=VisitUrl::Delete.of(visit)>
                <p class="aside">{rich!(messages, "delete-text", email = view! { <b>{email}</b> })}</p>
                <Field id="delete-email" name="email" label=message!(messages, "delete-email") kind="email"
                    autocomplete="off" value=typed error=field_error />
                <YourPassword id="delete-password" />
                <button class="danger" type="submit">{message!(messages, "delete-button")}</button>
            </form>
        </details>
    }
}
