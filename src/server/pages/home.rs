//! `home`: who you are, which Entrata user at which company, and the properties that came with the launch.

use crate::server::urls::{PropertyUrl, VisitUrl};
use leptos::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::{
    Document, Person,
    components::{Ago, BlockedCompanies, Message, Tone},
    confirm::{count, end_of},
};
use crate::{
    islands::{self, PropertyFilter},
    server::{
        account::Account,
        clock::Epoch,
        identity::{BlockedCompany, Identity, RecentLink},
        property_data::{NamedPlace, is_id},
        records::ListQuery,
        text,
        visit::Visit,
    },
};

/// Properties of a company that home lists at the most; the page `properties` has them all.
const LISTED: usize = 100;

#[derive(Debug, Clone)]
pub struct Home {
    visit: String,
    person: Person,
    /// Whether this visit was launched, and so acts as the one identity shown.
    launched: bool,
    companies: Vec<Company>,
    /// Companies that the account leads to, but that are kept out.
    blocked_companies: Vec<BlockedCompany>,
    query: String,
    /// Links that somebody made lately, and when it is now.
    news: Vec<RecentLink>,
    now: Epoch,
}

#[derive(Debug, Clone)]
struct Company {
    identity: String,
    name: String,
    subdomain: String,
    user_id_end: String,
    /// Whether it was ever opened from Entrata: properties are told then.
    opened: bool,
    properties: Vec<NamedPlace>,
}

impl Home {
    pub fn new(
        visit: &Visit,
        account: &Account,
        identities: &[Identity],
        query: &str,
        new_tab_ticket: SecretString,
    ) -> Self {
        let company = |identity: &Identity| Company {
            identity: identity.id.clone(),
            name: identity.company.clone(),
            subdomain: identity.subdomain.clone(),
            user_id_end: end_of(&identity.user_id),
            opened: identity.was_opened(),
            properties: identity.properties(),
        };
        Self {
            visit: visit.id.clone(),
            person: Person::new(visit, account, new_tab_ticket.expose_secret()),
            launched: visit.identity().is_some(),
            companies: identities.iter().map(company).collect(),
            blocked_companies: Vec::new(),
            query: query.trim().chars().take(100).collect(),
            news: Vec::new(),
            now: 0,
        }
    }

    pub fn with_news(self, news: Vec<RecentLink>, now: Epoch) -> Self {
        Self { news, now, ..self }
    }

    /// How many properties it lists.
    pub fn rows(&self) -> usize {
        self.companies.iter().map(|company| company.properties.len()).sum()
    }

    pub fn with_blocked_companies(self, blocked_companies: Vec<BlockedCompany>) -> Self {
        Self { blocked_companies, ..self }
    }
}

pub fn document(home: &Home) -> Document {
    let islands = home.companies.iter().any(|c| (1..=LISTED).contains(&c.properties.len()));
    Document { person: Some(home.person.clone()), islands, ..Document::plain("home", "Home") }
        .at(VisitUrl::Home.of(&home.visit))
}

pub fn body(home: Home) -> AnyView {
    let Home { visit, person: Person { name, email, .. }, launched, companies, blocked_companies, query, news, now } =
        home;
    let nothing = companies.is_empty() && blocked_companies.is_empty();
    let any = companies.iter().any(|company| !company.properties.is_empty());
    let file = VisitUrl::LaunchedPropertiesCsv.of(&visit);
    view! {
        <div class="wide">
            <h1>{format!("Welcome, {name}")}</h1>
            <p class="lead">
                {if launched { "Signed in from Entrata as " } else { "Signed in as " }} <b>{email}</b> "."
            </p>
            {news.into_iter().map(|link| told(&visit, link, now)).collect_view()}
            <BlockedCompanies companies=blocked_companies />
            {nothing.then(|| view! {
                <p class="card empty">
                    "No Entrata user is linked to this account yet. Open Latchkey from the App Store in Entrata to link yours."
                </p>
            })}
            {any.then(|| view! { <p class="aside"><a href=file data-download>"Download properties as CSV"</a></p> })}
            {companies.into_iter().enumerate().map(|(n, company)| section(n, &visit, company, &query)).collect_view()}
        </div>
    }
    .into_any()
}

fn told(visit: &str, link: RecentLink, now: Epoch) -> impl IntoView + use<> {
    let RecentLink { company, user_id, linked_at } = link;
    let account = VisitUrl::Account.of(visit);
    view! {
        <Message tone=Tone::Note>
            "Entrata user " <span class="mono">{end_of(&user_id)}</span> " of " <b>{company}</b> " was linked to your account "
            <Ago at=linked_at now /> ". If that wasn’t you, " <a href=account>"remove the link"</a> "."
        </Message>
    }
}

fn section(n: usize, visit: &str, company: Company, query: &str) -> impl IntoView + use<> {
    let heading = format!("company-{n}");
    let labelled_by = heading.clone();
    let Company { identity, name, subdomain, user_id_end, opened, properties } = company;
    view! {
        <section class="company" aria-labelledby=labelled_by>
            <div class="facts card">
                <h2 id=heading>{name}</h2>
                <dl class="inline">
                    <div><dt>"Entrata"</dt><dd>{format!("{subdomain}.entrata.com")}</dd></div>
                    <div><dt>"User ID"</dt><dd class="mono">{user_id_end}</dd></div>
                    <div><dt>"Properties"</dt><dd>{count(properties.len())}</dd></div>
                </dl>
            </div>
            {listed(n, (visit, &identity), properties, query, opened)}
        </section>
    }
}

fn listed(
    n: usize,
    (visit, identity): (&str, &str),
    properties: Vec<NamedPlace>,
    query: &str,
    opened: bool,
) -> AnyView {
    if properties.is_empty() {
        let text = if opened {
            "Entrata didn’t list any properties for this user."
        } else {
            "Properties will show up here after this user opens Latchkey from Entrata."
        };
        return view! { <p class="card empty">{text}</p> }.into_any();
    }
    let asked = text::folded(query);
    let total = properties.len();
    // Where all are listed, the browser can narrow them, and those that do not match are there, hidden.
    let whole = total <= LISTED;
    let (mut shown, mut rows) = (0, Vec::new());
    for property in properties {
        let text = text::folded(&format!("{} {} {}", property.name, property.address, property.id));
        let matches = islands::matches(&asked, &text);
        shown += usize::from(matches);
        if whole || (matches && rows.len() < LISTED) {
            rows.push((property, text, matches));
        }
    }
    let rows = rows.into_iter().map(|(property, text, matches)| {
        let NamedPlace { id, name, address } = property;
        let name = named(visit, identity, &id, name);
        view! {
            <li data-filter=text hidden=!matches>
                <span class="name">{name}</span>
                <span class="address">{address}</span>
                <span class="id mono">{id}</span>
            </li>
        }
    });
    let rows = rows.collect_view();
    let rest = (!whole).then(|| the_rest(visit, query, shown));
    view! {
        <PropertyFilter id=format!("find-{n}") action=VisitUrl::Home.of(visit) query=query.to_owned() total shown whole>
            <ul class="properties card">{rows}</ul>
            {rest}
        </PropertyFilter>
    }
    .into_any()
}

/// Below a list that home does not show whole.
fn the_rest(visit: &str, words: &str, shown: usize) -> impl IntoView + use<> {
    let first = (shown > LISTED).then(|| format!("Showing the first {LISTED}. "));
    let all =
        ListQuery { words: words.to_owned(), page: 1, ..ListQuery::default() }.at(&VisitUrl::Properties.of(visit));
    view! { <p class="aside">{first} <a href=all>"See all properties"</a></p> }
}

/// A property's name, which leads to its page where its id can stand in an address.
fn named(visit: &str, identity: &str, id: &str, name: String) -> AnyView {
    if is_id(id) {
        view! { <a href=PropertyUrl { visit, identity, property: id }.page()>{name}</a> }.into_any()
    } else {
        name.into_any()
    }
}
