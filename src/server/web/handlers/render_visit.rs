//! Renders the page of a visit in its current state: login while it is pending, confirm once somebody has signed in,
//! home once it is linked.

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
    visit::{SessionCredential, Visit, VisitState},
    web::{
        App,
        error::Error,
        extract::{Flash, PageRenderer, Typed},
        page::Content,
    },
};

/// Renders the first page of a launched visit. With a ticket, it sends the cookie probe.
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

/// Renders a visit. `query` filters the properties on home, for browsers without script.
pub async fn visit(
    app: &App,
    renderer: PageRenderer,
    visit: Visit,
    flash: &Flash,
    query: &str,
) -> Result<Response, Error> {
    if visit.account().is_some() {
        return home(app, renderer, visit, query).await;
    }
    let identity = visit.identity().ok_or(Error::Internal)?;
    if let VisitState::Unconfirmed { account, .. } = &visit.state {
        let ticket = app.visits.ticket(&visit).ok_or(Error::Internal)?;
        let confirm = confirm::Confirm::new(&visit.id, identity, account, ticket.expose_secret());
        return Ok(renderer.page(StatusCode::OK, confirm::document(&confirm), move || confirm::body(confirm)).await);
    }
    let declined = flash.take_link_declined(&visit.id).await;
    let notice = if declined { Notice::Declined } else { Notice::None };
    let login = pending(app, renderer.credential(), &visit, identity, notice).await?;
    let login = match flash.take_typed_text(&identity.company, app.visits.now()).await {
        Some(Typed { name, email, .. }) => login.with_typed(name, email),
        None => login,
    };
    Ok(renderer.page(StatusCode::OK, login::document(&login), move || login::body(login)).await)
}

async fn home(app: &App, renderer: PageRenderer, visit: Visit, query: &str) -> Result<Response, Error> {
    let account = visit.account().ok_or(Error::Internal)?;
    let identities = app.identities.of_visit(visit.identity(), account).await?;
    let news = app.identities.recent_links(account, visit.identity(), &visit.session_id).await?;
    // A launched visit shows only its own company, which has access.
    let blocked_companies = match visit.identity() {
        Some(_) => Vec::new(),
        None => app.identities.blocked_companies(account).await?,
    };
    let connections = match app.connections.systems().is_empty() {
        true => Vec::new(),
        false => app.connections.list(&account.id).await?,
    };
    let home = Home::new(&visit, account, &identities, query, app.visits.new_tab_ticket(&visit))
        .with_connections(connections)
        .with_recent_links(news, app.visits.now())
        .with_blocked_companies(blocked_companies);
    let (document, rows) = (home::document(&home), home.rows());
    let content = Content::new(&account.id, rows, move || home::body(home));
    Ok(renderer.page_of(StatusCode::OK, document, content).await)
}

/// Returns the login page of a pending visit. If somebody has signed in in the same browser within five minutes, the
/// page offers to continue as that account without a password. That is for people who link several Entrata users one
/// after another. Other open visits are not mentioned.
pub async fn pending(
    app: &App,
    credential: Option<&SessionCredential>,
    visit: &Visit,
    identity: &Identity,
    notice: Notice,
) -> Result<Login, Error> {
    let login = Login::pending(visit, identity, may_register(app, visit), notice);
    if visit.linked_to().is_some() {
        return Ok(login);
    }
    let open = app.visits.last_authenticated(credential).await?;
    Ok(match open.as_ref().and_then(|open| Some((open, open.account()?))) {
        Some((open, account)) => login.with_open(open, account),
        None => login,
    })
}

/// Whether somebody may register in a pending visit. False if the identity is already linked.
pub fn may_register(app: &App, visit: &Visit) -> bool {
    app.config.access.registration == Registration::Open && visit.linked_to().is_none()
}
