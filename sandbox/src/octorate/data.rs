//! The data calls: what a bearer token reads.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::access::with_access;
use super::accommodation::{PAGE_SIZE, flat, name, room_rate, row};
use super::error::ApiError;
use super::form::Fields;
use super::simulator::Simulator;
use super::state::{self, Bearer};
use super::user::User;

/// [`PAGE_SIZE`] as a length.
const ROWS: usize = 20;
/// The last page of a list, counted from 0.
const MAX_PAGE: u64 = 1000;
/// The most reservations on a page.
const MAX_RESERVATIONS: u64 = 200;

pub(super) async fn user_info(State(simulator): State<Simulator>, headers: HeaderMap) -> Response {
    with_access(&simulator, &headers, |state, bearer| {
        let info = match bearer {
            Bearer::User(user) => {
                let User { name, email, username, .. } = &state.users[user];
                json!({ "name": name, "email": email, "username": username })
            }
            Bearer::App(app) => {
                let username = &state.apps[app].client_id;
                json!({ "name": "API user", "email": "api@octorate.example", "username": username })
            }
        };
        Ok(Json(info).into_response())
    })
}

/// A page of the accommodations that the token gives access to, as a bare array. Pages are counted from 0 and have
/// [`PAGE_SIZE`] rows; after the last one they are empty. `name` and `mail` filter.
pub(super) async fn accommodations(
    State(simulator): State<Simulator>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    with_access(&simulator, &headers, |state, bearer| {
        let page = fields.number("page", 0).ok_or(ApiError::params("errPage"))?;
        let is_visible = |user: &usize| bearer == Bearer::User(*user) || matches!(bearer, Bearer::App(_));
        let users = (0..state.users.len()).filter(is_visible).map(|user| &state.users[user]);
        let users = users.filter(|user| fields.one("mail").is_none_or(|mail| mail.eq_ignore_ascii_case(&user.email)));
        let form = state.modes.places;
        let rows: Vec<Value> = match fields.one("name").map(str::to_lowercase) {
            None => page_of_all(users, page).into_iter().map(|(id, user)| row(id, user, form)).collect(),
            Some(part) => {
                let ids = users.flat_map(|user| user.accommodation_ids().map(move |id| (id, user)));
                let matching = ids.filter(|(id, _)| name(*id).to_lowercase().contains(&part));
                let skipped = usize::try_from(page.saturating_mul(PAGE_SIZE)).unwrap_or(usize::MAX);
                let rows = matching.skip(skipped).take(ROWS);
                rows.map(|(id, user)| row(id, user, form)).collect()
            }
        };
        Ok(Json(rows).into_response())
    })
}

/// Returns a page of ids with their owners. Takes no time for the pages before it.
fn page_of_all<'a>(users: impl Iterator<Item = &'a User>, page: u64) -> Vec<(u64, &'a User)> {
    let mut skipped = page.saturating_mul(PAGE_SIZE);
    let mut rows = Vec::with_capacity(ROWS);
    for user in users {
        let mut ids = user.accommodation_ids();
        ids.start = ids.start.saturating_add(skipped).min(ids.end);
        skipped = skipped.saturating_sub(user.accommodations);
        rows.extend(ids.take(ROWS - rows.len()).map(|id| (id, user)));
    }
    rows
}

/// One accommodation, with the fields of `fields` or all first-level fields.
pub(super) async fn accommodation(
    State(simulator): State<Simulator>,
    headers: HeaderMap,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    with_access(&simulator, &headers, |state, bearer| {
        let mut row = flat(visible_id(state, bearer, &id)?);
        if let (Some(names), Some(object)) = (fields.one("fields"), row.as_object_mut()) {
            object.retain(|name, _| names.split(',').any(|other| other.trim() == name));
        }
        Ok(Json(row).into_response())
    })
}

/// A page of an accommodation's room rates. `size` is 1 to [`PAGE_SIZE`].
pub(super) async fn room_rates(
    State(simulator): State<Simulator>,
    headers: HeaderMap,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    with_access(&simulator, &headers, |state, bearer| {
        let id = visible_id(state, bearer, &id)?;
        let (page, size) = page_and_size(&fields, PAGE_SIZE)?;
        let numbers = (page * size).min(state.rooms)..((page + 1) * size).min(state.rooms);
        Ok(Json(numbers.map(|number| room_rate(id, number)).collect::<Vec<_>>()).into_response())
    })
}

/// There are no reservations. An ApiLogin token may not read them.
pub(super) async fn reservations(
    State(simulator): State<Simulator>,
    headers: HeaderMap,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    with_access(&simulator, &headers, |state, bearer| {
        let Bearer::User(_) = bearer else { return Err(ApiError::no_resources()) };
        visible_id(state, bearer, &id)?;
        page_and_size(&fields, MAX_RESERVATIONS)?;
        Ok(Json(json!({ "data": [], "page": { "page": 1, "totalPages": 1 } })).into_response())
    })
}

/// The app's own settings, for ApiLogin tokens.
pub(super) async fn configuration(State(simulator): State<Simulator>, headers: HeaderMap) -> Response {
    with_access(&simulator, &headers, |state, bearer| {
        let Bearer::App(app) = bearer else { return Err(ApiError::no_resources()) };
        let permissions = json!({
            "accommodation": "READONLY", "license": "NONE", "cardDetail": "NONE", "content": "READONLY",
            "reservation": "READONLY",
        });
        let configuration = json!({
            "environment": "SANDBOX", "redirectUri": state.apps[app].redirect_uris, "authorizationPages": [],
            "quotaLimit": 100, "quotaStatus": 0, "permissions": permissions,
        });
        Ok(Json(configuration).into_response())
    })
}

/// Returns an accommodation's id if the token gives access to it.
fn visible_id(state: &state::State, bearer: Bearer, id: &str) -> Result<u64, ApiError> {
    let id = id.parse().map_err(|_| ApiError::missing())?;
    let owner = state.users.iter().position(|user| user.has(id)).ok_or(ApiError::missing())?;
    match bearer {
        Bearer::User(user) if user != owner => Err(ApiError::no_resources()),
        Bearer::User(_) | Bearer::App(_) => Ok(id),
    }
}

fn page_and_size(fields: &Fields, max_size: u64) -> Result<(u64, u64), ApiError> {
    let page = fields.number("page", 0).filter(|page| *page <= MAX_PAGE).ok_or(ApiError::params("errPage"))?;
    let size = fields.number("size", 20).filter(|size| (1..=max_size).contains(size));
    Ok((page, size.ok_or(ApiError::params("errPageSize"))?))
}
