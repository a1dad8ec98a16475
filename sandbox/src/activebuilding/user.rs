//! The simulated users, communities and packages.

use serde_json::{Value, json};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserType {
    Staff,
    Resident,
}

/// A person who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: String,
    pub user_type: UserType,
    /// Also the user name.
    pub email: String,
    pub full_name: String,
    pub password: String,
    /// Ids of communities.
    pub communities: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Community {
    pub id: String,
    pub title: String,
}

/// The vendor documents no fields. These are modeled on its lobby-screen feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    pub id: String,
    pub community: String,
    /// The recipient.
    pub user: String,
    pub unit: String,
    /// Such as `UPS` or `Dry Cleaning`.
    pub type_name: String,
}

impl User {
    pub(crate) fn json(&self) -> Value {
        let Self { id, user_type, email, full_name, .. } = self;
        let user_type = match user_type {
            UserType::Staff => "STAFF",
            UserType::Resident => "RESIDENT",
        };
        let picture = format!("https://s3.amazonaws.com/assets.activebuilding.com/Profile/{id}.jpg");
        json!({"userId": id, "userType": user_type, "email": email, "fullname": full_name, "profilePicture": picture})
    }

    /// Whether the user may see a package: staff see all of a community, residents their own.
    pub(crate) fn sees(&self, package: &Package) -> bool {
        self.user_type == UserType::Staff || package.user == self.id
    }
}

impl Community {
    pub(crate) fn json(&self) -> Value {
        json!({"communityId": self.id, "title": self.title})
    }
}

impl Package {
    pub(crate) fn json(&self) -> Value {
        let Self { id, community, user, unit, type_name } = self;
        json!({"packageId": id, "communityId": community, "userId": user, "unit": unit, "typeName": type_name})
    }
}

pub(crate) fn sample_communities() -> Vec<Community> {
    // `010` is not `10`: ids are texts.
    [("10", "140 Riverside"), ("010", "Harbor Point"), ("27", "Maple Court")]
        .map(|(id, title)| Community { id: id.into(), title: title.into() })
        .into()
}

pub(crate) fn sample_users() -> Vec<User> {
    let user = |id: &str, user_type, email: &str, full_name: &str, password: &str, communities: &[&str]| User {
        id: id.into(),
        user_type,
        email: email.into(),
        full_name: full_name.into(),
        password: password.into(),
        communities: communities.iter().map(|id| (*id).to_owned()).collect(),
    };
    vec![
        user("1142", UserType::Staff, "testuser@building.com", "John John", "staff-pass-1142", &["10", "010"]),
        user("1143", UserType::Staff, "maria@building.com", "Maria Ortiz", "staff pass+1143&=", &["27"]),
        user("2201", UserType::Resident, "ana@resident.com", "Ana Li", "resident-pass-2201", &["10"]),
        user("2202", UserType::Resident, "bo@resident.com", "Bo Berg", "resident-pass-2202", &["10"]),
    ]
}

pub(crate) fn sample_packages() -> Vec<Package> {
    let package = |(id, community, user, unit, type_name): (&str, &str, &str, &str, &str)| Package {
        id: id.into(),
        community: community.into(),
        user: user.into(),
        unit: unit.into(),
        type_name: type_name.into(),
    };
    [
        ("501", "10", "2201", "4B", "UPS"),
        ("502", "10", "2201", "4B", "Dry Cleaning"),
        ("503", "10", "2202", "12A", "Amazon"),
        ("504", "27", "2303", "1", "Envelope"),
    ]
    .map(package)
    .into()
}
