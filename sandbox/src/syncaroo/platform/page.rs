//! The page on which a person plays Syncaroo's user, and `/connection`, where Latchkey's redirect arrives.

use std::fmt::Write;

use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::{Platform, Reply, Update};
use crate::html::escape;
use crate::syncaroo::html::page;
use crate::syncaroo::params::Params;
use crate::url::origin;

/// The updates that a person can send: the value and label of a menu's entry, and the update.
type Kind = (&'static str, &'static str, fn() -> Update);
const KINDS: &[Kind] = &[
    ("location", "a location", Update::default),
    ("resource", "a resource", Update::of_resource),
    ("rates", "rates", Update::of_rates),
    ("later", "with later fields", || Update { has_later_fields: true, ..Update::default() }),
    ("status", "status, as until 2022", || Update { webhook_type: "status".into(), ..Update::default() }),
    ("unknown", "of an unknown type", || Update { attribute_type: "doors".into(), ..Update::default() }),
    ("broken", "broken JSON", || Update { is_broken: true, ..Update::default() }),
    ("foreign", "with a foreign apiUrl", || Update { api_url: "https://evil.example/v1".into(), ..Update::default() }),
];

pub(crate) async fn overview(State(platform): State<Platform>) -> Response {
    let path = path(&platform);
    let mut body = format!(
        "<p>This page plays Syncaroo’s user.</p><form method=\"post\" action=\"{path}/connect\">\
         <label>Workspace <input name=\"connectionId\" value=\"99\" inputmode=\"numeric\"></label> \
         <button>Connect</button></form><h2>Connections</h2>\
         <table><tr><th>ID<th>Access token<th>Expires (UTC)<th>Refresh token<th>",
    );
    for (id, tokens) in platform.all_tokens() {
        let _ = write!(
            body,
            "<tr data-connection=\"{id}\"><td>{id}<td>{}…<td>{}<td>{}…<td>",
            escape(&beginning(&tokens.access)),
            escape(&tokens.expires),
            escape(&beginning(&tokens.refresh))
        );
        for (action, label) in [("check", "Check connection"), ("refresh", "Refresh"), ("update", "Send update")] {
            let kinds = if action == "update" { kind_menu() } else { String::new() };
            let _ = write!(
                body,
                "<form method=\"post\" action=\"{path}/{action}\"><input type=\"hidden\" name=\"connectionId\" \
                 value=\"{id}\">{kinds}<button>{label}</button></form> "
            );
        }
    }
    body.push_str("</table>");
    page(StatusCode::OK, "Syncaroo (simulated)", &body)
}

/// Sends the browser to Latchkey's authorize page.
pub(crate) async fn connect(State(platform): State<Platform>, body: String) -> Response {
    match connection_id(&body) {
        Ok(id) => (StatusCode::SEE_OTHER, [(header::LOCATION, platform.authorize_url(id))]).into_response(),
        Err(message) => failed(&message),
    }
}

/// Receives the code and exchanges it.
pub(crate) async fn connection(State(platform): State<Platform>, uri: Uri) -> Response {
    let query = uri.query().unwrap_or_default();
    let id = match connection_id(query) {
        Ok(id) => id,
        Err(message) => return failed(&message),
    };
    let params = match Params::parse(query, true) {
        Ok(params) => params,
        Err(message) => return failed(&message),
    };
    let Some(code) = params.get("code") else {
        return failed(&format!("Latchkey answered with {}", params.get("error").unwrap_or("no code")));
    };
    let result = platform.exchange(id, code).await;
    let now = platform.simulation.clock.now();
    let title = match platform.tokens(id) {
        Some(_) => format!("Workspace {id} is connected"),
        None => format!("Workspace {id} is not connected"),
    };
    let intro = format!("<p>Code <code>{}</code></p>", escape(code));
    replied(&title, &intro, &result, |reply| reply.token_problems(now))
}

pub(crate) async fn refresh(State(platform): State<Platform>, body: String) -> Response {
    match connection_id(&body) {
        Ok(id) => {
            let now = platform.simulation.clock.now();
            replied("Refresh", "", &platform.refresh(id).await, |reply| reply.token_problems(now))
        }
        Err(message) => failed(&message),
    }
}

pub(crate) async fn check(State(platform): State<Platform>, body: String) -> Response {
    match connection_id(&body) {
        Ok(id) => {
            let problems = |reply: &Reply| reply.check_connection_problems(id);
            replied("Check connection", "", &platform.check_connection(id).await, problems)
        }
        Err(message) => failed(&message),
    }
}

pub(crate) async fn update(State(platform): State<Platform>, body: String) -> Response {
    match connection_id(&body) {
        Ok(id) => {
            let params = Params::parse(&body, true).ok();
            let kind = params.as_ref().and_then(|params| params.get("kind")).unwrap_or_default();
            let update = KINDS.iter().find(|(name, ..)| *name == kind).map(|(.., update)| update());
            replied("Send update", "", &platform.send_update(id, &update.unwrap_or_default()).await, |_| Vec::new())
        }
        Err(message) => failed(&message),
    }
}

/// Returns the path that the router is nested at, as the redirect URI has it.
fn path(platform: &Platform) -> String {
    let uri = platform.settings().redirect_uri;
    let path = uri.strip_prefix(origin(&uri)).unwrap_or_default();
    escape(path.strip_suffix("/connection").unwrap_or(path))
}

fn connection_id(query: &str) -> Result<u64, String> {
    let params = Params::parse(query, true)?;
    params.required("connectionId")?.parse().map_err(|_| "the connectionId is not a number".to_owned())
}

fn kind_menu() -> String {
    let option = |(value, label, _): &Kind| format!("<option value=\"{value}\">{label}</option>");
    let options: String = KINDS.iter().map(option).collect();
    format!("<select name=\"kind\" aria-label=\"Update\">{options}</select>")
}

/// Shows Latchkey's answer and what is wrong with it.
fn replied(
    title: &str,
    intro: &str,
    result: &Result<Reply, String>,
    problems: impl Fn(&Reply) -> Vec<String>,
) -> Response {
    match result {
        Ok(reply) => {
            let items: String = problems(reply).iter().map(|problem| format!("<li>{}</li>", escape(problem))).collect();
            let list =
                if items.is_empty() { items } else { format!("<p>Not as Syncaroo expects:</p><ul>{items}</ul>") };
            let body = format!(
                "{intro}<p>Status {}, {}</p>{list}<pre>{}</pre>",
                reply.status,
                escape(reply.header("content-type").unwrap_or("no content type")),
                escape(&reply.body)
            );
            page(StatusCode::OK, title, &body)
        }
        Err(message) => failed(message),
    }
}

fn failed(message: &str) -> Response {
    page(StatusCode::BAD_REQUEST, "Syncaroo (simulated): error", &format!("<p>{}.</p>", escape(message)))
}

fn beginning(token: &str) -> String {
    token.chars().take(6).collect()
}
