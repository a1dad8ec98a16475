//! `properties`: the properties of the visit's company, or with `all=1` the properties of all the account's companies;
//! and the places of its connections.

use leptos::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::{
    Document, Person,
    components::{
        Banner, BannerKind, BlockedCompanies, Cell, Column, DownloadLinks, Freshness, ListStatus, Listing, NoMatch,
        Pager, Refresh, Rows, Search,
    },
    use_messages,
};
use crate::server::{
    account::Account,
    identity::BlockedCompany,
    ids::VisitId,
    messages::{Messages, message, message_id},
    property_data::is_id,
    records::{ListQuery, ListedPlace, PlaceOrigin, PropertyStatus, Selected},
    urls::{ConnectionUrl, PropertyUrl, VisitUrl},
    visit::Visit,
};

#[derive(Debug, Clone)]
pub struct Properties {
    person: Person,
    visit: VisitId,
    /// The company that the visit was launched from; none after a direct sign-in.
    own_company: Option<String>,
    /// How many companies the account has besides those shown.
    others: usize,
    /// Companies of the account that are suspended or disabled. Shown together with all companies.
    blocked_companies: Vec<BlockedCompany>,
    rows: Vec<ListedPlace>,
    /// Whether the account has connections, whose places are in the list.
    connected: bool,
    /// How many places the account's connections have, if the list has only the first of them.
    cut_from: Option<i64>,
    listing: Listing,
    /// One per company shown.
    freshness: Vec<Freshness>,
}

impl Properties {
    pub fn new(
        visit: &Visit,
        account: &Account,
        query: &ListQuery,
        selected: Selected<ListedPlace>,
        (freshness, others): (Vec<Freshness>, usize),
        new_tab_ticket: &SecretString,
    ) -> Self {
        let listing = Listing::new(VisitUrl::Properties.of(&visit.id), query, &selected, Rows::Properties);
        Self {
            person: Person::new(visit, account, new_tab_ticket.expose_secret()),
            visit: visit.id.clone(),
            own_company: visit.identity().map(|identity| identity.company.clone()),
            others,
            blocked_companies: Vec::new(),
            rows: selected.rows,
            connected: false,
            cut_from: None,
            listing,
            freshness,
        }
    }

    pub fn with_blocked_companies(self, blocked_companies: Vec<BlockedCompany>) -> Self {
        Self { blocked_companies, ..self }
    }

    /// With the places of the account's connections. `cut_from`: how many there are, if not all are in the list.
    pub fn with_connected(self, cut_from: Option<i64>) -> Self {
        Self { connected: true, cut_from, ..self }
    }
}

/// The document, before the list is known. Its address stays, because it has the search.
pub fn document(visit: &Visit, account: &Account, new_tab_ticket: &SecretString) -> Document {
    let person = Some(Person::new(visit, account, new_tab_ticket.expose_secret()));
    Document { person, ..Document::new("properties", message_id!("properties-title")) }
}

pub fn body(page: Properties) -> AnyView {
    let messages = use_messages();
    let Properties {
        person,
        visit,
        own_company,
        others,
        blocked_companies,
        rows,
        connected,
        cut_from,
        listing,
        freshness,
    } = page;
    let all = listing.query.all || own_company.is_none();
    let lead = match own_company.as_ref().filter(|_| !all) {
        Some(company) => message!(messages, "properties-of-company", company = company),
        None => message!(messages, "properties-of-account", email = person.email),
    };
    let others_too = connected.then(|| message!(messages, "properties-connected"));
    let others = others + blocked_companies.len();
    let blocked_companies = if all { blocked_companies } else { Vec::new() };
    let switch =
        own_company.filter(|_| others > 0 || all).map(|own| companies_switch(&visit, &listing.query, &own, all));
    let file = VisitUrl::PropertiesCsv.of(&visit);
    let action = VisitUrl::Refresh.of(&visit);
    let fields = vec![("what", "properties".to_owned()), ("query", listing.query.at(""))];
    let address = listing.query.at(&listing.path);
    let oldest = freshness.iter().min_by_key(|list| list.read_at.unwrap_or(i64::MAX)).cloned();
    let progress = freshness.iter().find_map(|list| list.progress.filter(|_| list.read_at.is_some()));
    let oldest = oldest.map(|oldest| Freshness { progress, ..oldest });
    let statuses = freshness
        .into_iter()
        .map(|freshness| view! { <ListStatus freshness address=address.clone() /> })
        .collect_view();
    let refresh = oldest.map(|freshness| {
        let address = address.clone();
        view! { <Refresh freshness action address fields /> }
    });
    view! {
        <div class="wide">
            <h1>{message!(messages, "properties-heading")}</h1>
            <p class="lead">{lead} " " {others_too} " " {switch}</p>
            <div data-part="standing">
                <BlockedCompanies companies=blocked_companies />
                {statuses}
                {cut_from.map(|total| cut(messages, total))}
            </div>
            <Search listing=listing.clone() />
            {refresh}
            <div data-part="list">{table(&visit, rows, &listing, all)} <Pager listing=listing.clone() /></div>
            <DownloadLinks listing file />
        </div>
    }
    .into_any()
}

fn cut(messages: Messages, total: i64) -> impl IntoView {
    let text = message!(messages, "properties-connected-cut", total = total);
    view! { <Banner kind=BannerKind::Info>{text}</Banner> }
}

/// The link that switches between the visit's company and all companies.
fn companies_switch(visit: &VisitId, query: &ListQuery, own: &str, all: bool) -> impl IntoView + use<> {
    let messages = use_messages();
    let query = ListQuery { all: !all, page: 1, ..query.clone() };
    let label = if all {
        message!(messages, "properties-only", company = own)
    } else {
        message!(messages, "properties-all-companies").to_owned()
    };
    view! { <a class="switch" href=query.at(&VisitUrl::Properties.of(visit))>{label}</a> }
}

fn table(visit: &VisitId, rows: Vec<ListedPlace>, listing: &Listing, all: bool) -> AnyView {
    let messages = use_messages();
    if rows.is_empty() {
        return match listing.total {
            0 => view! { <p class="card empty">{message!(messages, "properties-empty")}</p> }.into_any(),
            _ => view! { <NoMatch listing=listing.clone() /> }.into_any(),
        };
    }
    let column = |name, label| view! { <Column listing=listing.clone() name label /> };
    // A list of several systems says in each row which one it is from.
    let says_company = all || rows.iter().any(|place| !place.system.is_empty());
    let company = says_company.then(|| column("company", message!(messages, "property-company")));
    view! {
        <table class="list card">
            <thead>
                <tr>
                    <Column listing=listing.clone() name="name" label=message!(messages, "property-name")
                        is_default=true />
                    {company}
                    {column("address", message!(messages, "property-address"))}
                    {column("town", message!(messages, "property-city"))}
                    <th scope="col">{message!(messages, "property-phone")}</th>
                    {column("id", message!(messages, "property-id"))}
                </tr>
            </thead>
            <tbody>{rows.into_iter().map(|p| row(messages, visit, p, says_company)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(messages: Messages, visit: &VisitId, place: ListedPlace, says_company: bool) -> impl IntoView + use<> {
    let ListedPlace { origin, system, company, id, name, street, city, phone, status } = place;
    let badge = match status {
        PropertyStatus::Available | PropertyStatus::LaunchOnly => None,
        PropertyStatus::Disabled => Some(message!(messages, "property-disabled")),
        PropertyStatus::NotPermitted => Some(message!(messages, "property-no-access")),
    };
    let page = match origin {
        PlaceOrigin::Identity(identity) => {
            let has_page = is_id(&id) && status != PropertyStatus::NotPermitted;
            has_page.then(|| PropertyUrl::of(visit, &identity, &id).page())
        }
        PlaceOrigin::Connection(connection) => {
            let query = ListQuery { words: id.clone(), page: 1, ..ListQuery::default() };
            Some(query.at(&ConnectionUrl::of(visit, connection.as_str()).page()))
        }
    };
    let name = match page {
        Some(page) => view! { <a href=page>{name}</a> }.into_any(),
        None => name.into_any(),
    };
    let company_label = message!(messages, "property-company");
    let system = (!system.is_empty()).then(|| view! { <small>{system}</small> });
    view! {
        <tr>
            <th scope="row">{name} {badge.map(|badge| view! { <span class="badge">{badge}</span> })}</th>
            {says_company.then(|| view! { <td data-label=company_label>{company} " " {system}</td> })}
            <Cell label=message!(messages, "property-address") text=street />
            <Cell label=message!(messages, "property-city") text=city />
            <Cell label=message!(messages, "property-phone") text=phone />
            <td data-label=message!(messages, "property-id") class="mono">{id}</td>
        </tr>
    }
}
