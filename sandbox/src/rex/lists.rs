//! The lists, in an envelope of seven fields.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::data::Data;
use super::error::ApiError;
use super::format::{Format, Node};
use super::list_query::{AllForm, ListQuery};
use super::simulator::Simulator;
use super::{authorization, rows};

pub(crate) async fn offices(
    State(simulator): State<Simulator>,
    Path(integrator): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let (data, query) = match begin(&simulator, &headers, &integrator, query, AllForm::Digit) {
        Ok(begun) => begun,
        Err(error) => return error.response(&headers),
    };
    let found = data.offices.iter().filter(|o| (query.all || !o.terminated) && query.includes(&o.modified));
    page(&headers, &query, "Office", found, |office| rows::office(office, &integrator))
}

pub(crate) async fn associates(
    State(simulator): State<Simulator>,
    Path(integrator): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let (data, query) = match begin(&simulator, &headers, &integrator, query, AllForm::Word) {
        Ok(begun) => begun,
        Err(error) => return error.response(&headers),
    };
    let found = data.associates.iter().filter(|associate| {
        (query.all || !associate.terminated && !associate.hidden)
            && query.includes(&associate.modified)
            && query.office_id.is_none_or(|id| id == associate.office_id)
    });
    page(&headers, &query, "Associate", found, rows::associate)
}

pub(crate) async fn properties(
    State(simulator): State<Simulator>,
    Path(integrator): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let (data, query) = match begin(&simulator, &headers, &integrator, query, AllForm::Word) {
        Ok(begun) => begun,
        Err(error) => return error.response(&headers),
    };
    let found = data.properties.iter().filter(|property| {
        (query.all || property.is_public())
            && query.includes(&property.modified)
            && query.office_id.is_none_or(|id| id == property.office_id)
            && query.associate_id.is_none_or(|id| id == property.associate_id)
    });
    page(&headers, &query, "Property", found, rows::property)
}

fn begin(
    simulator: &Simulator,
    headers: &HeaderMap,
    integrator: &str,
    query: Option<String>,
    all_form: AllForm,
) -> Result<(Arc<Data>, ListQuery), ApiError> {
    authorization::check(simulator, headers)?;
    let data = simulator.data(integrator).ok_or_else(|| ApiError::not_found("There is no such integrator."))?;
    let query = ListQuery::read(&query.unwrap_or_default(), all_form, simulator.settings().require_paging)?;
    Ok((data, query))
}

fn page<'a, T: 'a>(
    headers: &HeaderMap,
    query: &ListQuery,
    element: &'static str,
    found: impl Iterator<Item = &'a T> + Clone,
    row: impl Fn(&T) -> Node,
) -> Response {
    let total = found.clone().count();
    let pages = total.div_ceil(query.take);
    let items = found.skip((query.page - 1).saturating_mul(query.take)).take(query.take).map(row).collect();
    let number = |count: usize| Node::Number(i64::try_from(count).unwrap_or(i64::MAX));
    let envelope = Node::Object(vec![
        ("HasNextPage", Node::Bool(query.page < pages)),
        ("HasPreviousPage", Node::Bool(query.page > 1)),
        ("PageIndex", number(query.page)),
        ("PageSize", number(query.take)),
        ("TotalCount", number(total)),
        ("TotalPageCount", number(pages)),
        ("Items", Node::List(element, items)),
    ]);
    Format::requested(headers).response(StatusCode::OK, "RexApiList", &envelope)
}
