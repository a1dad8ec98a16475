//! Checks Latchkey's answers against Syncaroo's page and the reference (section 4.5, half A). Each function returns
//! what is wrong in sentences, and nothing if the answer is right.

use serde_json::{Map, Value};

use super::Reply;
use crate::calendar::day_number;

/// The statuses of locations and resources that Syncaroo knows.
const STATUSES: [&str; 5] = ["draft", "active", "private", "pending", "deleted"];
const CHECK_CONTENT_TYPE: &str = "application/json; charset=UTF-8";

impl Reply {
    /// Checks an answer with tokens. `now` is the provider's time in seconds since 1970.
    #[must_use]
    pub fn token_problems(&self, now: i64) -> Vec<String> {
        let mut problems = Vec::new();
        let mut require = |is_right: bool, problem: &str| {
            if !is_right {
                problems.push(problem.to_owned());
            }
        };
        let json = self.json();
        let text = |name: &str| json.get(name).and_then(Value::as_str).unwrap_or_default();
        require(self.status == 200, "the status is not 200");
        require(self.is_json(), "the content type is not application/json");
        require(
            self.header("cache-control").is_some_and(|value| value.contains("no-store")),
            "the answer may be cached",
        );
        require(!text("accessToken").is_empty(), "there is no accessToken");
        require(!text("refreshToken").is_empty(), "there is no refreshToken");
        require(text("accessToken") != text("refreshToken"), "both tokens are the same");
        let expires = epoch(text("expires"));
        require(expires.is_some(), "expires is not YYYY-MM-DDTHH:MM:SS without a zone");
        require(expires.is_none_or(|expires| expires > now), "expires is not in the future");
        problems
    }

    /// Checks a refusal of a token request.
    #[must_use]
    pub fn refusal_problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if !matches!(self.status, 400 | 401) {
            problems.push("the status is neither 400 nor 401".to_owned());
        }
        if !self.json().get("error").is_some_and(Value::is_string) {
            problems.push("there is no error in a JSON object".to_owned());
        }
        if self.body.contains("accessToken") || self.body.contains("refreshToken") {
            problems.push("the answer has a token".to_owned());
        }
        problems
    }

    /// Checks an answer of `check_connection`.
    #[must_use]
    pub fn check_connection_problems(&self, connection_id: u64) -> Vec<String> {
        let json = self.json();
        let mut problems = Vec::new();
        if self.status != 200 {
            problems.push("the status is not 200".to_owned());
        }
        if self.header("content-type") != Some(CHECK_CONTENT_TYPE) {
            problems.push(format!("the content type is not {CHECK_CONTENT_TYPE}"));
        }
        if json.get("connectionId").and_then(Value::as_u64) != Some(connection_id) {
            problems.push("connectionId is not this number".to_owned());
        }
        if !json.get("userId").is_some_and(Value::is_string) {
            problems.push("userId is not a text".to_owned());
        }
        match json.get("locations").and_then(Value::as_object) {
            Some(locations) => locations.iter().for_each(|(key, value)| location(&mut problems, key, value)),
            None => problems.push("locations is not an object".to_owned()),
        }
        problems
    }

    fn is_json(&self) -> bool {
        let media_type = self.header("content-type").and_then(|value| value.split(';').next()).unwrap_or_default();
        media_type.trim().eq_ignore_ascii_case("application/json")
    }
}

fn location(problems: &mut Vec<String>, key: &str, value: &Value) {
    let Some(fields) = value.as_object() else { return problems.push(format!("location {key} is not an object")) };
    if fields.get("ID").and_then(Value::as_str) != Some(key) {
        problems.push(format!("the ID of location {key} is not its key"));
    }
    named(problems, &format!("location {key}"), fields);
    let resources = match fields.get("resources") {
        None => return,
        Some(Value::Array(resources)) => resources,
        Some(_) => return problems.push(format!("the resources of location {key} are no list")),
    };
    for resource in resources {
        let Some(fields) = resource.as_object() else {
            problems.push(format!("a resource of location {key} is not an object"));
            continue;
        };
        if !["ID", "type"].iter().all(|name| fields.get(*name).is_some_and(Value::is_string)) {
            problems.push(format!("a resource of location {key} has no ID or type"));
        }
        named(problems, &format!("a resource of location {key}"), fields);
    }
}

fn named(problems: &mut Vec<String>, what: &str, fields: &Map<String, Value>) {
    if !fields.get("name").is_some_and(Value::is_string) {
        problems.push(format!("{what} has no name"));
    }
    if !fields.get("status").and_then(Value::as_str).is_some_and(|status| STATUSES.contains(&status)) {
        problems.push(format!("the status of {what} is none of the five words"));
    }
}

/// Reads `2009-06-15T13:45:30` as UTC, in seconds since 1970.
pub(crate) fn epoch(text: &str) -> Option<i64> {
    let pattern = "dddd-dd-ddTdd:dd:dd";
    let is_form = text.len() == pattern.len()
        && text
            .bytes()
            .zip(pattern.bytes())
            .all(|(byte, form)| byte == form || (form == b'd' && byte.is_ascii_digit()));
    if !is_form {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<i64>().ok());
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(day_number(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second)
}
