//! `home`: who is signed in, as which Entrata user at which company, and the properties that the launch named.

use leptos::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::{
    Document, Person,
    components::{Ago, Banner, BannerKind, BlockedCompanies},
    connections::{connection_name, system_name},
    identities::{end_of, property_count},
    rich, use_messages,
};
use crate::{
    islands::{self, FilterTexts, PropertyFilter},
    server::{
        account::Account,
        clock::Epoch,
        connection::{Connection, ConnectionState},
        identity::{BlockedCompany, Identity, RecentLink},
        ids::{IdentityId, VisitId},
        messages::{Messages, message, message_id},
        property_data::{NamedPlace, is_id},
        records::ListQuery,
        text,
        urls::{ConnectionUrl, PropertyUrl, VisitUrl},
        visit::Visit,
    },
};

/// How many properties of a company the page lists. The page `properties` lists all.
const MOST_LISTED: usize = 100;

#[derive(Debug, Clone)]
pub struct Home {
    visit: VisitId,
    person: Person,
    /// Whether this visit was launched, and so acts as the one identity shown.
    launched: bool,
    companies: Vec<Company>,
    /// Companies of the account that are suspended or disabled.
    blocked_companies: Vec<BlockedCompany>,
    query: String,
    /// Recent links that this visit did not make.
    recent_links: Vec<RecentLink>,
    /// Connections that need their owner.
    to_reconnect: Vec<Connection>,
    now: Epoch,
}

#[derive(Debug, Clone)]
struct Company {
    identity: IdentityId,
    name: String,
    subdomain: String,
    user_id_end: String,
    /// Whether it was ever opened from Entrata, which is when its properties become known.
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
            recent_links: Vec::new(),
            to_reconnect: Vec::new(),
            now: 0,
        }
    }

    pub fn with_recent_links(self, recent_links: Vec<RecentLink>, now: Epoch) -> Self {
        Self { recent_links, now, ..self }
    }

    pub fn with_connections(self, connections: Vec<Connection>) -> Self {
        let needs_owner = |connection: &Connection| connection.state == ConnectionState::NeedsReconnect;
        Self { to_reconnect: connections.into_iter().filter(needs_owner).collect(), ..self }
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
    let islands = home.companies.iter().any(|c| (1..=MOST_LISTED).contains(&c.properties.len()));
    Document { person: Some(home.person.clone()), islands, ..Document::new("home", message_id!("home-title")) }
        .with_address(VisitUrl::Home.of(&home.visit))
}

pub fn body(home: Home) -> AnyView {
    let messages = use_messages();
    let Home { visit, person, launched, companies, blocked_companies, query, recent_links, to_reconnect, now } = home;
    let Person { name, email, .. } = person;
    let no_links = companies.is_empty() && blocked_companies.is_empty();
    let has_properties = companies.iter().any(|company| !company.properties.is_empty());
    let file = VisitUrl::LaunchedPropertiesCsv.of(&visit);
    let email = view! { <b>{email}</b> };
    let lead = if launched {
        rich!(messages, "home-launched-as", email = email)
    } else {
        rich!(messages, "home-signed-in-as", email = email)
    };
    view! {
        <div class="wide">
            <h1>{message!(messages, "home-heading", name = name)}</h1>
            <p class="lead">{lead}</p>
            {recent_links.into_iter().map(|link| recent_link(&visit, link, now)).collect_view()}
            {to_reconnect.into_iter().map(|connection| reconnect(&visit, connection)).collect_view()}
            <BlockedCompanies companies=blocked_companies />
            {no_links.then(|| view! { <p class="card empty">{message!(messages, "home-no-links")}</p> })}
            {has_properties.then(|| view! {
                <p class="aside"><a href=file data-download>{message!(messages, "home-download")}</a></p>
            })}
            {companies.into_iter().enumerate().map(|(n, company)| section(n, &visit, company, &query)).collect_view()}
        </div>
    }
    .into_any()
}

/// Says that an Entrata user was linked recently, in case somebody else did it.
fn recent_link(visit: &VisitId, link: RecentLink, now: Epoch) -> impl IntoView + use<> {
    let messages = use_messages();
    let RecentLink { company, user_id, linked_at } = link;
    let account = VisitUrl::Account.of(visit);
    let text = rich!(
        messages,
        "home-new-link",
        user = view! { <span class="mono">{end_of(&user_id)}</span> },
        company = view! { <b>{company}</b> },
        time = view! { <Ago at=linked_at now /> },
        link = view! { <a href=account>{message!(messages, "home-remove-link")}</a> },
    );
    view! { <Banner kind=BannerKind::Info>{text}</Banner> }
}

/// Asks the owner of a connection to authorize it again.
fn reconnect(visit: &VisitId, connection: Connection) -> impl IntoView + use<> {
    let messages = use_messages();
    let name = connection_name(messages, &connection);
    let Connection { id, system, .. } = connection;
    let page = ConnectionUrl::of(visit, id.as_str()).page();
    let text = rich!(
        messages,
        "home-reconnect",
        system = view! { <span>{system_name(messages, system)}</span> },
        name = view! { <b>{name}</b> },
        link = view! { <a href=page>{message!(messages, "connection-reconnect")}</a> },
    );
    view! { <Banner kind=BannerKind::Error>{text}</Banner> }
}

fn section(n: usize, visit: &VisitId, company: Company, query: &str) -> impl IntoView + use<> {
    let messages = use_messages();
    let heading = format!("company-{n}");
    let labelled_by = heading.clone();
    let Company { identity, name, subdomain, user_id_end, opened, properties } = company;
    let count = property_count(messages, properties.len());
    view! {
        <section class="company" aria-labelledby=labelled_by>
            <div class="facts card">
                <h2 id=heading>{name}</h2>
                <dl class="inline">
                    <div>
                        <dt>{message!(messages, "home-entrata")}</dt>
                        <dd>{format!("{subdomain}.entrata.com")}</dd>
                    </div>
                    <div><dt>{message!(messages, "user-id")}</dt><dd class="mono">{user_id_end}</dd></div>
                    <div><dt>{message!(messages, "properties")}</dt><dd>{count}</dd></div>
                </dl>
            </div>
            {property_list(n, (visit, &identity), properties, query, opened)}
        </section>
    }
}

fn property_list(
    n: usize,
    (visit, identity): (&VisitId, &IdentityId),
    properties: Vec<NamedPlace>,
    query: &str,
    opened: bool,
) -> AnyView {
    let messages = use_messages();
    if properties.is_empty() {
        let text =
            if opened { message!(messages, "home-no-properties") } else { message!(messages, "home-not-opened") };
        return view! { <p class="card empty">{text}</p> }.into_any();
    }
    let folded_query = text::folded(query);
    let total = properties.len();
    // If all are listed, the browser can filter them: the ones that don't match are in the page, but hidden.
    let complete = total <= MOST_LISTED;
    let (mut shown, mut rows) = (0, Vec::new());
    for property in properties {
        let text = text::folded(&format!("{} {} {}", property.name, property.address, property.id));
        let matches = islands::matches(&folded_query, &text);
        shown += usize::from(matches);
        if complete || (matches && rows.len() < MOST_LISTED) {
            rows.push((property, text, matches));
        }
    }
    let rows = rows.into_iter().map(|(property, text, matches)| {
        let NamedPlace { id, name, address } = property;
        let name = property_link(visit, identity, &id, name);
        view! {
            <li data-filter=text hidden=!matches>
                <span class="name">{name}</span>
                <span class="address">{address}</span>
                <span class="id mono">{id}</span>
            </li>
        }
    });
    let rows = rows.collect_view();
    let more = (!complete).then(|| all_properties_link(visit, query, shown));
    let (id, action, query) = (format!("find-{n}"), VisitUrl::Home.of(visit), query.to_owned());
    view! {
        <PropertyFilter id action query complete texts=filter_texts(messages, shown, total)>
            <ul class="properties card">{rows}</ul>
            {more}
        </PropertyFilter>
    }
    .into_any()
}

fn filter_texts(messages: Messages, shown: usize, total: usize) -> FilterTexts {
    let count = match shown {
        0 => message!(messages, "properties-no-match").to_owned(),
        _ => message!(messages, "properties-some", shown = shown, total = total),
    };
    FilterTexts {
        count,
        label: message!(messages, "property-find"),
        button: message!(messages, "search"),
        none: message!(messages, "properties-no-match"),
        some: message!(messages, "properties-some", shown = islands::SHOWN, total = total),
    }
}

/// Shown below a list that is not complete.
fn all_properties_link(visit: &VisitId, words: &str, shown: usize) -> impl IntoView + use<> {
    let messages = use_messages();
    let first = (shown > MOST_LISTED).then(|| message!(messages, "home-first-shown", count = MOST_LISTED));
    let query = ListQuery { words: words.to_owned(), page: 1, ..ListQuery::default() };
    let all = query.at(&VisitUrl::Properties.of(visit));
    view! { <p class="aside">{first} " " <a href=all>{message!(messages, "home-all-properties")}</a></p> }
}

/// A property's name, as a link to its page if its id is valid in an address.
fn property_link(visit: &VisitId, identity: &IdentityId, id: &str, name: String) -> AnyView {
    if is_id(id) {
        view! { <a href=PropertyUrl::of(visit, identity, id).page()>{name}</a> }.into_any()
    } else {
        name.into_any()
    }
}
