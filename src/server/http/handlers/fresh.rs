//! A password at most five minutes old, for what a click alone must not do: the one given in this visit, or the form's.

use super::sign_in::checked;
use crate::server::{
    account::{Account, Proven},
    http::{
        App,
        cookies::SetRenewed,
        error::Error,
        extract::{Fields, Tries},
    },
    pages::login::SignInProblem,
    visit::{Carrier, Visit},
};

/// What the browser is to carry from now on, where the password was given just now; or what is wrong with it. Whatever comes after, the
/// answer has to bring it: the visit opens to nothing older any more.
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
    Ok(given(app, (visit, account), carrier, tries, fields).await?.map(|(renewed, _)| Some(renewed)))
}

/// The same, where the password has to be given in any case.
pub async fn given(
    app: &App,
    (visit, account): (&Visit, &Account),
    carrier: Option<&Carrier>,
    tries: &Tries,
    fields: &Fields,
) -> Result<Result<(SetRenewed, Proven), SignInProblem>, Error> {
    let carrier = carrier.ok_or(Error::NeedsSession)?;
    let check = app.accounts.give_again(account, fields.secret("password"), &visit.id, &tries.seen);
    let proven = match checked(app, tries, fields, check).await? {
        Ok(proven) => proven,
        Err(problem) => return Ok(Err(problem)),
    };
    let renewed = SetRenewed(app.visits.prove(visit, &proven, carrier, tries.seen.clone()).await?);
    Ok(Ok((renewed, proven)))
}
