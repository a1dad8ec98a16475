//! `resident`: somebody who lives in a property, with their leases.

use crate::server::urls::{PropertyUrl, VisitUrl};
use leptos::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::{
    Document, Person,
    components::{Freshness, Refresh, Standing},
    shell::tab_title,
};
use crate::server::{
    account::Account,
    identity::Identity,
    records::{Lease, PropertyRow, Resident},
    visit::Visit,
};

#[derive(Debug, Clone)]
pub struct ResidentPage {
    pub visit: String,
    pub property: PropertyRow,
    pub resident: Resident,
    pub leases: Vec<Lease>,
    /// Of the residents, and of the leases.
    pub standing: [Freshness; 2],
}

/// `name`: the resident's, unless the list that tells it is still to be read; then the content brings the title.
pub fn document(
    (visit, account): (&Visit, &Account),
    identity: &Identity,
    (property, resident): (&str, &str),
    name: Option<&str>,
    new_tab_ticket: &SecretString,
) -> Document {
    let person = Some(Person::new(visit, account, new_tab_ticket.expose_secret()));
    let address = PropertyUrl { visit: &visit.id, identity: &identity.id, property }.resident(resident);
    Document { person, ..Document::plain("resident", name.unwrap_or("Resident")) }.at(address)
}

pub fn body(page: ResidentPage) -> AnyView {
    let ResidentPage { visit, property, resident, leases, standing: [of_resident, of_leases] } = page;
    let back = PropertyUrl { visit: &visit, identity: &property.identity, property: &property.id }.page();
    let all = VisitUrl::Properties.of(&visit);
    let Resident { id, name, unit, building, email, phone, status, .. } = resident;
    let address = PropertyUrl { visit: &visit, identity: &property.identity, property: &property.id }.resident(&id);
    let action = VisitUrl::Refresh.of(&visit);
    let fields = vec![
        ("what", "leases".to_owned()),
        ("identity", property.identity),
        ("property", property.id),
        ("resident", id.clone()),
    ];
    let facts = [
        ("Unit", unit),
        ("Building", building),
        ("Email", email),
        ("Phone", phone),
        ("Lease status", status),
        ("ID", id),
    ];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    let title = tab_title(&name);
    view! {
        <div class="wide" data-part="whole">
            <p class="crumbs"><a href=all>"Properties"</a> " / " <a href=back>{property.name}</a> " / " {property.company}</p>
            <h1 data-title=title>{name}</h1>
            <Standing of=of_resident address=address.clone() />
            <dl class="inline card">
                {facts.map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view()}
            </dl>
            <h2>"Leases"</h2>
            <Standing of=of_leases.clone() address=address.clone() />
            <Refresh of=of_leases.clone() action address fields />
            {listed(leases, of_leases.read_at.is_some())}
        </div>
    }
    .into_any()
}

/// In place of somebody who could not be looked up.
pub fn unknown(visit: &str, property: &PropertyRow, resident: &str, why: Freshness) -> AnyView {
    let address = PropertyUrl { visit, identity: &property.identity, property: &property.id }.resident(resident);
    let (back, all) = (
        PropertyUrl { visit, identity: &property.identity, property: &property.id }.page(),
        VisitUrl::Properties.of(visit),
    );
    let fields = vec![
        ("what", "residents".to_owned()),
        ("identity", property.identity.clone()),
        ("property", property.id.clone()),
    ];
    let (name, company, action) = (property.name.clone(), property.company.clone(), VisitUrl::Refresh.of(visit));
    view! {
        <div class="wide" data-part="whole">
            <p class="crumbs"><a href=all>"Properties"</a> " / " <a href=back>{name}</a> " / " {company}</p>
            <h1>"Resident"</h1>
            <Standing of=why.clone() address=address.clone() />
            <Refresh of=why action address fields />
        </div>
    }
    .into_any()
}

fn listed(leases: Vec<Lease>, read: bool) -> AnyView {
    if leases.is_empty() {
        return read.then(|| view! { <p class="card empty">"No leases at this property."</p> }).into_any();
    }
    leases.into_iter().map(lease).collect_view().into_any()
}

fn lease(lease: Lease) -> impl IntoView {
    let Lease { id, status, unit, start, end, moved_in, moved_out, people, .. } = lease;
    let facts = [("Unit", unit), ("Start", start), ("End", end), ("Moved in", moved_in), ("Moved out", moved_out)];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    let with: Vec<String> = people
        .into_iter()
        .map(|p| if p.role.is_empty() { p.name } else { format!("{} ({})", p.name, p.role) })
        .collect();
    view! {
        <section class="card lease">
            <h3>"Lease " <span class="mono">{id}</span> {(!status.is_empty()).then(|| format!(" · {status}"))}</h3>
            <dl class="inline">
                {facts.map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view()}
            </dl>
            {(!with.is_empty()).then(|| view! { <p class="aside">"Residents: " {with.join(", ")}</p> })}
        </section>
    }
}
