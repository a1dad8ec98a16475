//! Signing in in a pending visit. The next page is the confirmation.

use axum::response::{IntoResponse, Redirect, Response};

use super::{
    password::{form_again, remember_browser, verify_sign_in},
    pending_form::PendingForm,
};
use crate::server::{
    pages::{Notice, login::SignInProblem},
    urls::VisitUrl,
    visit::{SignInEvidence, VisitSignInError},
    web::{
        cookies::SetRenewed,
        error::Error,
        extract::{Acting, Fields, Pending},
        handlers::render_visit,
    },
};

/// `POST /v/{visit}/sign-in`. If the identity is linked already (`NEW_BROWSER=ask`), only its own account can sign in.
pub async fn sign_in(PendingForm { acting, attempt, fields }: PendingForm) -> Result<Response, Error> {
    let Acting { app, visit, access: Pending { identity }, credential, client, renderer, .. } = acting;
    let home = Redirect::to(&VisitUrl::Home.of(&visit.id));
    let problem = match verify_sign_in(&app, &attempt, Some(&visit.id), &fields).await? {
        Ok(verified) => match visit.linked_to() {
            None => {
                let evidence = SignInEvidence::Password(verified);
                let renewed = app.visits.sign_in(&visit, evidence, &credential, client).await?;
                return Ok((SetRenewed(renewed), home).into_response());
            }
            Some(linked) if *linked == verified.account.id => {
                let renewed = app.visits.admit(&visit, verified, &credential, client).await?;
                let browser = remember_browser(&app, &visit.id, attempt.key).await;
                return Ok((SetRenewed(renewed), browser, home).into_response());
            }
            // Does not reveal which account the identity belongs to.
            Some(_) => SignInProblem::Wrong,
        },
        Err(problem) => problem,
    };
    let login = render_visit::pending(&app, Some(&credential), &visit, &identity, Notice::None).await?;
    Ok(form_again(renderer, login, &fields, problem).await)
}

/// `POST /v/{visit}/continue`: continues as the account of another visit of this browser in which the password was
/// entered within five minutes; after that, the password is needed here. Not where the identity is linked already:
/// there the password is required because the browser is new, and another visit does not replace it.
pub async fn continue_as(
    Acting { app, visit, access: Pending { identity }, credential, client, renderer, .. }: Acting<Pending>,
    fields: Fields,
) -> Result<Response, Error> {
    if visit.linked_to().is_some() {
        return Err(Error::NotFound);
    }
    let evidence = SignInEvidence::Visit(fields.text("as").into());
    match app.visits.sign_in(&visit, evidence, &credential, client).await {
        Ok(renewed) => Ok((SetRenewed(renewed), Redirect::to(&VisitUrl::Home.of(&visit.id))).into_response()),
        Err(VisitSignInError::NotPending) => {
            let login = render_visit::pending(&app, Some(&credential), &visit, &identity, Notice::None).await?;
            Ok(form_again(renderer, login, &fields, SignInProblem::Incomplete).await)
        }
        Err(e) => Err(e.into()),
    }
}
