//! `getUserInfo`: returns the user of an access token.

use serde_json::json;

use super::field_faults;
use super::request::OAuthRequest;
use crate::entrata::error::ApiError;
use crate::entrata::faults::Fault;
use crate::entrata::reply::Reply;
use crate::entrata::state::State;

pub(super) fn respond(state: &State, request: &OAuthRequest<'_>, faults: &[Fault]) -> Result<Reply, ApiError> {
    let grant = state.check_bearer(request.http.bearer())?;
    let deleted = || ApiError::new(401, "The user no longer exists.");
    let company = state.company(&grant.subdomain).ok_or_else(deleted)?;
    let staff = company.staff_member(&grant.user_id).ok_or_else(deleted)?;
    let mut result = json!({
        "user_id": staff.user_id,
        "company_name": company.name,
        "subdomain": company.subdomain,
        "properties": staff.properties,
    });
    field_faults::apply(&mut result, faults);
    Ok(Reply::result(result, "Returned the user."))
}
