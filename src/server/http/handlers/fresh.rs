//! A password at most five minutes old, for what a click alone must not do: the one given in this visit, or the form's.

use super::sign_in::check_password;
use crate::server::{
    account::Account,
    http::{
        App,
        cookies::SetRenewed,
        error::Error,
        extract::{Fields, Tries},
    },
    pages::login::SignInProblem,
    visit::{Carrier, Visit},
};

/// What the browser is to carry from now on, where the password was given just now; or what is wrong with it.
pub async fn fresh(
    app: &App,
    (visit, account): (&Visit, &Account),
    carrier: Option<&Carrier>,
    tries: &Tries,
    fields: &Fields,
) -> Result<Result<Option<SetRenewed>, SignInProblem>, Error> {
    if visit.is_fresh(app.visits.now()) {
        return Ok(Ok(None));
    }
    Ok(given(app, (visit, account), carrier, tries, fields).await?.map(Some))
}

/// The same, where the password has to be given in any case.
pub async fn given(
    app: &App,
    (visit, account): (&Visit, &Account),
    carrier: Option<&Carrier>,
    tries: &Tries,
    fields: &Fields,
) -> Result<Result<SetRenewed, SignInProblem>, Error> {
    let carrier = carrier.ok_or(Error::NeedsSession)?;
    if let Err(problem) = check_password(app, tries, Some(&visit.id), &account.email, fields).await? {
        return Ok(Err(problem));
    }
    Ok(Ok(SetRenewed(app.visits.prove(visit, account, carrier, tries.seen.clone()).await?)))
}
