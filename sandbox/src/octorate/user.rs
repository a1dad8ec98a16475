//! A person with accommodations in Octorate, who may grant an app access to them.

use std::ops::Range;

/// A user and the number of their accommodations, which are generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub username: String,
    pub name: String,
    pub email: String,
    /// The id of the first accommodation. The others follow.
    pub first_accommodation: u64,
    pub accommodations: u64,
}

/// Ids that each user has for accommodations.
const IDS_PER_USER: u64 = 1_000_000;

impl User {
    /// Returns the two users that every simulator begins with: one with a network of three accommodations, one with a
    /// single accommodation.
    pub(super) fn samples() -> Vec<Self> {
        vec![Self::sample(1, "anna", "Anna Ferri", 3), Self::sample(2, "bruno", "Bruno Conti", 1)]
    }

    fn sample(number: u64, username: &str, name: &str, accommodations: u64) -> Self {
        Self {
            username: username.to_owned(),
            name: name.to_owned(),
            email: format!("{username}@octorate.example"),
            first_accommodation: number * IDS_PER_USER,
            accommodations,
        }
    }

    /// Whether this user has the accommodation.
    pub(super) fn has(&self, accommodation: u64) -> bool {
        self.accommodation_ids().contains(&accommodation)
    }

    pub(super) fn accommodation_ids(&self) -> Range<u64> {
        self.first_accommodation..self.first_accommodation + self.accommodations
    }

    /// Sets the number of accommodations, at most a million.
    pub(super) fn set_accommodations(&mut self, count: u64) {
        self.accommodations = count.min(IDS_PER_USER);
    }
}
