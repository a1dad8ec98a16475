//! `resident`: a resident of a property and their leases.

use leptos::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::{
    Document, Person,
    components::{Freshness, ListStatus, Refresh},
    document::{Title, browser_title},
    rich, use_messages,
};
use crate::server::{
    account::Account,
    identity::Identity,
    ids::VisitId,
    messages::{message, message_id},
    records::{Lease, PropertyRow, Resident},
    urls::{PropertyUrl, VisitUrl},
    visit::Visit,
};

#[derive(Debug, Clone)]
pub struct ResidentPage {
    pub visit: VisitId,
    pub property: PropertyRow,
    pub resident: Resident,
    pub leases: Vec<Lease>,
    /// One for residents, one for leases.
    pub freshness: [Freshness; 2],
}

/// `name`: the resident's. None while the list of residents is being read; then the content sets the title.
pub fn document(
    (visit, account): (&Visit, &Account),
    identity: &Identity,
    (property, resident): (&str, &str),
    name: Option<&str>,
    new_tab_ticket: &SecretString,
) -> Document {
    let person = Some(Person::new(visit, account, new_tab_ticket.expose_secret()));
    let address = PropertyUrl::of(&visit.id, &identity.id, property).resident(resident);
    let title = name.map_or(Title::Message(message_id!("resident-title")), |name| Title::Name(name.to_owned()));
    Document { person, ..Document::new("resident", title).with_address(address) }
}

pub fn body(page: ResidentPage) -> AnyView {
    let messages = use_messages();
    let ResidentPage { visit, property, resident, leases, freshness: [of_residents, of_leases] } = page;
    let back = PropertyUrl::of(&visit, &property.identity, &property.id).page();
    let all = VisitUrl::Properties.of(&visit);
    let Resident { id, name, unit, building, email, phone, status, .. } = resident;
    let address = PropertyUrl::of(&visit, &property.identity, &property.id).resident(&id);
    let action = VisitUrl::Refresh.of(&visit);
    let fields = vec![
        ("what", "leases".to_owned()),
        ("identity", property.identity.to_string()),
        ("property", property.id),
        ("resident", id.clone()),
    ];
    let facts = [
        (message!(messages, "resident-unit"), unit),
        (message!(messages, "resident-building"), building),
        (message!(messages, "email"), email),
        (message!(messages, "resident-phone"), phone),
        (message!(messages, "resident-status"), status),
        (message!(messages, "resident-id"), id),
    ];
    let title = browser_title(messages, &name);
    let properties = message!(messages, "properties");
    view! {
        <div class="wide" data-part="whole">
            <p class="crumbs">
                <a href=all>{properties}</a> " / " <a href=back>{property.name}</a> " / " {property.company}
            </p>
            <h1 data-title=title>{name}</h1>
            <ListStatus freshness=of_residents address=address.clone() />
            {facts_list(facts, "inline card")}
            <h2>{message!(messages, "leases-heading")}</h2>
            <ListStatus freshness=of_leases.clone() address=address.clone() />
            <Refresh freshness=of_leases.clone() action address fields />
            {lease_list(leases, of_leases.read_at.is_some())}
        </div>
    }
    .into_any()
}

/// The page while the list of residents could not be read.
pub fn not_loaded(visit: &VisitId, property: &PropertyRow, resident: &str, freshness: Freshness) -> AnyView {
    let messages = use_messages();
    let url = PropertyUrl::of(visit, &property.identity, &property.id);
    let (back, all, address) = (url.page(), VisitUrl::Properties.of(visit), url.resident(resident));
    let fields = vec![
        ("what", "residents".to_owned()),
        ("identity", property.identity.to_string()),
        ("property", property.id.clone()),
    ];
    let (name, company, action) = (property.name.clone(), property.company.clone(), VisitUrl::Refresh.of(visit));
    let properties = message!(messages, "properties");
    view! {
        <div class="wide" data-part="whole">
            <p class="crumbs"><a href=all>{properties}</a> " / " <a href=back>{name}</a> " / " {company}</p>
            <h1>{message!(messages, "resident-heading")}</h1>
            <ListStatus freshness=freshness.clone() address=address.clone() />
            <Refresh freshness action address fields />
        </div>
    }
    .into_any()
}

/// The facts that are known.
fn facts_list<const N: usize>(facts: [(&'static str, String); N], class: &'static str) -> impl IntoView {
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    let facts = facts.map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view();
    view! { <dl class=class>{facts}</dl> }
}

/// `read`: whether the list was read, so that an empty one means that there are no leases.
fn lease_list(leases: Vec<Lease>, read: bool) -> AnyView {
    if leases.is_empty() {
        let text = message!(use_messages(), "leases-empty");
        return read.then(|| view! { <p class="card empty">{text}</p> }).into_any();
    }
    leases.into_iter().map(lease).collect_view().into_any()
}

fn lease(lease: Lease) -> impl IntoView {
    let messages = use_messages();
    let Lease { id, status, unit, start, end, moved_in, moved_out, people, .. } = lease;
    let facts = [
        (message!(messages, "resident-unit"), unit),
        (message!(messages, "lease-start"), start),
        (message!(messages, "lease-end"), end),
        (message!(messages, "lease-moved-in"), moved_in),
        (message!(messages, "lease-moved-out"), moved_out),
    ];
    let people: Vec<String> = people
        .into_iter()
        .map(|p| if p.role.is_empty() { p.name } else { format!("{} ({})", p.name, p.role) })
        .collect();
    let residents = (!people.is_empty()).then(|| message!(messages, "lease-residents", people = people.join(", ")));
    let id = view! { <span class="mono">{id}</span> };
    let heading = if status.is_empty() {
        rich!(messages, "lease-heading", id = id)
    } else {
        rich!(messages, "lease-heading-status", id = id, status = status)
    };
    view! {
        <section class="card lease">
            <h3>{heading}</h3>
            {facts_list(facts, "inline")}
            {residents.map(|line| view! { <p class="aside">{line}</p> })}
        </section>
    }
}
