//! The shell: the back-office page that frames the app. Rendered whole, so that it works without script; the script in `shell/` makes
//! it quicker and keeps the log fresh. Every name from the world is escaped: one company's names are there to try it.

use std::fmt::Write;

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::company::{Company, Staff};
use super::known::{Group, KNOWN};
use super::launch::escape;
use super::received::short;
use super::world::World;

const TEMPLATE: &str = include_str!("shell/index.html");
const NO_STORE: (header::HeaderName, &str) = (header::CACHE_CONTROL, "no-store");

/// The form of the pickers, without script.
#[derive(Deserialize)]
pub(super) struct Choice {
    company: Option<String>,
    staff: Option<String>,
}

/// Who sits at the back office, and which of the two views they see.
struct Shell<'a> {
    companies: &'a [Company],
    company: &'a Company,
    staff: &'a Staff,
    /// Has the company enabled the app?
    is_active: bool,
    launch: Option<Launch>,
}

struct Launch {
    url: String,
    shown: String,
}

pub(super) async fn apps(State(world): State<World>, Query(choice): Query<Choice>) -> Response {
    let companies = world.companies();
    let wanted = choice.company.as_deref();
    let company = companies.iter().find(|company| Some(company.subdomain.as_str()) == wanted);
    let Some(company) = company.or(companies.first()) else {
        return nobody();
    };
    let is_wanted = |staff: &&Staff| Some(staff.user_id.to_string()) == choice.staff;
    let Some(staff) = company.staff.iter().find(is_wanted).or(company.staff.first()) else {
        return nobody();
    };
    let is_active = world.is_active(&company.subdomain);
    let shell = Shell { companies: &companies, company, staff, is_active, launch: None };
    shell.render()
}

/// Mints a code at every load, as the platform's page does.
pub(super) async fn open(State(world): State<World>, Path((subdomain, user_id)): Path<(String, String)>) -> Response {
    let companies = world.companies();
    let Some(company) = companies.iter().find(|company| company.subdomain == subdomain) else {
        return nobody();
    };
    let Some(staff) = company.staff.iter().find(|staff| staff.user_id.to_string() == user_id) else {
        return nobody();
    };
    let code = world.mint_code(&subdomain, &user_id);
    let launch = Launch { url: world.launch_url(&code), shown: world.launch_url(&short(&code)) };
    let is_active = world.is_active(&subdomain);
    let shell = Shell { companies: &companies, company, staff, is_active, launch: Some(launch) };
    shell.render()
}

pub(super) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), NO_STORE], include_str!("shell/shell.css")).into_response()
}

pub(super) async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), NO_STORE], include_str!("shell/shell.js"))
        .into_response()
}

fn nobody() -> Response {
    (StatusCode::NOT_FOUND, "The sandbox knows nobody with this id at this company.").into_response()
}

impl Shell<'_> {
    fn render(&self) -> Response {
        ([NO_STORE], Html(fill(TEMPLATE, |slot| self.slot(slot)))).into_response()
    }

    fn slot(&self, name: &str) -> String {
        let hidden_unless = |shown: bool| if shown { "" } else { "hidden" }.to_owned();
        match name {
            "companies" => self.company_options(),
            "staff" => self.staff_options(),
            "company-name" => text(&self.company.name),
            "staff-name" => text(&self.staff.name),
            "staff-role" => text(&self.staff.role),
            "subdomain" => text(&self.company.subdomain),
            "user-id" => text(&self.staff.user_id.to_string()),
            "user-id-kind" => {
                if matches!(self.staff.user_id, super::UserId::Number(_)) { "a number" } else { "text" }.to_owned()
            }
            "standing" => if self.is_active { "enabled" } else { "suspended" }.to_owned(),
            "open-path" => text(&self.open_path()),
            "apps-hidden" => hidden_unless(self.launch.is_none()),
            "app-hidden" => hidden_unless(self.launch.is_some()),
            "frame" => self.frame(),
            "address" => self.launch.as_ref().map(|launch| text(&launch.shown)).unwrap_or_default(),
            "property-count" => self.staff.properties.len().to_string(),
            "property-rows" => self.property_rows(),
            "faults" => fault_fields(),
            "directory" => self.directory(),
            other => unreachable!("the template has no slot {other}"),
        }
    }

    fn open_path(&self) -> String {
        format!("/open/{}/{}", escape(&self.company.subdomain), escape(&self.staff.user_id.to_string()))
    }

    fn company_options(&self) -> String {
        let entries = self.companies.iter().filter(|company| !company.staff.is_empty());
        options(entries.map(|company| (company.subdomain.clone(), company.name.clone())), &self.company.subdomain)
    }

    fn staff_options(&self) -> String {
        let entries = self.company.staff.iter();
        let entries = entries.map(|staff| (staff.user_id.to_string(), format!("{} · {}", staff.name, staff.role)));
        options(entries, &self.staff.user_id.to_string())
    }

    fn frame(&self) -> String {
        let Some(launch) = &self.launch else {
            return String::new();
        };
        format!("<iframe title=\"Latchkey\" name=\"app\" src=\"{}\"></iframe>", text(&launch.url))
    }

    fn property_rows(&self) -> String {
        self.staff.properties.iter().fold(String::new(), |mut rows, property| {
            let (name, address) = (text(&property.name), text(&property.address));
            let _ = write!(rows, "<tr><td class=\"num\">{}<td><bdi>{name}</bdi><td><bdi>{address}</bdi>", property.id);
            rows
        })
    }

    /// All companies and staff, for the script's pickers. `<` is written so that no name can end the script element.
    fn directory(&self) -> String {
        let companies = self.companies.iter().map(|company| {
            let staff = company.staff.iter();
            let staff =
                staff.map(|staff| json!({ "id": staff.user_id.to_string(), "name": staff.name, "role": staff.role }));
            json!({ "subdomain": company.subdomain, "name": company.name, "staff": staff.collect::<Vec<_>>() })
        });
        json!(companies.collect::<Vec<_>>()).to_string().replace('<', "\\u003c")
    }
}

fn options(entries: impl Iterator<Item = (String, String)>, chosen: &str) -> String {
    entries.fold(String::new(), |mut options, (value, label)| {
        let selected = if value == chosen { " selected" } else { "" };
        let _ = write!(options, "<option value=\"{}\"{selected}>{}</option>", text(&value), text(&label));
        options
    })
}

fn fault_fields() -> String {
    Group::ALL.into_iter().fold(String::new(), |mut fields, group| {
        let _ = write!(fields, "<fieldset><legend>{}</legend>", group.title());
        for known in KNOWN.iter().filter(|known| known.group == group) {
            let _ = write!(
                fields,
                "<label><input type=\"checkbox\" name=\"fault\" value=\"{}\"> <span>{}</span> <em></em></label>",
                known.fault,
                text(known.label)
            );
        }
        fields.push_str("</fieldset>");
        fields
    })
}

/// Replaces `{{slot}}` in one pass, so that a name which looks like a slot stays a name.
fn fill(template: &str, slot: impl Fn(&str) -> String) -> String {
    let mut parts = template.split("{{");
    let mut page = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").expect("every slot of the template is closed");
        page.push_str(&slot(name));
        page.push_str(rest);
    }
    page
}

/// For text and for attributes in double quotes.
fn text(raw: &str) -> String {
    raw.chars().fold(String::with_capacity(raw.len()), |mut safe, character| {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
        safe
    })
}
