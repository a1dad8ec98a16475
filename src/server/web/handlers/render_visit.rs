//! What a visit shows, by how it stands: login while it is held, confirm once somebody signed in, home once it is linked.

use axum::{http::StatusCode, response::Response};
use secrecy::{ExposeSecret, SecretString};

use crate::server::{
    config::Registration,
    identity::Identity,
    pages::{
        Notice, ProbeTicket, confirm,
        home::{self, Home},
        login::{self, Login},
    },
    visit::{SessionCredential, Visit},
    web::{
        App,
        error::Error,
        extract::{Flash, PageRenderer, Typed},
        page::Content,
    },
};

/// What a launch shows. Its page makes the echo, with the visit's ticket.
pub async fn arrived(
    app: &App,
    renderer: PageRenderer,
    visit: Visit,
    flash: &Flash,
    ticket: Option<SecretString>,
) -> Result<Response, Error> {
    let cookie_probe =
        ticket.map(|ticket| ProbeTicket { visit: visit.id.clone(), ticket: ticket.expose_secret().to_owned() });
    self::visit(app, renderer.with_probe(cookie_probe), visit, flash, "").await
}

/// `query`: what the properties are narrowed to, where there is no script to do it.
pub async fn visit(
    app: &App,
    renderer: PageRenderer,
    visit: Visit,
    flash: &Flash,
    query: &str,
) -> Result<Response, Error> {
    let ok = StatusCode::OK;
    if let Some(account) = &visit.account {
        let identities = app.identities.of_visit(visit.identity.as_ref(), account).await?;
        let news = app.identities.news(&visit, account).await?;
        // A launched visit shows its own company, and was refused if that is kept out.
        let blocked_companies = match visit.identity {
            Some(_) => Vec::new(),
            None => app.identities.blocked_companies(account).await?,
        };
        let home = Home::new(&visit, account, &identities, query, app.visits.new_tab_ticket(&visit))
            .with_recent_links(news, app.visits.now())
            .with_blocked_companies(blocked_companies);
        let (document, rows) = (home::document(&home), home.rows());
        return Ok(renderer.page_of(ok, document, Content::new(&account.id, rows, move || home::body(home))).await);
    }
    let identity = visit.identity.as_ref().ok_or(Error::Internal)?;
    if let Some((account, _)) = &visit.unconfirmed {
        let ticket = app.visits.ticket(&visit).ok_or(Error::Internal)?;
        let confirm = confirm::Confirm::new(&visit.id, identity, account, ticket.expose_secret());
        return Ok(renderer.page(ok, confirm::document(&confirm), move || confirm::body(confirm)).await);
    }
    let notice = if flash.take_declined(&visit.id).await { Notice::Declined } else { Notice::None };
    let login = pending(app, renderer.credential(), &visit, identity, notice).await?;
    let login = match flash.take_typed(&identity.company, app.visits.now()).await {
        Some(Typed { name, email, .. }) => login.with_typed(name, email),
        None => login,
    };
    Ok(renderer.page(ok, login::document(&login), move || login::body(login)).await)
}

/// The login page of a held visit. Whoever is signed in in the same browser may go on as that account: without a password if it was given
/// within five minutes, which is what a person does who links several Entrata users one after the other.
pub async fn pending(
    app: &App,
    credential: Option<&SessionCredential>,
    visit: &Visit,
    identity: &Identity,
    notice: Notice,
) -> Result<Login, Error> {
    let login = Login::pending(visit, identity, may_register(app, visit), notice);
    if visit.linked_to.is_some() {
        return Ok(login);
    }
    let now = app.visits.now();
    // The one in which the password was given last, if it was: of others it need not be said that they are there.
    let open = app
        .visits
        .all_open(credential)
        .await?
        .into_iter()
        .filter(|v| v.is_recently_authenticated(now))
        .max_by_key(|v| v.password_verified_at);
    Ok(match open.as_ref().and_then(|open| Some((open, open.account.as_ref()?))) {
        Some((open, account)) => login.with_open(open, account),
        None => login,
    })
}

/// Whether a held visit may register: not where its identity has an account that only has to be asked for.
pub fn may_register(app: &App, visit: &Visit) -> bool {
    app.config.access.registration == Registration::Open && visit.linked_to.is_none()
}
