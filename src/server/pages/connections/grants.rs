//! What the account has approved for Syncaroo: one article for each connection, with its latest updates.

use leptos::prelude::*;

use crate::server::{
    clock::Epoch,
    ids::VisitId,
    messages::{Messages, message},
    pages::{components::Ago, rich, use_messages},
    provider::{GrantView, UpdateState, UpdateView},
    urls::revoke_grant,
};

pub fn section(visit: &VisitId, grants: Vec<GrantView>, now: Epoch) -> impl IntoView + use<> {
    let messages = use_messages();
    let text = if grants.is_empty() {
        message!(messages, "connections-syncaroo-none")
    } else {
        message!(messages, "connections-syncaroo-text")
    };
    let articles = grants.into_iter().map(|grant| article(messages, visit, grant, now)).collect_view();
    view! {
        <section class="card system" data-system="syncaroo" aria-labelledby="system-syncaroo">
            <h2 id="system-syncaroo">{message!(messages, "system-syncaroo")}</h2>
            <p class="aside">{text}</p>
            {articles}
        </section>
    }
}

fn article(messages: Messages, visit: &VisitId, grant: GrantView, now: Epoch) -> impl IntoView + use<> {
    let GrantView { connection_id, approved_at, last_used_at, updates } = grant;
    let number = connection_id.to_string();
    let name = message!(messages, "grant-name", number = &number);
    let label = message!(messages, "grant-revoke-label", grant = &name);
    let action = revoke_grant(visit, &number);
    let approved = view! { <Ago at=approved_at now /> };
    let about = match last_used_at {
        Some(at) => rich!(messages, "grant-used", approved = approved, used = view! { <Ago at now /> }),
        None => rich!(messages, "grant-not-used", approved = approved),
    };
    let updates = (!updates.is_empty()).then(|| {
        let rows = updates.into_iter().map(|update| row(messages, update, now)).collect_view();
        view! {
            <details class="items">
                <summary>{message!(messages, "grant-updates")}</summary>
                <ul>{rows}</ul>
            </details>
        }
    });
    view! {
        <article data-grant=number>
            <div class="where">
                <b>{name}</b>
                <span>{about}</span>
                {updates}
            </div>
            <form method="post" action=action>
                <button class="danger quiet" type="submit" aria-label=label>
                    {message!(messages, "grant-revoke")}
                </button>
            </form>
        </article>
    }
}

fn row(messages: Messages, update: UpdateView, now: Epoch) -> impl IntoView + use<> {
    let UpdateView { received_at, location_id, attribute, state, .. } = update;
    let state_text = match state {
        UpdateState::Queued => message!(messages, "update-queued"),
        UpdateState::Read => message!(messages, "update-read"),
        UpdateState::NothingToRead => message!(messages, "update-nothing-to-read"),
        UpdateState::Refused => message!(messages, "update-refused"),
        UpdateState::Failed => message!(messages, "update-failed"),
    };
    let about = [attribute, location_id, state_text.to_owned()];
    let about = about.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
    view! { <li data-update=state.name()>{about} " " <small><Ago at=received_at now /></small></li> }
}
