//! `GET /v/{visit}/as/{identity}/properties/{property}/residents/{resident}`: somebody with their leases.

use crate::server::urls::VisitUrl;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use leptos::prelude::AnyView;
use tokio::{sync::watch, time::Instant};

use crate::server::web::handlers::records::{
    property::{find, residents},
    wait::{Steps, is_settled, may_still_see, patience, settled},
};
use crate::server::{
    account::Account,
    identity::Identity,
    pages::{
        Freshness, ListName, error, not_found,
        resident::{self, ResidentPage},
    },
    property_data::is_id,
    records::{self, Lease, PropertyRow, Reload, Resident},
    visit::Visit,
    web::{
        App,
        error::Error,
        extract::{PageRenderer, Reader},
        page::Content,
    },
};

#[derive(serde::Deserialize)]
pub struct Named {
    property: String,
    resident: String,
}

pub async fn show(
    State(app): State<App>,
    renderer: PageRenderer,
    Reader { visit, account, identity }: Reader,
    Path(Named { property, resident }): Path<Named>,
) -> Result<Response, Error> {
    if !is_id(&resident) {
        return Err(Error::NotFound);
    }
    let until = patience();
    let row = find(&app, &identity, &property)?.row;
    let residents = residents(&app, &identity, &row);
    // None while the list is still to be read: then only its content can tell whether there is such a resident.
    let kept = residents.borrow().cached.clone();
    let name = match &kept {
        Some(kept) => {
            let found = kept.rows.iter().find(|one| one.id == resident);
            Some(found.ok_or(Error::NotFound)?.name.clone())
        }
        None => None,
    };
    let leases = app.records.leases(&identity, &property, Reload::IfStale);
    let document = resident::document(
        (&visit, &account),
        &identity,
        (&property, &resident),
        name.as_deref(),
        &app.visits.new_tab_ticket(&visit),
    );
    let shown = Shown { app: app.clone(), identity: identity.clone(), visit, account, row, resident };
    let content = shown.content(residents.clone(), leases.clone(), until);
    if is_settled(&residents) && is_settled(&leases) {
        return Ok(renderer.page_of(StatusCode::OK, document, content.await).await);
    }
    let steps = Steps::new(until);
    steps.of(ListName::Residents, residents);
    steps.of(ListName::Leases, leases);
    Ok(renderer.page_in_parts(document, steps.lines(), content).await)
}

struct Shown {
    app: App,
    identity: Identity,
    visit: Visit,
    account: Account,
    row: PropertyRow,
    resident: String,
}

impl Shown {
    async fn content(
        self,
        residents: watch::Receiver<records::State<Resident>>,
        leases: watch::Receiver<records::State<Lease>>,
        until: Instant,
    ) -> Content {
        let Self { app, identity, visit, account, row: property, resident } = self;
        let (residents, leases) = (settled(residents, until).await, settled(leases, until).await);
        match may_still_see(&app, (&visit, &account), &identity.id, &property.id).await {
            Err(Error::NotFound) => return Content::short(move || not_found::body(VisitUrl::Home.of(&visit.id))),
            Err(_) => return Content::short(move || error::access_lost(&visit.id)),
            Ok(()) => {}
        }
        let of_residents = Freshness::new(&identity.company, ListName::Residents, &residents, app.records.now());
        let of_leases = Freshness::new(&identity.company, ListName::Leases, &leases, app.records.now());
        let rows = |kept: Option<usize>| kept.unwrap_or_default();
        let searched = rows(residents.cached.as_ref().map(|kept| kept.rows.len()))
            + rows(leases.cached.as_ref().map(|kept| kept.rows.len()));
        Content::new(&account.id, searched, move || {
            view(visit.id, property, &resident, (residents, leases), [of_residents, of_leases])
        })
    }
}

fn view(
    visit: String,
    property: PropertyRow,
    resident: &str,
    (residents, leases): (records::State<Resident>, records::State<Lease>),
    [of_residents, of_leases]: [Freshness; 2],
) -> AnyView {
    let found = residents.cached.and_then(|kept| kept.rows.iter().find(|one| one.id == resident).cloned());
    let Some(resident) = found else {
        let read = of_residents.read_at.is_some();
        return if read {
            not_found::body(VisitUrl::Home.of(&visit))
        } else {
            resident::not_loaded(&visit, &property, resident, of_residents)
        };
    };
    let has_them = |lease: &&Lease| {
        lease.people.iter().any(|person| person.id == resident.id) || resident.leases.contains(&lease.id)
    };
    let leases = leases.cached.map(|kept| kept.rows.iter().filter(has_them).cloned().collect()).unwrap_or_default();
    resident::body(ResidentPage { visit, property, resident, leases, freshness: [of_residents, of_leases] })
}
