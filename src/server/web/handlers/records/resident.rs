//! `GET /v/{visit}/as/{identity}/properties/{property}/residents/{resident}`: a resident with their leases.

use axum::{extract::Path, response::Response};
use leptos::prelude::AnyView;

use super::{ResidentPath, page::access_lost};
use crate::server::{
    ids::VisitId,
    pages::{
        Freshness, not_found,
        resident::{self, ResidentPage},
    },
    property_data::is_id,
    records::{Lease, ListName, Loading, PropertyRow, Reload, Resident, State, Viewer, find_resident, settled},
    urls::VisitUrl,
    web::{
        error::Error,
        extract::{Acting, AsIdentity},
        page::Content,
    },
};

pub async fn show(
    Acting { app, visit, access: AsIdentity { account, identity }, renderer, .. }: Acting<AsIdentity>,
    Path(ResidentPath { property, resident }): Path<ResidentPath>,
) -> Result<Response, Error> {
    if !is_id(&resident) {
        return Err(Error::NotFound);
    }
    let row = app.records.find_property(&identity, &property).ok_or(Error::NotFound)?.row;
    let residents = app.records.residents_of(&identity, &row);
    // Only a loaded list shows that the resident does not exist.
    let state = residents.borrow().clone();
    let name = state.find(&resident).map(|resident| resident.name.clone());
    if state.is_loaded() && name.is_none() {
        return Err(Error::NotFound);
    }
    let leases = app.records.leases(&identity, &property, Reload::IfStale);
    let ticket = app.visits.new_tab_ticket(&visit);
    let (viewer, path) = ((&visit, &account), (&*property, &*resident));
    let document = resident::document(viewer, &identity, path, name.as_deref(), &ticket);
    let loading = Loading::start().and(ListName::Residents, &residents).and(ListName::Leases, &leases);
    let deadline = loading.deadline();
    let content = async move {
        let residents = settled(residents, deadline).await;
        let viewer = Viewer { visits: &app.visits, visit: &visit, account: &account };
        let leases = match app.records.settled_for(viewer, (&identity, &row.id), leases, deadline).await {
            Ok(leases) => leases,
            Err(lost) => return access_lost(lost, visit.id),
        };
        let now = app.records.now();
        let freshness = [
            Freshness::new(&identity.company, ListName::Residents, &residents, now),
            Freshness::new(&identity.company, ListName::Leases, &leases, now),
        ];
        let searched = residents.rows().len() + leases.rows().len();
        let lists = (residents, leases);
        Content::new(&account.id, searched, move || view(visit.id, row, &resident, lists, freshness))
    };
    Ok(renderer.page_of_lists(document, loading, content).await)
}

fn view(
    visit: VisitId,
    property: PropertyRow,
    id: &str,
    (residents, leases): (State<Resident>, State<Lease>),
    freshness: [Freshness; 2],
) -> AnyView {
    match find_resident(&residents, &leases, id) {
        Some((resident, leases)) => resident::body(ResidentPage { visit, property, resident, leases, freshness }),
        None if residents.is_loaded() => not_found::body(VisitUrl::Home.of(&visit)),
        None => {
            let [of_residents, _] = freshness;
            resident::not_loaded(&visit, &property, id, of_residents)
        }
    }
}
