//! The places of a connection: when they were read, how far a read is, the search, and a page of them.

use leptos::prelude::*;

use super::PlaceWithItems;
use crate::server::{
    clock::Epoch,
    connection::{Connection, SyncPhase, SyncProgress},
    messages::{Messages, message},
    pages::{
        components::{Ago, Cell, DownloadLinks, Listing, NoMatch, Pager, Search},
        connections::{plain_code, system_name},
        rich, use_messages,
    },
    property_data::PlaceItem,
};

/// `address`: the page's own. `file`: that of the places as a file. `is_due`: whether a read will begin soon.
pub fn places(
    connection: &Connection,
    places: Vec<PlaceWithItems>,
    listing: Listing,
    (address, file): (String, String),
    (is_due, now): (bool, Epoch),
) -> impl IntoView + use<> {
    let messages = use_messages();
    let read_at = connection.read_at.map(|at| rich!(messages, "list-updated", time = view! { <Ago at now /> }));
    // The page updates itself by script while it has `data-reading`; without script, the link does that.
    let reading = match connection.sync {
        Some(sync) => Some(progress(messages, sync)),
        None => is_due.then(|| message!(messages, "connection-reading").to_owned()),
    };
    let reading = reading.map(|text| {
        let check = message!(messages, "list-check-again");
        view! { <span data-reading>{text} " " <a href=address>{check}</a></span> }
    });
    view! {
        <p class="aside" data-part="age" role="status">{read_at} " " {reading}</p>
        <Search listing=listing.clone() />
        <div data-part="list">
            {table(messages, connection, places, &listing)}
            <Pager listing=listing.clone() />
        </div>
        <DownloadLinks listing file />
    }
}

fn progress(messages: Messages, sync: SyncProgress) -> String {
    match (sync.phase, sync.pages) {
        (_, _) if sync.page == 0 => message!(messages, "connection-reading").to_owned(),
        (SyncPhase::Places, Some(pages)) => {
            message!(messages, "connection-reading-page", page = sync.page, pages = pages)
        }
        (SyncPhase::Places, None) => message!(messages, "connection-reading-pages", page = sync.page),
        (SyncPhase::Items, pages) => {
            let total = pages.unwrap_or(sync.page);
            message!(messages, "connection-reading-items", count = sync.page, total = total)
        }
    }
}

fn table(messages: Messages, connection: &Connection, places: Vec<PlaceWithItems>, listing: &Listing) -> AnyView {
    if places.is_empty() {
        let system = system_name(messages, connection.system);
        let text = match listing.total {
            0 if connection.read_at.is_some() => message!(messages, "connection-places-empty", system = system),
            0 => message!(messages, "connection-places-not-read").to_owned(),
            _ => return view! { <NoMatch listing=listing.clone() /> }.into_any(),
        };
        return view! { <p class="card empty">{text}</p> }.into_any();
    }
    view! {
        <table class="list card">
            <thead>
                <tr>
                    <th scope="col">{message!(messages, "property-id")}</th>
                    <th scope="col">{message!(messages, "property-name")}</th>
                    <th scope="col">{message!(messages, "connection-place-kind")}</th>
                    <th scope="col">{message!(messages, "connection-place-status")}</th>
                    <th scope="col">{message!(messages, "property-address")}</th>
                </tr>
            </thead>
            <tbody>{places.into_iter().map(|place| row(messages, place)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(messages: Messages, PlaceWithItems { place, items }: PlaceWithItems) -> impl IntoView + use<> {
    let (total, place) = (place.items, place.place);
    let address = place.address.line();
    let disabled = place.disabled.then(|| message!(messages, "property-disabled"));
    view! {
        <tr>
            <td data-label=message!(messages, "property-id") class="mono">{place.id}</td>
            <th scope="row">
                {place.name} {disabled.map(|badge| view! { <span class="badge">{badge}</span> })}
                {(!items.is_empty()).then(|| item_list(messages, items, total))}
            </th>
            <Cell label=message!(messages, "connection-place-kind") text=plain_code(&place.kind) />
            <Cell label=message!(messages, "connection-place-status") text=plain_code(&place.status) />
            <Cell label=message!(messages, "property-address") text=address />
        </tr>
    }
}

/// `total`: how many items the place has. The page lists the first of them.
fn item_list(messages: Messages, items: Vec<PlaceItem>, total: i64) -> impl IntoView + use<> {
    let shown = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let more = (total > shown).then(|| message!(messages, "connection-more-items", count = total - shown));
    let item = |PlaceItem { id, name, kind, status }: PlaceItem| {
        let about = [id, plain_code(&kind), plain_code(&status)]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(" · ");
        view! { <li>{name} <small>{about}</small></li> }
    };
    view! {
        <details class="items">
            <summary>{message!(messages, "connection-items", count = total)}</summary>
            <ul>{items.into_iter().map(item).collect_view()}</ul>
            {more.map(|text| view! { <p class="aside">{text}</p> })}
        </details>
    }
}
