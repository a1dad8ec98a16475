//! Reads variables one by one and collects the invalid ones, so that an operator can fix all of them at once.

use std::collections::BTreeMap;

use secrecy::SecretString;
use url::Url;
use zeroize::Zeroizing;

use crate::server::outbound::parse_address;

/// A variable that is missing or invalid, and what it must be. Never holds the value.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{variable}: {must}")]
pub struct Wrong {
    pub variable: &'static str,
    pub must: String,
}

/// The environment, as a value. Some variables are secret, so all of them are zeroized when dropped.
#[derive(Clone, Default)]
pub struct Vars(BTreeMap<String, Zeroizing<String>>);

impl Vars {
    /// Reads the process's environment. Values that are not UTF-8 get replacement characters, which no parser accepts.
    pub fn from_process() -> Self {
        // UTF-8 values are moved, not copied.
        let text = |value: std::ffi::OsString| value.into_string().unwrap_or_else(|v| v.to_string_lossy().into_owned());
        Self(std::env::vars_os().map(|(name, value)| (text(name), Zeroizing::new(text(value)))).collect())
    }

    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(pairs.into_iter().map(|(k, v)| (k.to_owned(), Zeroizing::new(v.to_owned()))).collect())
    }

    /// Returns a variable's value, unless it is blank.
    pub fn get(&self, variable: &str) -> Option<&str> {
        self.0.get(variable).map(|v| v.trim()).filter(|v| !v.is_empty())
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), Zeroizing::new(value.to_owned()));
    }
}

/// What we present to a system: the id and secret that it gave us.
#[derive(Debug, Clone)]
pub struct ClientCredentials {
    pub id: String,
    pub secret: SecretString,
}

pub(super) struct Reader<'a> {
    vars: &'a Vars,
    pub wrong: Vec<Wrong>,
}

impl<'a> Reader<'a> {
    pub fn new(vars: &'a Vars) -> Self {
        Self { vars, wrong: Vec::new() }
    }

    /// Returns a variable's value, unless it is blank.
    pub fn get(&self, variable: &str) -> Option<&'a str> {
        self.vars.get(variable)
    }

    /// Reads a variable that must be set.
    pub fn required<T>(&mut self, variable: &'static str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        match self.get(variable) {
            Some(value) => self.check(variable, parse(value)),
            None => self.check(variable, Err("must be set".into())),
        }
    }

    /// Reads a variable that has a default.
    pub fn or<T>(
        &mut self,
        variable: &'static str,
        default: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let value = self.get(variable).unwrap_or(default);
        self.check(variable, parse(value))
    }

    /// Reads the base of a system's addresses, which has a default.
    pub fn base_address(&mut self, variable: &'static str, default: &str) -> Option<Url> {
        self.or(variable, default, base_address)
    }

    /// Reads a client id and its secret, which are set together or not at all. Returns none if they are not set, or if
    /// one is missing, which is recorded.
    pub fn client(&mut self, id: &'static str, secret: &'static str) -> Option<ClientCredentials> {
        let missing = match (self.get(id), self.get(secret)) {
            (Some(id), Some(secret)) => {
                return Some(ClientCredentials { id: id.to_owned(), secret: secret.into() });
            }
            (None, None) => return None,
            (None, Some(_)) => (id, secret),
            (Some(_), None) => (secret, id),
        };
        self.wrong.push(Wrong { variable: missing.0, must: format!("must be set, because {} is set", missing.1) });
        None
    }

    /// Returns the value, or records why the variable is invalid.
    pub fn check<T>(&mut self, variable: &'static str, result: Result<T, String>) -> Option<T> {
        result.map_err(|must| self.wrong.push(Wrong { variable, must })).ok()
    }
}

/// Parses an address that paths are appended to.
pub(super) fn base_address(value: &str) -> Result<Url, String> {
    let url = parse_address(value)?;
    if url.query().is_some() { Err("must be an address without a query".into()) } else { Ok(url) }
}
