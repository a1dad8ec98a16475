//! `/v/{visit}/history`: what happened to the account, as a page and as a file.

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::server::{
    account::{Account, AuditEvent},
    clock, csv,
    pages::{
        end_of,
        history::{self, History},
    },
    visit::Visit,
    web::{
        App,
        attachment::{attachment, csv_file, json_file},
        error::Error,
        extract::{LinkedVisit, PageRenderer},
        page::Content,
    },
};

/// `GET /v/{visit}/history`, with `before=NUMBER` for what was earlier.
pub async fn show(
    State(app): State<App>,
    renderer: PageRenderer,
    LinkedVisit { visit, account }: LinkedVisit,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let query = query.unwrap_or_default();
    let before = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "before").map(|(_, value)| value);
    let page = page(&app, (&visit, &account), before.and_then(|number| number.parse().ok())).await?;
    let (document, rows) = (history::document(&page), page.rows());
    Ok(renderer.page_of(StatusCode::OK, document, Content::new(&account.id, rows, move || history::body(page))).await)
}

async fn page(app: &App, (visit, account): (&Visit, &Account), before: Option<i64>) -> Result<History, Error> {
    let events = app.accounts.history(account, before).await?;
    Ok(History::new(visit, account, events, app.visits.now(), &app.visits.new_tab_ticket(visit)))
}

/// An event in a file.
#[derive(Serialize)]
struct Line {
    /// UTC, RFC 3339.
    at: String,
    event: &'static str,
    company: String,
    subdomain: String,
    /// Its end, as on the pages: whoever came in by one user need not learn the others' ids.
    user_id: String,
    address: String,
    browser: String,
    detail: String,
}

impl From<AuditEvent> for Line {
    fn from(event: AuditEvent) -> Self {
        let (company, subdomain, user_id) =
            event.identity.map(|i| (i.company, i.subdomain, end_of(&i.user_id))).unwrap_or_default();
        let AuditEvent { at, what, address, browser, detail, .. } = event;
        Self { at: clock::exact(at), event: what.name(), company, subdomain, user_id, address, browser, detail }
    }
}

/// `GET /v/{visit}/history.csv`
pub async fn as_csv(
    State(app): State<App>,
    LinkedVisit { account, .. }: LinkedVisit,
) -> Result<impl IntoResponse, Error> {
    let lines = app.accounts.whole_history(&account).await?.into_iter().map(Line::from);
    let head = ["Time (UTC)", "AuditEvent", "Company", "Subdomain", "User ID", "IP address", "Browser", "Detail"];
    let rows =
        lines.map(|l| [l.at, l.event.to_owned(), l.company, l.subdomain, l.user_id, l.address, l.browser, l.detail]);
    Ok(csv_file(attachment("history.csv"), app.offload(&account.id, move || csv::file(head, rows)).await?))
}

/// `GET /v/{visit}/history.json`
pub async fn as_json(
    State(app): State<App>,
    LinkedVisit { account, .. }: LinkedVisit,
) -> Result<impl IntoResponse, Error> {
    let events = app.accounts.whole_history(&account).await?;
    let file = move || serde_json::to_vec(&events.into_iter().map(Line::from).collect::<Vec<_>>());
    let file = app.offload(&account.id, file).await?.map_err(|_| Error::Internal)?;
    Ok(json_file(attachment("history.json"), file))
}
