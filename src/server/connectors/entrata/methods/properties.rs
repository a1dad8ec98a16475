//! `getProperties`: the properties that both the token's user and the app may read.

use serde_json::Value;

use crate::server::{
    connectors::entrata::{
        fields::{field, flag, id, list, phones, shown},
        methods::ListMethod,
    },
    property_data::{Address, Place, is_id},
};

fn address(row: &Value) -> Address {
    Address {
        street: shown(row, &["Address", "Street"]),
        city: shown(row, &["City"]),
        state: shown(row, &["State", "StateCode"]),
        postal_code: shown(row, &["PostalCode"]),
    }
}

impl ListMethod for Place {
    const RESOURCE: &'static str = "properties";
    const METHOD: &'static str = "getProperties";
    const VERSION: &'static str = "r1";
    const PATH: &'static [&'static str] = &["PhysicalProperty", "Property"];

    fn read(key: Option<&str>, row: &Value) -> Option<Self> {
        let id = id(row, &["PropertyID", "Id"]).or_else(|| key.filter(|k| is_id(k)).map(str::to_owned))?;
        let name = Some(shown(row, &["MarketingName", "Name"])).filter(|n| !n.is_empty());
        // A single address is preferred: in a list of several, nothing says which one is the property's own.
        let first_of_list = || list(row, &["Addresses", "Address"]).first().map(|one| address(one));
        let single = field(row, &["Address"]).filter(|a| a.is_object()).map(address);
        let address = single.filter(|a| *a != Address::default()).or_else(first_of_list).unwrap_or_default();
        let inside = |outer: &str, name: &str| field(row, &[outer]).map(|o| shown(o, &[name])).unwrap_or_default();
        Some(Self {
            name: name.unwrap_or_else(|| format!("Property {id}")),
            id,
            address,
            phone: phones(row, &[&["Phone"], &["PhoneNumber"], &["Phones", "Phone"]]),
            email: inside("Address", "Email"),
            website: shown(row, &["webSite"]),
            disabled: flag(row, &["IsDisabled"]),
            ..Self::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_property_needs_an_id_and_nothing_else() {
        let bare = Place::read(None, &json!({"PropertyID": 162_925})).unwrap();
        assert_eq!((bare.id.as_str(), bare.name.as_str()), ("162925", "Property 162925"));
        assert_eq!(Place::read(None, &json!({"MarketingName": "No id"})), None);
        assert_eq!(Place::read(Some("7"), &json!({})).unwrap().id, "7");
        let whole = json!({
            "PropertyID": "1", "MarketingName": "Oak\u{202E} Court", "IsDisabled": "1", "webSite": "oak.example",
            "Address": {
                "Address": "1 Oak St", "City": "Provo", "State": "UT", "PostalCode": 84604, "Email": "oak@example.com",
            },
            "Phone": {"PhoneNumber": "555-0100"},
        });
        let whole = Place::read(None, &whole).unwrap();
        assert_eq!((whole.name.as_str(), whole.phone.as_str(), whole.disabled), ("Oak Court", "555-0100", true));
        assert_eq!(whole.address.city_line(), "Provo, UT 84604");
        let address = json!({"AddressType": "Primary", "Address": "2 Elm", "StateCode": "UT"});
        let second = json!({"PropertyID": 2, "Addresses": {"Address": [address]}});
        let second = Place::read(None, &second).unwrap();
        assert_eq!((second.address.street.as_str(), second.address.city_line().as_str()), ("2 Elm", "UT"));
    }
}
