//! `getProperties`: the properties that this token's user and the app may read.

use serde_json::Value;

use crate::server::connectors::entrata::methods::ListMethod;
use crate::server::connectors::entrata::row::{field, flag, id, is_id, list, phones, shown};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedProperty {
    pub id: String,
    pub name: String,
    pub address: Address,
    pub phone: String,
    pub email: String,
    pub website: String,
    pub disabled: bool,
}

/// Each part may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    pub street: String,
    pub city: String,
    pub state: String,
    pub postal_code: String,
}

impl Address {
    fn read(row: &Value) -> Self {
        Self {
            street: shown(row, &["Address", "Street"]),
            city: shown(row, &["City"]),
            state: shown(row, &["State", "StateCode"]),
            postal_code: shown(row, &["PostalCode"]),
        }
    }

    /// `City, ST 12345`.
    pub fn town(&self) -> String {
        let region = [self.state.as_str(), self.postal_code.as_str()].join(" ");
        let parts = [self.city.as_str(), region.trim()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

impl ListMethod for ListedProperty {
    const RESOURCE: &'static str = "properties";
    const METHOD: &'static str = "getProperties";
    const VERSION: &'static str = "r1";
    const PATH: &'static [&'static str] = &["PhysicalProperty", "Property"];

    fn read(key: Option<&str>, row: &Value) -> Option<Self> {
        let id = id(row, &["PropertyID", "Id"]).or_else(|| key.filter(|k| is_id(k)).map(str::to_owned))?;
        let name = Some(shown(row, &["MarketingName", "Name"])).filter(|n| !n.is_empty());
        // One by itself comes first: where there are several, nothing says which is the property's own.
        let of_list = || list(row, &["Addresses", "Address"]).first().map(|one| Address::read(one));
        let own = field(row, &["Address"]).filter(|a| a.is_object()).map(Address::read);
        let address = own.filter(|a| *a != Address::default()).or_else(of_list).unwrap_or_default();
        let inside = |outer: &str, name: &str| field(row, &[outer]).map(|o| shown(o, &[name])).unwrap_or_default();
        Some(Self {
            name: name.unwrap_or_else(|| format!("Property {id}")),
            id,
            address,
            phone: phones(row, &[&["Phone"], &["PhoneNumber"], &["Phones", "Phone"]]),
            email: inside("Address", "Email"),
            website: shown(row, &["webSite"]),
            disabled: flag(row, &["IsDisabled"]),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_property_has_an_id_and_all_else_may_be_missing() {
        let bare = ListedProperty::read(None, &json!({"PropertyID": 162_925})).unwrap();
        assert_eq!((bare.id.as_str(), bare.name.as_str()), ("162925", "Property 162925"));
        assert_eq!(ListedProperty::read(None, &json!({"MarketingName": "No id"})), None);
        assert_eq!(ListedProperty::read(Some("7"), &json!({})).unwrap().id, "7");
        let whole = json!({
            "PropertyID": "1", "MarketingName": "Oak\u{202E} Court", "IsDisabled": "1", "webSite": "oak.example",
            "Address": {"Address": "1 Oak St", "City": "Provo", "State": "UT", "PostalCode": 84604, "Email": "oak@example.com"},
            "Phone": {"PhoneNumber": "555-0100"},
        });
        let whole = ListedProperty::read(None, &whole).unwrap();
        assert_eq!((whole.name.as_str(), whole.phone.as_str(), whole.disabled), ("Oak Court", "555-0100", true));
        assert_eq!(whole.address.town(), "Provo, UT 84604");
        let second = json!({"PropertyID": 2, "Addresses": {"Address": [{"AddressType": "Primary", "Address": "2 Elm", "StateCode": "UT"}]}});
        let second = ListedProperty::read(None, &second).unwrap();
        assert_eq!((second.address.street.as_str(), second.address.town().as_str()), ("2 Elm", "UT"));
    }
}
