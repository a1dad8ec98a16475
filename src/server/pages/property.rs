//! `property`: a property with its residents.

use crate::server::urls::{PropertyUrl, VisitUrl};
use leptos::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::{
    Document, Person,
    components::{Cell, Column, Freshness, Listing, NoMatch, Pager, Refresh, Search, Standing, TakeAway},
};
use crate::server::{
    account::Account,
    property_data::{Column as Heading, TableRow, is_id},
    records::{ListQuery, Place, PropertyRow, Resident, Selected},
    visit::Visit,
};

#[derive(Debug, Clone)]
pub struct Property {
    visit: String,
    row: PropertyRow,
    /// What Entrata lists of it, where it does.
    listed: Option<Place>,
    residents: Vec<Resident>,
    listing: Listing,
    standing: Freshness,
}

impl Property {
    pub fn new(
        visit: &Visit,
        (row, listed): (PropertyRow, Option<Place>),
        query: &ListQuery,
        selected: Selected<Resident>,
        standing: Freshness,
    ) -> Self {
        let path = PropertyUrl { visit: &visit.id, identity: &row.identity, property: &row.id }.page();
        let listing = Listing::new(path, query, &selected, ("resident", "residents"));
        let listing = Listing { known: standing.read_at.is_some(), ..listing };
        Self { visit: visit.id.clone(), row, listed, residents: selected.rows, listing, standing }
    }
}

/// Its address stays: it says what is searched for.
pub fn document(visit: &Visit, account: &Account, name: &str, new_tab_ticket: &SecretString) -> Document {
    let person = Some(Person::new(visit, account, new_tab_ticket.expose_secret()));
    Document { person, ..Document::plain("property", name) }
}

pub fn body(page: Property) -> AnyView {
    let Property { visit, row, listed, residents, listing, standing } = page;
    let action = VisitUrl::Refresh.of(&visit);
    let fields = vec![
        ("what", "residents".to_owned()),
        ("identity", row.identity.clone()),
        ("property", row.id.clone()),
        ("query", listing.query.at("")),
    ];
    let here = listing.query.at(&listing.path);
    let file = format!("{}/residents.csv", listing.path);
    let contact = listed.map(|p| (p.email, p.website)).unwrap_or_default();
    let facts = [("Phone", row.phone), ("Email", contact.0), ("Website", contact.1), ("ID", row.id)];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    let address = [row.street, row.city].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let all = VisitUrl::Properties.of(&visit);
    view! {
        <div class="wide">
            <p class="crumbs"><a href=all>"Properties"</a> " / " {row.company}</p>
            <h1>{row.name}</h1>
            {(!address.is_empty()).then(|| view! { <p class="lead">{address}</p> })}
            <dl class="inline card">
                {facts.map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view()}
            </dl>
            <h2>"Residents"</h2>
            <div data-part="standing"><Standing of=standing.clone() address=here.clone() /></div>
            <Search listing=listing.clone() label="Find a resident".to_owned() />
            <Refresh of=standing action address=here fields />
            <div data-part="list">{table(residents, &listing)} <Pager listing=listing.clone() /></div>
            <TakeAway listing file />
        </div>
    }
    .into_any()
}

fn table(residents: Vec<Resident>, listing: &Listing) -> AnyView {
    if residents.is_empty() {
        if !listing.known {
            return ().into_any();
        }
        return match listing.of {
            0 => view! { <p class="card empty">"No residents to show."</p> }.into_any(),
            _ => view! { <NoMatch listing=listing.clone() /> }.into_any(),
        };
    }
    view! {
        <table class="list card">
            <thead>
                <tr>
                    {Resident::COLUMNS.iter().enumerate().map(|(n, column)| view! {
                        <Column listing=listing.clone() name=column.name label=column.label own={n == 0} />
                    }).collect_view()}
                </tr>
            </thead>
            <tbody>{residents.into_iter().map(|resident| row(&listing.path, resident)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(path: &str, resident: Resident) -> impl IntoView + use<> {
    view! { <tr>{Resident::COLUMNS.iter().map(|column| cell(path, &resident, column)).collect_view()}</tr> }
}

/// A cell of the residents' table: some have their own layout, all others show the column's text.
fn cell(path: &str, resident: &Resident, column: &Heading<Resident>) -> AnyView {
    let Resident { id, name, unit, building, email, phone, .. } = resident.clone();
    match column.name {
        "unit" => {
            let empty = unit.is_empty() && building.is_empty();
            let building = (!building.is_empty()).then(|| view! { <small>{building}</small> });
            view! { <td data-label=column.label class="unit" data-empty=empty>{unit} {building}</td> }.into_any()
        }
        "name" if is_id(&id) => {
            view! { <th scope="row"><a href=format!("{path}/residents/{id}")>{name}</a></th> }.into_any()
        }
        "name" => view! { <th scope="row">{name}</th> }.into_any(),
        "contact" => {
            let ways = [email, phone].into_iter().filter(|way| !way.is_empty());
            let ways: Vec<_> = ways.map(|way| view! { <span>{way}</span> " " }).collect();
            let empty = ways.is_empty();
            view! { <td data-label=column.label class="contact" data-empty=empty>{ways}</td> }.into_any()
        }
        _ => view! { <Cell label=column.label text=(column.text)(resident).to_owned() /> }.into_any(),
    }
}
