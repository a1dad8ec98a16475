//! The lists and records below `/v1`. Every answer is a page: `data` and `pages`, whose four links are always texts.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::params::Params;
use super::records;
use super::{NextLink, Options, Simulator};

/// What a handler needs of a request.
type Parts = (State<Simulator>, HeaderMap, Uri);

pub(crate) async fn locations((State(simulator), headers, uri): Parts) -> Response {
    let list = |options: &Options| {
        let record = |number| records::location(options, number, simulator.new_name(number));
        List { path: "v1/locations".into(), count: options.locations, record: Box::new(record) }.page(options, &uri)
    };
    answer(&simulator, &headers, list)
}

pub(crate) async fn location((State(simulator), headers, uri): Parts, Path(id): Path<String>) -> Response {
    answer(&simulator, &headers, |options| {
        let number = records::location_number(options, &id)?;
        let record = records::location(options, number, simulator.new_name(number));
        single(options, &uri, format!("v1/locations/{id}"), &record)
    })
}

pub(crate) async fn resources((State(simulator), headers, uri): Parts, Path(id): Path<String>) -> Response {
    answer(&simulator, &headers, |options| {
        let location = records::location_number(options, &id)?;
        let record = |number| records::resource(options, location, number);
        let count = records::resource_count(location);
        let path = format!("v1/locations/{id}/resources");
        List { path, count, record: Box::new(record) }.page(options, &uri)
    })
}

pub(crate) async fn resource(
    (State(simulator), headers, uri): Parts,
    Path((location_id, id)): Path<(String, String)>,
) -> Response {
    answer(&simulator, &headers, |options| {
        let location = records::location_number(options, &location_id)?;
        let number = records::resource_number(location, &id)?;
        let record = records::resource(options, location, number);
        single(options, &uri, format!("v1/locations/{location_id}/resources/{id}"), &record)
    })
}

pub(crate) async fn rates(
    (State(simulator), headers, uri): Parts,
    Path((location_id, id)): Path<(String, String)>,
) -> Response {
    answer(&simulator, &headers, |options| {
        let location = records::location_number(options, &location_id)?;
        let rates = records::rates(options, location, records::resource_number(location, &id)?);
        let record = |number| rates.get(usize::try_from(number).unwrap_or(0)).cloned().unwrap_or_default();
        let path = format!("v1/locations/{location_id}/resources/{id}/rates");
        List { path, count: rates.len() as u64, record: Box::new(record) }.page(options, &uri)
    })
}

pub(crate) async fn rate(
    (State(simulator), headers, uri): Parts,
    Path((location_id, resource_id, id)): Path<(String, String, String)>,
) -> Response {
    answer(&simulator, &headers, |options| {
        let location = records::location_number(options, &location_id)?;
        let rates = records::rates(options, location, records::resource_number(location, &resource_id)?);
        let index = id.strip_prefix(&resource_id)?.parse::<usize>().ok()?;
        let path = format!("v1/locations/{location_id}/resources/{resource_id}/rates/{id}");
        single(options, &uri, path, rates.get(index)?)
    })
}

/// Checks the request and answers with what `read` returns, or with a 404.
fn answer(simulator: &Simulator, headers: &HeaderMap, read: impl Fn(&Options) -> Option<Value>) -> Response {
    let text = |name| headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
    let authorization = text(header::AUTHORIZATION).unwrap_or_default();
    let is_authorized = authorization.strip_prefix("Bearer ").is_some_and(|token| simulator.accepts(token));
    if !is_authorized {
        let challenge = [(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")];
        return (StatusCode::UNAUTHORIZED, challenge, Json(json!({ "error": "invalid_token" }))).into_response();
    }
    let accept = text(header::ACCEPT).unwrap_or("*/*");
    if !accept.contains("application/json") && !accept.contains("*/*") {
        return (StatusCode::NOT_ACCEPTABLE, Json(json!({ "error": "not_acceptable" }))).into_response();
    }
    match read(&simulator.options()) {
        Some(page) => Json(page).into_response(),
        None => (StatusCode::NOT_FOUND, Json(json!({ "error": "not_found" }))).into_response(),
    }
}

/// One record is a list of one.
fn single(options: &Options, uri: &Uri, path: String, record: &Value) -> Option<Value> {
    List { path, count: 1, record: Box::new(|_| record.clone()) }.page(options, uri)
}

struct List<'a> {
    /// Below the API's address.
    path: String,
    count: u64,
    record: Box<dyn Fn(u64) -> Value + 'a>,
}

impl List<'_> {
    /// Returns the page that the query names, or none if there is no such page. An empty list has one page.
    fn page(&self, options: &Options, uri: &Uri) -> Option<Value> {
        let params = Params::parse(uri.query().unwrap_or_default(), options.strict).ok()?;
        let size = options.page_size.max(1);
        let count = self.count.div_ceil(size).max(1);
        let current: u64 = params.get("page").map_or(Some(1), |page| page.parse().ok())?;
        if !(1..=count).contains(&current) {
            return None;
        }
        let first = (current - 1) * size;
        let data: Vec<Value> = (first..self.count.min(first + size)).map(&self.record).collect();
        let link = |page: u64| format!("{}/{}?page={page}", options.base_url, self.path);
        let next = count.min(current + 1);
        let next = match &options.next_link {
            NextLink::NextPage => link(next),
            NextLink::Itself => link(current),
            NextLink::First => link(1),
            NextLink::OtherOrigin(origin) => format!("{origin}/{}?page={next}", self.path),
            NextLink::Text(text) => text.clone(),
        };
        let pages = json!({
            "count": count,
            "current": current,
            "first": link(1),
            "next": next,
            "prev": link(current.saturating_sub(1).max(1)),
            "last": link(count),
        });
        Some(json!({ "data": data, "pages": pages }))
    }
}
