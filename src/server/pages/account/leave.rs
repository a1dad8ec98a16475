//! Taking everything along, and deleting the account.

use leptos::prelude::*;

use super::problem::{Form, Here, Problem};
use crate::server::pages::components::{Field, Message, Tone};

/// The file is a link, as all downloads are; where the password was not given lately, the form that asks for it stands in its place.
/// `proven`: it was given there just now.
pub(super) fn everything(visit: &str, fresh: bool, proven: bool, problem: Option<&Problem>) -> impl IntoView + use<> {
    let Here { open, above, .. } = Here::of(problem, &Form::Everything);
    let open = open || proven;
    let (action, file) = (format!("/v/{visit}/everything"), format!("/v/{visit}/everything.json"));
    let what = "All that Latchkey holds on you: the account, its Entrata users with whole ids and properties, its sessions and its history. No password and no key is in it.";
    view! {
        <details class="card fold" open=open>
            <summary>"Take everything along"</summary>
            {above.map(|text| view! { <Message tone=Tone::Problem>{text}</Message> })}
            <p class="aside">{what}</p>
            {if fresh {
                view! { <p><a href=file data-download>"Download it as JSON"</a></p> }.into_any()
            } else {
                view! {
                    <form method="post" action=action>
                        <Field id="everything-password" name="password" label="Your password" kind="password" autocomplete="current-password" />
                        <button type="submit">"Go on"</button>
                    </form>
                }
                .into_any()
            }}
        </details>
    }
}

pub(super) fn delete(visit: &str, email: &str, problem: Option<&Problem>) -> impl IntoView + use<> {
    let Here { open, above, beside, typed } = Here::of(problem, &Form::Delete);
    let email = email.to_owned();
    view! {
        <details class="card fold" open=open>
            <summary>"Delete the account"</summary>
            {above.map(|text| view! { <Message tone=Tone::Problem>{text}</Message> })}
            <form method="post" action=format!("/v/{visit}/delete")>
                <p class="aside">
                    "All that is kept of you goes at once, and can’t be brought back: the account, its Entrata users, every session. "
                    "A click in Entrata asks who you are again. To confirm it, type " <b>{email}</b> "."
                </p>
                <Field id="delete-email" name="email" label="The account’s e-mail" kind="email" autocomplete="off" value=typed error=beside />
                <Field id="delete-password" name="password" label="Your password" kind="password" autocomplete="current-password" />
                <button class="danger" type="submit">"Delete the account"</button>
            </form>
        </details>
    }
}
