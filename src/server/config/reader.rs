//! Reads variables one by one and collects what is wrong, so that an operator mends everything in one go.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

/// A variable that is missing or wrong, and what it must be. Never holds the value.
#[derive(Debug, Clone)]
pub struct Wrong {
    pub variable: &'static str,
    pub must: String,
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.variable, self.must)
    }
}

/// The environment, as a value. Some of it is secret, so all of it is overwritten when it is dropped.
#[derive(Clone, Default)]
pub struct Vars(BTreeMap<String, Zeroizing<String>>);

impl Vars {
    /// The process's own; a value that is not UTF-8 is read with replacement characters, and refused by whoever parses it.
    pub fn from_process() -> Self {
        // A value that is UTF-8 is moved, not copied.
        let text = |value: std::ffi::OsString| value.into_string().unwrap_or_else(|v| v.to_string_lossy().into_owned());
        Self(std::env::vars_os().map(|(name, value)| (text(name), Zeroizing::new(text(value)))).collect())
    }

    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(pairs.into_iter().map(|(k, v)| (k.to_owned(), Zeroizing::new(v.to_owned()))).collect())
    }

    /// The value of a variable, if it is set to more than white space.
    pub fn get(&self, variable: &str) -> Option<&str> {
        self.0.get(variable).map(|v| v.trim()).filter(|v| !v.is_empty())
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), Zeroizing::new(value.to_owned()));
    }
}

pub(super) struct Reader<'a> {
    vars: &'a Vars,
    pub wrong: Vec<Wrong>,
}

impl<'a> Reader<'a> {
    pub fn new(vars: &'a Vars) -> Self {
        Self { vars, wrong: Vec::new() }
    }

    /// The value of a variable, if it is set to more than white space.
    pub fn get(&self, variable: &str) -> Option<&'a str> {
        self.vars.get(variable)
    }

    pub fn required<T>(&mut self, variable: &'static str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        match self.get(variable) {
            Some(value) => self.judge(variable, parse(value)),
            None => self.judge(variable, Err("must be set".into())),
        }
    }

    pub fn or<T>(
        &mut self,
        variable: &'static str,
        default: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let value = self.get(variable).unwrap_or(default);
        self.judge(variable, parse(value))
    }

    pub fn judge<T>(&mut self, variable: &'static str, result: Result<T, String>) -> Option<T> {
        result.map_err(|must| self.wrong.push(Wrong { variable, must })).ok()
    }
}
