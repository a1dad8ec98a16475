//! Taking everything along, and deleting the account.

use crate::server::urls::VisitUrl;
use leptos::prelude::*;

use super::problem::{Form, FormErrors, Problem};
use crate::server::pages::components::{Field, Message, Tone};

/// The file is a link, as all downloads are; where the password was not given lately, the form that asks for it stands in its place.
/// `verified`: it was given there just now.
pub(super) fn data_export(
    visit: &str,
    fresh: bool,
    verified: bool,
    problem: Option<&Problem>,
) -> impl IntoView + use<> {
    let FormErrors { open, above, .. } = FormErrors::of(problem, &Form::DataExport);
    let open = open || verified;
    let (action, file) = (VisitUrl::DataExport.of(visit), VisitUrl::DataExportFile.of(visit));
    let what = "Everything Latchkey has about you: your account, your linked Entrata users with full IDs and properties, your sessions, and your history. Passwords and keys aren’t included.";
    view! {
        <details class="card fold" open=open>
            <summary>"Download your data"</summary>
            {above.map(|text| view! { <Message tone=Tone::Problem>{text}</Message> })}
            <p class="aside">{what}</p>
            {if fresh {
                view! { <p><a href=file data-download>"Download as JSON"</a></p> }.into_any()
            } else {
                view! {
                    <form method="post" action=action>
                        <Field id="everything-password" name="password" label="Your password" kind="password" autocomplete="current-password" />
                        <button type="submit">"Continue"</button>
                    </form>
                }
                .into_any()
            }}
        </details>
    }
}

pub(super) fn delete(visit: &str, email: &str, problem: Option<&Problem>) -> impl IntoView + use<> {
    let FormErrors { open, above, beside, typed } = FormErrors::of(problem, &Form::Delete);
    let email = email.to_owned();
    view! {
        <details class="card fold" open=open>
            <summary>"Delete account"</summary>
            {above.map(|text| view! { <Message tone=Tone::Problem>{text}</Message> })}
            <form method="post" action=VisitUrl::Delete.of(visit)>
                <p class="aside">
                    "This permanently deletes your account, unlinks your Entrata users, and signs you out everywhere. "
                    "You can’t undo it. To confirm, type " <b>{email}</b> "."
                </p>
                <Field id="delete-email" name="email" label="Account email" kind="email" autocomplete="off" value=typed error=beside />
                <Field id="delete-password" name="password" label="Your password" kind="password" autocomplete="current-password" />
                <button class="danger" type="submit">"Delete account"</button>
            </form>
        </details>
    }
}
