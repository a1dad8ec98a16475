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
    connectors::entrata::{ListedProperty, Resident, is_id},
    messages::{Messages, message},
    records::{ListQuery, PropertyRow, Selected},
    urls::{PropertyUrl, VisitUrl},
    visit::Visit,
};

#[derive(Debug, Clone)]
pub struct Property {
    visit: String,
    row: PropertyRow,
    /// The property as Entrata lists it, if it does.
    listed: Option<ListedProperty>,
    residents: Vec<Resident>,
    listing: Listing,
    freshness: Freshness,
}

impl Property {
    pub fn new(
        visit: &Visit,
        (row, listed): (PropertyRow, Option<ListedProperty>),
        query: &ListQuery,
        selected: Selected<Resident>,
        freshness: Freshness,
    ) -> Self {
        let path = PropertyUrl { visit: &visit.id, identity: &row.identity, property: &row.id }.page();
        let listing = Listing::new(path, query, &selected, Rows::Residents);
        let listing = Listing { known: freshness.read_at.is_some(), ..listing };
        Self { visit: visit.id.clone(), row, listed, residents: selected.rows, listing, freshness }
    }
}

/// Its address stays, because it has the search.
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
        ("identity", row.identity.clone()),
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
    let place = [row.street, row.town].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
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
        if !listing.known {
            return ().into_any();
        }
        return match listing.of {
            0 => view! { <p class="card empty">{message!(messages, "residents-empty")}</p> }.into_any(),
            _ => view! { <NoMatch listing=listing.clone() /> }.into_any(),
        };
    }
    let column = |name, label| view! { <Column listing=listing.clone() name label /> };
    view! {
        <table class="list card">
            <thead>
                <tr>
                    <Column listing=listing.clone() name="unit" label=message!(messages, "resident-unit") is_default=true />
                    {column("name", message!(messages, "resident-name"))}
                    {column("contact", message!(messages, "resident-contact"))}
                    {column("status", message!(messages, "resident-lease"))}
                </tr>
            </thead>
            <tbody>{residents.into_iter().map(|resident| row(messages, &listing.path, resident)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(messages: Messages, path: &str, resident: Resident) -> impl IntoView + use<> {
    let Resident { id, name, unit, building, email, phone, status, .. } = resident;
    let name = if is_id(&id) {
        view! { <a href=format!("{path}/residents/{id}")>{name}</a> }.into_any()
    } else {
        name.into_any()
    };
    let contact = [email, phone].into_iter().filter(|way| !way.is_empty()).map(|way| view! { <span>{way}</span> " " });
    let contact: Vec<_> = contact.collect();
    let (no_unit, no_contact) = (unit.is_empty() && building.is_empty(), contact.is_empty());
    let building = (!building.is_empty()).then(|| view! { <small>{building}</small> });
    view! {
        <tr>
            <td data-label=message!(messages, "resident-unit") class="unit" data-empty=no_unit>{unit} " " {building}</td>
            <th scope="row">{name}</th>
            <td data-label=message!(messages, "resident-contact") class="contact" data-empty=no_contact>{contact}</td>
            <Cell label=message!(messages, "resident-lease") text=status />
        </tr>
    }
}
