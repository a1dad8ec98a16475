//! The places of an account's connections, for the list of all its places.

use std::collections::HashMap;

use crate::server::{
    account::Account,
    connection::{PlaceQuery, StoredPlace},
    messages::{Messages, message},
    pages::connections::{connection_name, system_name},
    records::{ListQuery, ListedPlace, PlaceOrigin, PropertyStatus},
    web::{App, error::Error, limits::CONNECTED_PLACES},
};

/// The places of an account's connections.
pub struct ConnectedPlaces {
    pub places: Vec<ListedPlace>,
    /// How many there are, if they are too many for one list. Then `places` are the first of those that match.
    pub cut_from: Option<i64>,
    /// What Entrata is called; empty while the account has no connection.
    pub entrata: &'static str,
}

/// Reads the places of an account's connections. All are returned if they aren't too many for a list; else the database
/// searches them.
pub async fn connected_places(
    app: &App,
    account: &Account,
    query: &ListQuery,
    messages: Messages,
) -> Result<ConnectedPlaces, Error> {
    let none = ConnectedPlaces { places: Vec::new(), cut_from: None, entrata: "" };
    if app.connections.systems().is_empty() {
        return Ok(none);
    }
    let connections = app.connections.list(&account.id).await?;
    if connections.is_empty() {
        return Ok(none);
    }
    let all: i64 = connections.iter().map(|connection| connection.places).sum();
    let is_cut = all > CONNECTED_PLACES;
    let search = if is_cut { query.words.clone() } else { String::new() };
    let names: HashMap<_, _> = connections
        .into_iter()
        .map(|connection| (connection.id.clone(), connection_name(messages, &connection)))
        .collect();
    let mut places = Vec::new();
    let mut request = PlaceQuery { search, offset: 0, limit: PlaceQuery::MAX };
    while request.offset < CONNECTED_PLACES {
        let page = app.connections.all_places(&account.id, &request).await?;
        request.offset += PlaceQuery::MAX;
        let is_last = page.places.is_empty() || request.offset >= page.total;
        places.extend(page.places.into_iter().map(|place| {
            let company = names.get(&place.connection).cloned().unwrap_or_default();
            listed(place, company, messages)
        }));
        if is_last {
            break;
        }
    }
    Ok(ConnectedPlaces { places, cut_from: is_cut.then_some(all), entrata: message!(messages, "home-entrata") })
}

fn listed(
    StoredPlace { connection, system, place, .. }: StoredPlace,
    company: String,
    messages: Messages,
) -> ListedPlace {
    ListedPlace {
        origin: PlaceOrigin::Connection(connection),
        system: system_name(messages, system).to_owned(),
        company,
        city: place.address.city_line(),
        street: place.address.street,
        id: place.id,
        name: place.name,
        phone: place.phone,
        status: if place.disabled { PropertyStatus::Disabled } else { PropertyStatus::Available },
    }
}
