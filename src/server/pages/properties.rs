//! `properties`: the properties of the visit's company, or, when asked for, of all the account's companies.

use crate::server::urls::{PropertyUrl, VisitUrl};
use leptos::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::{
    Document, Person,
    components::{
        BlockedCompanies, Cell, Column, Freshness, Listing, NoMatch, Pager, Refresh, Search, Standing, TakeAway,
    },
};
use crate::server::{
    account::Account,
    identity::BlockedCompany,
    property_data::is_id,
    records::{ListQuery, PropertyRow, PropertyStatus, Selected},
    visit::Visit,
};

#[derive(Debug, Clone)]
pub struct Properties {
    person: Person,
    visit: String,
    /// The company that the visit was launched by; none where it signed in by itself.
    own: Option<String>,
    /// Companies that the account has beside the one shown.
    others: usize,
    /// Companies of the account that are kept out, told of where all are shown.
    blocked_companies: Vec<BlockedCompany>,
    rows: Vec<PropertyRow>,
    listing: Listing,
    standing: Vec<Freshness>,
}

impl Properties {
    pub fn new(
        visit: &Visit,
        account: &Account,
        query: &ListQuery,
        selected: Selected<PropertyRow>,
        (standing, others): (Vec<Freshness>, usize),
        new_tab_ticket: &SecretString,
    ) -> Self {
        let listing = Listing::new(VisitUrl::Properties.of(&visit.id), query, &selected, ("property", "properties"));
        Self {
            person: Person::new(visit, account, new_tab_ticket.expose_secret()),
            visit: visit.id.clone(),
            own: visit.identity().map(|identity| identity.company.clone()),
            others,
            blocked_companies: Vec::new(),
            rows: selected.rows,
            listing,
            standing,
        }
    }

    pub fn with_blocked_companies(self, blocked_companies: Vec<BlockedCompany>) -> Self {
        Self { blocked_companies, ..self }
    }
}

/// The document, before anything of the list is known. Its address stays: it says what is searched for.
pub fn document(visit: &Visit, account: &Account, new_tab_ticket: &SecretString) -> Document {
    let person = Some(Person::new(visit, account, new_tab_ticket.expose_secret()));
    Document { person, ..Document::plain("properties", "Properties") }
}

pub fn body(page: Properties) -> AnyView {
    let Properties { person, visit, own, others, blocked_companies, rows, listing, standing } = page;
    let all = listing.query.all || own.is_none();
    let whose = match own.as_ref().filter(|_| !all) {
        Some(company) => format!("Properties you can access at {company}"),
        None => format!("Properties {} can access at all companies", person.email),
    };
    let others = others + blocked_companies.len();
    let blocked_companies = if all { blocked_companies } else { Vec::new() };
    let set_enabled = own.filter(|_| others > 0 || all).map(|own| set_enabled(&visit, &listing.query, &own, all));
    let file = VisitUrl::PropertiesCsv.of(&visit);
    let action = VisitUrl::Refresh.of(&visit);
    let fields = vec![("what", "properties".to_owned()), ("query", listing.query.at(""))];
    let address = listing.query.at(&listing.path);
    let oldest = standing.iter().min_by_key(|one| one.read_at.unwrap_or(i64::MAX)).cloned();
    let progress = standing.iter().find_map(|one| one.progress.filter(|_| one.read_at.is_some()));
    let freshness = oldest.map(|of| Freshness { progress, ..of });
    view! {
        <div class="wide">
            <h1>"Properties"</h1>
            <p class="lead">{whose} {set_enabled}</p>
            <div data-part="standing">
                <BlockedCompanies companies=blocked_companies />
                {standing.into_iter().map(|of| view! { <Standing of address=address.clone() /> }).collect_view()}
            </div>
            <Search listing=listing.clone() label="Find a property".to_owned() />
            {freshness.map(|of| view! { <Refresh of action address=address.clone() fields /> })}
            <div data-part="list">{table(&visit, rows, &listing, all)} <Pager listing=listing.clone() /></div>
            <TakeAway listing file />
        </div>
    }
    .into_any()
}

fn set_enabled(visit: &str, query: &ListQuery, own: &str, all: bool) -> impl IntoView + use<> {
    let query = ListQuery { all: !all, page: 1, ..query.clone() };
    let label = if all { format!("Only {own}") } else { "All my companies".to_owned() };
    view! { <a class="switch" href=query.at(&VisitUrl::Properties.of(visit))>{label}</a> }
}

fn table(visit: &str, rows: Vec<PropertyRow>, listing: &Listing, all: bool) -> AnyView {
    if rows.is_empty() {
        return match listing.of {
            0 => view! { <p class="card empty">"Entrata didn’t list any properties for you."</p> }.into_any(),
            _ => view! { <NoMatch listing=listing.clone() /> }.into_any(),
        };
    }
    view! {
        <table class="list card">
            <thead>
                <tr>
                    <Column listing=listing.clone() name="name" label="Name" own=true />
                    {all.then(|| view! { <Column listing=listing.clone() name="company" label="Company" /> })}
                    <Column listing=listing.clone() name="address" label="Address" />
                    <Column listing=listing.clone() name="town" label="City" />
                    <th scope="col">"Phone"</th>
                    <Column listing=listing.clone() name="id" label="ID" />
                </tr>
            </thead>
            <tbody>{rows.into_iter().map(|p| row(visit, p, all)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(visit: &str, property: PropertyRow, all: bool) -> impl IntoView + use<> {
    let PropertyRow { identity, company, id, name, street, city, phone, status } = property;
    let badge = match status {
        PropertyStatus::Available | PropertyStatus::LaunchOnly => None,
        PropertyStatus::Disabled => Some("Disabled"),
        PropertyStatus::NotPermitted => Some("No access"),
    };
    let leads_on = is_id(&id) && status != PropertyStatus::NotPermitted;
    let name = if leads_on {
        view! { <a href=PropertyUrl { visit, identity: &identity, property: &id }.page()>{name}</a> }.into_any()
    } else {
        name.into_any()
    };
    view! {
        <tr>
            <th scope="row">{name} {badge.map(|badge| view! { <span class="badge">{badge}</span> })}</th>
            {all.then(|| view! { <td data-label="Company">{company}</td> })}
            <Cell label="Address" text=street />
            <Cell label="City" text=city />
            <Cell label="Phone" text=phone />
            <td data-label="ID" class="mono">{id}</td>
        </tr>
    }
}
