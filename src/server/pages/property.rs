//! `property`: a property with its residents.

use leptos::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::{
    Document, Person,
    components::{Cell, Column, DownloadLinks, Freshness, ListStatus, Listing, NoMatch, Pager, Refresh, Rows, Search},
    use_messages,
};
use crate::server::{
    account::Account,
    ids::VisitId,
    messages::{Messages, message},
    property_data::{Column as Heading, TableRow, is_id},
    records::{ListQuery, Place, PropertyRow, Resident, Selected},
    urls::{PropertyUrl, VisitUrl},
    visit::Visit,
};

#[derive(Debug, Clone)]
pub struct Property {
    visit: VisitId,
    row: PropertyRow,
    /// The property as Entrata lists it, if it does.
    listed: Option<Place>,
    residents: Vec<Resident>,
    listing: Listing,
    freshness: Freshness,
}

impl Property {
    pub fn new(
        visit: &Visit,
        (row, listed): (PropertyRow, Option<Place>),
        query: &ListQuery,
        selected: Selected<Resident>,
        freshness: Freshness,
    ) -> Self {
        let path = PropertyUrl::of(&visit.id, &row.identity, &row.id).page();
        let listing = Listing::new(path, query, &selected, Rows::Residents);
        let listing = Listing { was_read: freshness.read_at.is_some(), ..listing };
        Self { visit: visit.id.clone(), row, listed, residents: selected.rows, listing, freshness }
    }
}

/// Keep the URL: it contains the search query.
pub fn document(visit: &Visit, account: &Account, name: &str, new_tab_ticket: &SecretString) -> Document {
    let person = Some(Person::new(visit, account, new_tab_ticket.expose_secret()));
    Document { person, ..Document::new("property", name.to_owned()) }
}

pub fn body(page: Property) -> AnyView {
    let messages = use_messages();
    let Property { visit, row, listed, residents, listing, freshness } = page;
    let action = VisitUrl::Refresh.of(&visit);
    let fields = vec![
        ("what", "residents".to_owned()),
        ("identity", row.identity.to_string()),
        ("property", row.id.clone()),
        ("query", listing.query.at("")),
    ];
    let address = listing.query.at(&listing.path);
    let file = format!("{}/residents.csv", listing.path);
    let (email, website) = listed.map(|p| (p.email, p.website)).unwrap_or_default();
    let facts = [
        (message!(messages, "property-phone"), row.phone),
        (message!(messages, "email"), email),
        (message!(messages, "property-website"), website),
        (message!(messages, "property-id"), row.id),
    ];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    let place = [row.street, row.city].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let all = VisitUrl::Properties.of(&visit);
    view! {
        <div class="wide">
            <p class="crumbs"><a href=all>{message!(messages, "properties")}</a> " / " {row.company}</p>
            <h1>{row.name}</h1>
            {(!place.is_empty()).then(|| view! { <p class="lead">{place}</p> })}
            <dl class="inline card">
                {facts.map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view()}
            </dl>
            <h2>{message!(messages, "residents-heading")}</h2>
            <div data-part="standing"><ListStatus freshness=freshness.clone() address=address.clone() /></div>
            <Search listing=listing.clone() />
            <Refresh freshness action address fields />
            <div data-part="list">{table(residents, &listing)} <Pager listing=listing.clone() /></div>
            <DownloadLinks listing file />
        </div>
    }
    .into_any()
}

fn table(residents: Vec<Resident>, listing: &Listing) -> AnyView {
    let messages = use_messages();
    if residents.is_empty() {
        if !listing.was_read {
            return ().into_any();
        }
        return match listing.total {
            0 => view! { <p class="card empty">{message!(messages, "residents-empty")}</p> }.into_any(),
            _ => view! { <NoMatch listing=listing.clone() /> }.into_any(),
        };
    }
    let columns = Resident::COLUMNS.iter().enumerate().map(|(n, column)| {
        let (name, label) = (column.name, messages.text(column.label));
        view! { <Column listing=listing.clone() name label is_default={n == 0} /> }
    });
    let columns = columns.collect_view();
    view! {
        <table class="list card">
            <thead>
                <tr>
                    {columns}
                </tr>
            </thead>
            <tbody>{residents.into_iter().map(|resident| row(messages, &listing.path, resident)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(messages: Messages, path: &str, resident: Resident) -> impl IntoView + use<> {
    let cells = Resident::COLUMNS.iter().map(|column| cell(messages, path, &resident, column)).collect_view();
    view! { <tr>{cells}</tr> }
}

/// A cell of the residents' table. Some have their own layout; all others show the column's text.
fn cell(messages: Messages, path: &str, resident: &Resident, column: &Heading<Resident>) -> AnyView {
    let Resident { id, name, unit, building, email, phone, .. } = resident.clone();
    let label = messages.text(column.label);
    match column.name {
        "unit" => {
            let empty = unit.is_empty() && building.is_empty();
            let building = (!building.is_empty()).then(|| view! { <small>{building}</small> });
            view! { <td data-label=label class="unit" data-empty=empty>{unit} " " {building}</td> }.into_any()
        }
        "name" if is_id(&id) => {
            view! { <th scope="row"><a href=format!("{path}/residents/{id}")>{name}</a></th> }.into_any()
        }
        "name" => view! { <th scope="row">{name}</th> }.into_any(),
        "contact" => {
            let contacts = [email, phone].into_iter().filter(|contact| !contact.is_empty());
            let contacts: Vec<_> = contacts.map(|contact| view! { <span>{contact}</span> " " }).collect();
            let empty = contacts.is_empty();
            view! { <td data-label=label class="contact" data-empty=empty>{contacts}</td> }.into_any()
        }
        _ => view! { <Cell label text=(column.text)(resident).to_owned() /> }.into_any(),
    }
}
