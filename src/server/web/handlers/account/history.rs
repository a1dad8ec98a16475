//! `/v/{visit}/history`: the account's history, as a page and as a file.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::server::{
    audit::{self, AuditEvent},
    clock, csv,
    pages::{
        end_of,
        history::{self, History},
    },
    web::{
        attachment::{self, attachment},
        error::Error,
        extract::{Acting, Linked, Params},
        page::Content,
    },
};

/// `GET /v/{visit}/history`, with `before=NUMBER` for events before that one.
pub async fn show(
    Acting { app, visit, access: Linked { account }, renderer, .. }: Acting<Linked>,
    params: Params,
) -> Result<Response, Error> {
    let before = params.get("before").and_then(|number| number.parse().ok());
    let events = audit::recent_history(app.core.storage.reader(), &account.id, before).await?;
    let page = History::new(&visit, &account, events, app.visits.now(), &app.visits.new_tab_ticket(&visit));
    let (document, rows) = (history::document(&page), page.rows());
    Ok(renderer.page_of(StatusCode::OK, document, Content::new(&account.id, rows, move || history::body(page))).await)
}

/// An event in a file.
#[derive(Serialize)]
struct Line {
    /// UTC, RFC 3339.
    at: String,
    event: &'static str,
    company: String,
    subdomain: String,
    /// The end of the id, as on the pages: a person who uses one Entrata user need not see the ids of the others.
    user_id: String,
    address: String,
    browser: String,
    detail: String,
}

impl From<AuditEvent> for Line {
    fn from(event: AuditEvent) -> Self {
        let (browser, detail) = (event.browser_text().to_owned(), event.detail_text().to_owned());
        let (company, subdomain, user_id) =
            event.identity.map(|i| (i.company, i.subdomain, end_of(&i.user_id))).unwrap_or_default();
        let (at, address) = (clock::exact(event.at), event.address);
        Self { at, event: event.what.name(), company, subdomain, user_id, address, browser, detail }
    }
}

/// `GET /v/{visit}/history.csv`
pub async fn csv_file(
    Acting { app, access: Linked { account }, .. }: Acting<Linked>,
) -> Result<impl IntoResponse, Error> {
    let lines = audit::whole_history(app.core.storage.reader(), &account.id).await?.into_iter().map(Line::from);
    let heading = ["Time (UTC)", "Event", "Company", "Subdomain", "User ID", "IP address", "Browser", "Detail"];
    let rows =
        lines.map(|l| [l.at, l.event.to_owned(), l.company, l.subdomain, l.user_id, l.address, l.browser, l.detail]);
    let file = app.offload(&account.id, move || csv::file(heading, rows)).await?;
    Ok(attachment::csv_file(attachment("history.csv"), file))
}

/// `GET /v/{visit}/history.json`
pub async fn json_file(
    Acting { app, access: Linked { account }, .. }: Acting<Linked>,
) -> Result<impl IntoResponse, Error> {
    let events = audit::whole_history(app.core.storage.reader(), &account.id).await?;
    let file = move || serde_json::to_vec(&events.into_iter().map(Line::from).collect::<Vec<_>>());
    let file = app.offload(&account.id, file).await?.map_err(|_| Error::Internal)?;
    Ok(attachment::json_file(attachment("history.json"), file))
}
