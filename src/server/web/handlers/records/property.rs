//! `GET /v/{visit}/as/{identity}/properties/{property}`: a property with its residents.

use crate::server::urls::VisitUrl;
use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::Response,
};
use tokio::sync::watch;

use crate::server::web::handlers::records::wait::{Steps, is_settled, may_still_see, patience, settled};
use crate::server::{
    identity::Identity,
    pages::{
        Freshness, ListName, error, not_found,
        property::{self, Property},
    },
    property_data::is_id,
    records::{self, ListQuery, Place, PropertyRow, PropertyStatus, Reload, Resident, property_row, select},
    web::{
        App,
        error::Error,
        extract::{PageRenderer, Reader},
        page::Content,
    },
};

/// The address may name more than the property.
#[derive(serde::Deserialize)]
pub struct Named {
    pub property: String,
}

pub async fn show(
    State(app): State<App>,
    renderer: PageRenderer,
    Reader { visit, account, identity }: Reader,
    Path(Named { property }): Path<Named>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let query = ListQuery::parse(&query.unwrap_or_default());
    let until = patience();
    let of = find(&app, &identity, &property)?;
    let residents = residents(&app, &identity, &of.row);
    let document = property::document(&visit, &account, &of.row.name, &app.visits.new_tab_ticket(&visit));
    let content = {
        let (app, identity, residents) = (app.clone(), identity.clone(), residents.clone());
        async move {
            let state = settled(residents, until).await;
            match may_still_see(&app, (&visit, &account), &identity.id, &of.row.id).await {
                Err(Error::NotFound) => return Content::short(move || not_found::body(VisitUrl::Home.of(&visit.id))),
                Err(_) => return Content::short(move || error::access_lost(&visit.id)),
                Ok(()) => {}
            }
            let standing = Freshness::new(&identity.company, ListName::Residents, &state, app.records.now());
            let (rows, index) = state.cached.map(|list| (list.rows, list.index)).unwrap_or_default();
            Content::new(&account.id, rows.len(), move || {
                let selected = select(&rows, &index, &query);
                property::body(Property::new(&visit, (of.row, of.listed), &query, selected, standing))
            })
        }
    };
    if is_settled(&residents) {
        return Ok(renderer.page_of(StatusCode::OK, document, content.await).await);
    }
    let steps = Steps::new(until);
    steps.of(ListName::Residents, residents);
    Ok(renderer.page_in_parts(document, steps.lines(), content).await)
}

/// A property that the identity may see.
pub struct Found {
    pub row: PropertyRow,
    pub listed: Option<Place>,
}

/// Finds a property among those that the newest launch named, with what Entrata lists of it, if that was read already.
///
/// # Errors
/// When the launch named no such property: nobody can make us ask Entrata for another one, or for a made-up one.
pub fn find(app: &App, identity: &Identity, property: &str) -> Result<Found, Error> {
    if !is_id(property) || !identity.may_see(property) {
        return Err(Error::NotFound);
    }
    let cached = app.records.properties(identity, Reload::IfStale).borrow().cached.clone();
    let (row, listed) = property_row(identity, property, cached.as_ref()).ok_or(Error::NotFound)?;
    Ok(Found { row, listed })
}

/// The residents of a property, which are not asked for where the app may not read it.
pub fn residents(app: &App, identity: &Identity, row: &PropertyRow) -> watch::Receiver<records::State<Resident>> {
    match row.status {
        PropertyStatus::NotPermitted => watch::channel(records::State::failed(records::ReadError::NotPermitted)).1,
        _ => app.records.residents(identity, &row.id, Reload::IfStale),
    }
}
