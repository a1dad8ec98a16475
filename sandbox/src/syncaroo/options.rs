//! How the simulated Syncaroo behaves, where its page leaves room or a test wants a fault.

/// What happens when a refresh token is used again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reuse {
    /// Only that request is refused.
    #[default]
    Refused,
    /// All tokens of the same grant stop working, too.
    FamilyRevoked,
}

/// Where a page's `next` points.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum NextLink {
    #[default]
    NextPage,
    /// To the page itself.
    Itself,
    /// To the first page.
    First,
    /// To the next page on another origin, such as `https://evil.example`.
    OtherOrigin(String),
    /// This text, whatever it is.
    Text(String),
}

/// Where a record has its id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IdField {
    /// In `ID`.
    #[default]
    Upper,
    /// In `id`.
    Lower,
    /// Only at the end of the link `apiUrl`.
    Link,
}

#[derive(Clone, Debug)]
pub struct Options {
    /// The address of the API, without a slash at the end. All links begin with it.
    pub base_url: String,
    pub client_id: String,
    pub client_secret: String,
    /// How many locations there are.
    pub locations: u64,
    /// Records of one page, at least 1.
    pub page_size: u64,
    /// Accept only camelCase parameters, as since 2021. Otherwise the older snake_case ones, too.
    pub strict: bool,
    pub reuse: Reuse,
    pub next_link: NextLink,
    pub id_field: IdField,
}

impl Options {
    /// Sets an option by its name, for control pages: `locations`, `page-size`, `strict` (`on`, `off`), `reuse`
    /// (`refused`, `family-revoked`), `next` (`page`, `itself`, `first`, or a text), `id` (`upper`, `lower`, `link`).
    ///
    /// # Errors
    /// With a message when the name or value is unknown.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let unknown = || format!("{name} can't be {value}");
        let number = || value.parse().map_err(|_| unknown());
        match (name, value) {
            ("locations", _) => self.locations = number()?,
            ("page-size", _) => self.page_size = number()?.max(1),
            ("strict", "on" | "off") => self.strict = value == "on",
            ("reuse", "refused") => self.reuse = Reuse::Refused,
            ("reuse", "family-revoked") => self.reuse = Reuse::FamilyRevoked,
            ("next", "page") => self.next_link = NextLink::NextPage,
            ("next", "itself") => self.next_link = NextLink::Itself,
            ("next", "first") => self.next_link = NextLink::First,
            ("next", text) => self.next_link = NextLink::Text(text.to_owned()),
            ("id", "upper") => self.id_field = IdField::Upper,
            ("id", "lower") => self.id_field = IdField::Lower,
            ("id", "link") => self.id_field = IdField::Link,
            _ => return Err(unknown()),
        }
        Ok(())
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            base_url: "http://127.0.0.1:4000/sim/syncaroo/api".into(),
            client_id: "latchkey-at-syncaroo".into(),
            client_secret: "sandbox-secret-of-latchkey-at-syncaroo".into(),
            locations: 7,
            page_size: 100,
            strict: true,
            reuse: Reuse::default(),
            next_link: NextLink::default(),
            id_field: IdField::default(),
        }
    }
}
