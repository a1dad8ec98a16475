//! The shell's pages. Every name is escaped: the hostile names of one company check that.

use std::fmt::Write;

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::template::fill;
use crate::entrata::company::{Company, Staff, UserId};
use crate::entrata::faults::{CATALOG, Category};
use crate::entrata::request_log::shorten;
use crate::entrata::simulator::Simulator;
use crate::html::escape;
use crate::url::percent_encode;

const TEMPLATE: &str = include_str!("index.html");
const NO_STORE: (header::HeaderName, &str) = (header::CACHE_CONTROL, "no-store");

/// The fields of the company and staff menus.
#[derive(Deserialize)]
pub(crate) struct Selection {
    company: Option<String>,
    staff: Option<String>,
}

/// The selected member of staff, and what the page shows them.
struct Shell<'a> {
    companies: &'a [Company],
    company: &'a Company,
    staff: &'a Staff,
    /// Has the company enabled the app?
    is_active: bool,
    /// The app's launch, or `None` for the list of apps.
    launch: Option<Launch>,
}

struct Launch {
    url: String,
    /// The URL with the code shortened.
    display_url: String,
}

pub(crate) async fn apps(State(simulator): State<Simulator>, Query(selection): Query<Selection>) -> Response {
    let companies = simulator.companies();
    let subdomain = selection.company.as_deref();
    let company = companies.iter().find(|company| Some(company.subdomain.as_str()) == subdomain);
    let Some(company) = company.or(companies.first()) else {
        return not_found();
    };
    let is_selected = |staff: &&Staff| Some(staff.user_id.to_string()) == selection.staff;
    let Some(staff) = company.staff.iter().find(is_selected).or(company.staff.first()) else {
        return not_found();
    };
    let is_active = simulator.is_active(&company.subdomain);
    let shell = Shell { companies: &companies, company, staff, is_active, launch: None };
    shell.render()
}

/// Mints a code on every load, as the real page does.
pub(crate) async fn open(
    State(simulator): State<Simulator>,
    Path((subdomain, user_id)): Path<(String, String)>,
) -> Response {
    let companies = simulator.companies();
    let Some(company) = companies.iter().find(|company| company.subdomain == subdomain) else {
        return not_found();
    };
    let Some(staff) = company.staff_member(&user_id) else {
        return not_found();
    };
    let code = simulator.mint_code(&subdomain, &user_id);
    let launch = Launch { url: simulator.launch_url(&code), display_url: simulator.launch_url(&shorten(&code)) };
    let is_active = simulator.is_active(&subdomain);
    let shell = Shell { companies: &companies, company, staff, is_active, launch: Some(launch) };
    shell.render()
}

pub(crate) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), NO_STORE], include_str!("shell.css")).into_response()
}

pub(crate) async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), NO_STORE], include_str!("shell.js")).into_response()
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "The company has no user with this ID.").into_response()
}

impl Shell<'_> {
    fn render(&self) -> Response {
        ([NO_STORE], Html(fill(TEMPLATE, |slot| self.slot(slot)))).into_response()
    }

    fn slot(&self, name: &str) -> String {
        let hidden_unless = |is_visible: bool| if is_visible { "" } else { "hidden" }.to_owned();
        match name {
            "companies" => self.company_options(),
            "staff" => self.staff_options(),
            "company-name" => escape(&self.company.name),
            "staff-name" => escape(&self.staff.name),
            "staff-role" => escape(&self.staff.role),
            "subdomain" => escape(&self.company.subdomain),
            "user-id" => escape(&self.staff.user_id.to_string()),
            "user-id-kind" => {
                if matches!(self.staff.user_id, UserId::Number(_)) { "a number" } else { "text" }.to_owned()
            }
            "app-status" => if self.is_active { "enabled" } else { "suspended" }.to_owned(),
            "open-path" => escape(&self.open_path()),
            "apps-hidden" => hidden_unless(self.launch.is_none()),
            "app-hidden" => hidden_unless(self.launch.is_some()),
            "frame" => self.frame(),
            "address" => self.launch.as_ref().map(|launch| escape(&launch.display_url)).unwrap_or_default(),
            "property-count" => self.staff.properties.len().to_string(),
            "property-rows" => self.property_rows(),
            "faults" => fault_fields(),
            "directory" => self.directory(),
            other => unreachable!("the template has an unknown slot {other}"),
        }
    }

    fn open_path(&self) -> String {
        format!("/open/{}/{}", percent_encode(&self.company.subdomain), percent_encode(&self.staff.user_id.to_string()))
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
        format!("<iframe title=\"Latchkey\" name=\"app\" src=\"{}\"></iframe>", escape(&launch.url))
    }

    fn property_rows(&self) -> String {
        self.staff.properties.iter().fold(String::new(), |mut rows, property| {
            let (name, address) = (escape(&property.name), escape(&property.address));
            let _ = write!(rows, "<tr><td class=\"num\">{}<td><bdi>{name}</bdi><td><bdi>{address}</bdi>", property.id);
            rows
        })
    }

    /// Returns all companies and staff for the script. `<` is escaped so that no name can end the script element.
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

fn options(entries: impl Iterator<Item = (String, String)>, selected: &str) -> String {
    entries.fold(String::new(), |mut options, (value, label)| {
        let attribute = if value == selected { " selected" } else { "" };
        let _ = write!(options, "<option value=\"{}\"{attribute}>{}</option>", escape(&value), escape(&label));
        options
    })
}

fn fault_fields() -> String {
    Category::ALL.into_iter().fold(String::new(), |mut fields, category| {
        let _ = write!(fields, "<fieldset><legend>{}</legend>", escape(category.title()));
        for entry in CATALOG.iter().filter(|entry| entry.category == category) {
            let _ = write!(
                fields,
                "<label><input type=\"checkbox\" name=\"fault\" value=\"{}\"> <span>{}</span> <em></em></label>",
                entry.fault,
                escape(entry.label)
            );
        }
        fields.push_str("</fieldset>");
        fields
    })
}
