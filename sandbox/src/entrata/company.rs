//! The companies, their staff, and the properties that each member of staff may see.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A property-management company, Entrata's customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    pub subdomain: String,
    pub name: String,
    pub staff: Vec<Staff>,
}

/// A member of staff. Only the shell shows name and role: `getUserInfo` doesn't return them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    pub user_id: UserId,
    pub name: String,
    pub role: String,
    pub properties: Vec<Property>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Property {
    pub id: u64,
    pub name: String,
    pub address: String,
}

/// Entrata's user ID: a number for some users, ten hex digits for others. Equal text means the same user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum UserId {
    Number(i64),
    Text(String),
}

impl Company {
    pub fn new(subdomain: impl Into<String>, name: impl Into<String>) -> Self {
        Self { subdomain: subdomain.into(), name: name.into(), staff: Vec::new() }
    }

    pub fn with_staff(mut self, staff: Staff) -> Self {
        self.staff.push(staff);
        self
    }

    pub(crate) fn staff_member(&self, user_id: &str) -> Option<&Staff> {
        self.staff.iter().find(|staff| staff.user_id.to_string() == user_id)
    }
}

impl Staff {
    pub fn new(user_id: impl Into<UserId>, name: impl Into<String>, role: impl Into<String>) -> Self {
        Self { user_id: user_id.into(), name: name.into(), role: role.into(), properties: Vec::new() }
    }

    pub fn with_properties(mut self, properties: impl IntoIterator<Item = Property>) -> Self {
        self.properties.extend(properties);
        self
    }
}

impl Property {
    pub fn new(id: u64, name: impl Into<String>, address: impl Into<String>) -> Self {
        Self { id, name: name.into(), address: address.into() }
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

impl From<i64> for UserId {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for UserId {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for UserId {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
