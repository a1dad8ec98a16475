//! What the API lists: offices, associates and properties of an integrator.

use crate::generator::Generator;

/// The status of active properties.
pub(crate) const ACTIVE: i64 = 160;
/// Statuses of properties that only `all=true` lists: cancelled, expired, draft.
const NOT_PUBLIC: [i64; 3] = [161, 162, 4812];

/// `modified` is Eastern time without offset, such as `2026-03-02T09:30:00`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    pub id: i64,
    pub name: String,
    pub street: String,
    pub postal_code: String,
    pub email: String,
    pub phone: String,
    pub terminated: bool,
    pub modified: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Associate {
    pub id: i64,
    pub office_id: i64,
    pub first_name: String,
    pub last_name: String,
    pub terminated: bool,
    pub hidden: bool,
    pub modified: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Such as `710031017-6`.
    pub id: String,
    pub office_id: i64,
    pub associate_id: i64,
    pub street_name: String,
    pub street_number: String,
    pub postal_code: String,
    /// 160 active, 161 canceled, 162 expired, 167 rented, 168 sale agreed, 169 sold, 4812 draft.
    pub status: i64,
    pub modified: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Data {
    pub offices: Vec<Office>,
    pub associates: Vec<Associate>,
    pub properties: Vec<Property>,
}

impl Office {
    /// The user name and password in clear text that the answer holds. No program should store them.
    #[must_use]
    pub fn credentials(&self) -> (String, String) {
        credentials("office", self.id)
    }
}

impl Associate {
    /// As [`Office::credentials`].
    #[must_use]
    pub fn credentials(&self) -> (String, String) {
        credentials("associate", self.id)
    }
}

impl Property {
    pub(crate) fn is_public(&self) -> bool {
        !NOT_PUBLIC.contains(&self.status)
    }
}

fn credentials(kind: &str, id: i64) -> (String, String) {
    (format!("ilist-user-{kind}-{id}"), format!("ilist-password-{kind}-{id}"))
}

impl Data {
    /// Three offices, of which one is terminated, four associates and seven properties, one per status.
    pub(crate) fn sample(integrator_id: &str) -> Self {
        let region: i64 = integrator_id.strip_suffix("001").and_then(|id| id.parse().ok()).unwrap_or_default();
        let names = [("RE/MAX Atlântico", false), ("RE/MAX Baía & Filhos", false), ("RE/MAX Antiga", true)];
        let offices = (1..).zip(names).map(|(number, (name, terminated))| office(region, number, name, terminated));
        let people = [("Ana", "Souza"), ("Bruno", "Lima"), ("Clara", "Ünal"), ("Davi", "D'Ávila")];
        let associates = (0_i64..).zip(people).map(|(index, (first, last))| Associate {
            id: region * 10_000 + index + 1,
            office_id: region * 1_000 + 1 + index / 2,
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            terminated: false,
            hidden: false,
            modified: format!("2026-03-0{}T08:15:00", index + 1),
        });
        let statuses = [ACTIVE, 167, 168, 169, 161, 162, 4812];
        let properties = (0_i64..).zip(statuses).map(|(index, status)| property(region, index, status));
        Self { offices: offices.collect(), associates: associates.collect(), properties: properties.collect() }
    }

    /// Adds generated offices and properties. The properties belong to the first office.
    pub fn generate(&mut self, integrator_id: &str, offices: u32, properties: u32) {
        let region: i64 = integrator_id.strip_suffix("001").and_then(|id| id.parse().ok()).unwrap_or_default();
        self.offices.reserve(usize::try_from(offices).unwrap_or_default());
        self.properties.reserve(usize::try_from(properties).unwrap_or_default());
        for number in 0..i64::from(offices) {
            let generated = office(region, 1_000_000 + number, &format!("RE/MAX {number}"), false);
            self.offices.push(Office { id: region * 10_000_000 + number, ..generated });
        }
        self.properties.extend((0..i64::from(properties)).map(|number| property(region, 1_000 + number, ACTIVE)));
    }
}

fn office(region: i64, number: i64, name: &str, terminated: bool) -> Office {
    Office {
        id: region * 1_000 + number,
        name: name.to_owned(),
        street: format!("Rua das Flores {number}"),
        postal_code: format!("{:05}-000", 40_000 + number % 10_000),
        email: format!("office{number}@remax.example"),
        phone: format!("+55 71 5550 {:04}", number % 10_000),
        terminated,
        modified: format!("2026-03-0{}T09:30:00", number % 9 + 1),
    }
}

fn property(region: i64, index: i64, status: i64) -> Property {
    let mut random = Generator::new("rex property", u64::try_from(region * 1_000_000 + index).unwrap_or_default());
    let street = random.choose(&["Avenida Sete", "Rua da Praia", "Travessa <Norte>", "Largo do Sol"]);
    // Some properties have no number.
    let number = if random.one_in(8) { String::new() } else { (1 + random.below(900)).to_string() };
    Property {
        id: format!("{region}0031{:03}-{}", index + 17, index % 9 + 1),
        office_id: region * 1_000 + 1 + index % 2,
        associate_id: region * 10_000 + 1,
        street_name: street.to_owned(),
        street_number: number,
        postal_code: format!("{:05}-000", 41_000 + index % 1_000),
        status,
        modified: format!("2026-03-{:02}T10:00:{:02}", index % 28 + 1, index % 60),
    }
}
