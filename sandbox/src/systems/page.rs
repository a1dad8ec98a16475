//! Pages where a person sees a system's requests, sets faults, moves the clock and revokes grants. They work without
//! script: forms post to the control API, which redirects back.

use std::fmt::Write;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::{NAMES, Systems};
use crate::simulation::{RecordedRequest, Simulation};

const AS_SYNCAROO: &str = "<p><a href=\"/sim/syncaroo\">Act as a user of Syncaroo</a>: connect a workspace with \
    Latchkey, check the connection, send updates.</p>";
/// Requests that a page lists, newest first.
const LISTED: usize = 50;
const STYLE: &str = "\
:root{color-scheme:light dark}body{font:15px/1.5 system-ui;margin:0 auto;max-width:64rem;padding:1rem}\
nav a{margin-right:1rem}table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:600}\
td,th{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8884;vertical-align:top}\
code{overflow-wrap:anywhere}form{display:inline-block;margin:0 .75rem .75rem 0}button,select,input{font:inherit}";

pub(super) async fn index(State(systems): State<Systems>) -> Html<String> {
    let mut body = String::from("<h1>Other property systems</h1><p>Latchkey connects to these.</p><ul>");
    for (name, title) in NAMES {
        let count = systems.simulation(name).map_or(0, |simulation| simulation.requests.all().len());
        let _ = write!(body, "<li><a href=\"/systems/{name}\">{title}</a>: {count} requests");
    }
    Html(page("Other property systems", &(body + "</ul>")))
}

pub(super) async fn system(State(systems): State<Systems>, Path(system): Path<String>) -> Response {
    let (Some(simulation), Some((name, title))) =
        (systems.simulation(&system), NAMES.iter().find(|(name, _)| *name == system))
    else {
        return (StatusCode::NOT_FOUND, Html(page("Not found", "<h1>There is no such system</h1>"))).into_response();
    };
    let body = format!(
        "<h1>{title}</h1>{}{}{}{}",
        if *name == "syncaroo" { AS_SYNCAROO } else { "" },
        credentials(&systems, name),
        forms(name),
        requests(simulation, systems.clock.now())
    );
    Html(page(title, &body)).into_response()
}

/// What to type into the app, where a person types something.
fn credentials(systems: &Systems, name: &str) -> String {
    let rows: Vec<[String; 3]> = match name {
        "activebuilding" => {
            systems.activebuilding.users().into_iter().map(|user| [user.full_name, user.email, user.password]).collect()
        }
        "rex" => {
            systems.rex.key_sets().into_iter().map(|set| [set.integrator_id, set.api_key, set.secret_key]).collect()
        }
        _ => return String::new(),
    };
    let heads =
        if name == "rex" { ["Integrator ID", "API key", "Secret key"] } else { ["Name", "User name", "Password"] };
    let mut table = format!("<table><caption>What to type</caption><tr>{}", heads.map(|h| format!("<th>{h}")).concat());
    for row in rows {
        let _ = write!(table, "<tr>{}", row.map(|cell| format!("<td><code>{}</code>", escape(&cell))).concat());
    }
    table + "</table>"
}

fn forms(name: &str) -> String {
    let post = |action: &str, inside: &str| format!("<form method=\"post\" action=\"/sim/{action}\">{inside}</form>");
    let faults = ["lost-reply", "html", "empty", "cut", "slow", "429", "500", "502", "503"];
    let buttons: String = faults
        .iter()
        .map(|fault| {
            let action = format!("faults?system={name}&amp;fault={fault}&amp;page=1");
            post(&action, &format!("<button>{fault}</button>"))
        })
        .collect();
    let clock: String = [("10 minutes", 600), ("1 day", 86_400), ("3 days", 259_200)]
        .iter()
        .map(|(label, seconds)| {
            let action = format!("clock?system={name}&amp;seconds={seconds}&amp;page=1");
            post(&action, &format!("<button>+ {label}</button>"))
        })
        .collect();
    let revoke = post(&format!("revoke?system={name}&amp;page=1"), "<button>Revoke all grants</button>");
    let clear = post(&format!("clear?system={name}&amp;page=1"), "<button>Clear requests and faults</button>");
    format!(
        "<h2>The next request fails</h2>{buttons}<h2>Clock of all systems</h2>{clock}\
         <h2>Grants and log</h2>{revoke}{clear}"
    )
}

fn requests(simulation: &Simulation, now: i64) -> String {
    let all = simulation.requests.all();
    let mut table =
        String::from("<table><caption>Requests, newest first</caption><tr><th>Ago<th>Request<th>Answer<th>Body");
    for request in all.iter().rev().take(LISTED) {
        let RecordedRequest { at, method, path, body, status, .. } = request;
        let status = status.map_or_else(|| "none".to_owned(), |status| status.to_string());
        let _ = write!(
            table,
            "<tr><td>{} s<td>{method} <code>{}</code><td>{status}<td><code>{}</code>",
            now - at,
            escape(path),
            escape(&hide_values(body))
        );
    }
    table + "</table>"
}

/// Returns a form body with its field names only: the page must not show secrets on a shared screen.
fn hide_values(body: &str) -> String {
    let names = form_urlencoded::parse(body.as_bytes()).map(|(name, _)| name.into_owned());
    names.filter(|name| !name.is_empty() && name.len() < 40).collect::<Vec<_>>().join(", ")
}

fn page(title: &str, body: &str) -> String {
    let links: String = NAMES.iter().map(|(name, title)| format!("<a href=\"/systems/{name}\">{title}</a>")).collect();
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>{title} · sandbox</title><style>{STYLE}</style>\
         <nav><a href=\"/\">Entrata</a>{links}</nav><main>{body}</main>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
