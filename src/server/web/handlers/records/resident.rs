//! `GET /v/{visit}/as/{identity}/properties/{property}/residents/{resident}`: a resident with their leases.

use axum::{extract::Path, response::Response};
use leptos::prelude::AnyView;

use super::{ResidentPath, page::access_lost};
use crate::server::{
    connectors::entrata::{Lease, Resident, is_id},
    pages::{
        Freshness, not_found,
        resident::{self, ResidentPage},
    },
    records::{Asked, Loading, PropertyRow, State, find_resident, settled},
    urls::VisitUrl,
    web::{
        error::Error,
        extract::{Acting, Reader},
        page::Content,
    },
};

pub async fn show(
    Acting { app, visit, access: Reader { account, identity }, renderer, .. }: Acting<Reader>,
    Path(ResidentPath { property, resident }): Path<ResidentPath>,
) -> Result<Response, Error> {
    if !is_id(&resident) {
        return Err(Error::NotFound);
    }
    let row = app.records.find_property(&identity, &property).ok_or(Error::NotFound)?.row;
    let residents = app.records.residents_of(&identity, &row);
    // Only a list that is loaded can say that there is no such resident.
    let cached = residents.borrow().kept.clone();
    let name = match &cached {
        Some(cached) => {
            let found = cached.rows.iter().find(|one| one.id == resident);
            Some(found.ok_or(Error::NotFound)?.name.clone())
        }
        None => None,
    };
    let leases = app.records.leases(&identity, &property, Asked::ToLook);
    let ticket = app.visits.new_tab_ticket(&visit);
    let (viewer, path) = ((&visit, &account), (&*property, &*resident));
    let document = resident::document(viewer, &identity, path, name.as_deref(), &ticket);
    let loading = Loading::start().and("residents", &residents).and("leases", &leases);
    let deadline = loading.deadline();
    let content = async move {
        let lists = (settled(residents, deadline).await, settled(leases, deadline).await);
        let viewer = (&visit, &account);
        let allowed = app.records.still_allowed_property(&app.visits, viewer, &identity.id, &row.id).await;
        if let Err(lost) = allowed {
            return access_lost(lost, visit.id);
        }
        let now = app.records.now();
        let freshness = [
            Freshness::new(&identity.company, "residents", &lists.0, now),
            Freshness::new(&identity.company, "leases", &lists.1, now),
        ];
        let searched = lists.0.kept.as_ref().map_or(0, |cached| cached.rows.len())
            + lists.1.kept.as_ref().map_or(0, |cached| cached.rows.len());
        Content::new(&account.id, searched, move || view(visit.id, row, &resident, lists, freshness))
    };
    Ok(renderer.page_of_lists(document, loading, content).await)
}

fn view(
    visit: String,
    property: PropertyRow,
    id: &str,
    (residents, leases): (State<Resident>, State<Lease>),
    freshness: [Freshness; 2],
) -> AnyView {
    match find_resident(&residents, &leases, id) {
        Some((resident, leases)) => {
            resident::body(ResidentPage { visit, property, resident, leases, standing: freshness })
        }
        None if residents.kept.is_some() => not_found::body(VisitUrl::Home.of(&visit)),
        None => {
            let [of_residents, _] = freshness;
            resident::unknown(&visit, &property, id, of_residents)
        }
    }
}
