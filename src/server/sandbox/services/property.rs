//! A property as `getProperties` tells it: its address in parts, and what else there is of it, made from its id.

use serde_json::{Value, json};

use super::super::company::Property;
use super::super::dice::Dice;

/// `1 Oak Street, Provo, UT 84601` in parts; what is written in another way is all street.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) street: String,
    pub(super) city: Option<String>,
    pub(super) state: Option<String>,
    pub(super) postal_code: Option<String>,
}

impl Place {
    pub(super) fn of(address: &str) -> Self {
        let parts = || {
            let (rest, region) = address.rsplit_once(", ")?;
            let (street, city) = rest.rsplit_once(", ")?;
            let (state, postal_code) = region.split_once(' ')?;
            let part = |text: &str| Some(text.to_owned());
            Some(Self {
                street: street.to_owned(),
                city: part(city),
                state: part(state),
                postal_code: part(postal_code),
            })
        };
        parts().unwrap_or_else(|| Self { street: address.to_owned(), ..Self::default() })
    }
}

pub(super) fn row(property: &Property) -> Value {
    let mut dice = Dice::of("property", property.id);
    let Place { street, city, state, postal_code } = Place::of(&property.address);
    let local = format!("office{}@example.com", property.id);
    let mut row = json!({
        "PropertyID": property.id,
        "MarketingName": property.name,
        "Address": {
            "Address": street, "City": city, "State": state, "PostalCode": postal_code, "Country": "US", "Email": local,
        },
        "Addresses": { "Address": [
            { "AddressType": "Primary", "Address": street, "City": city, "StateCode": state, "PostalCode": postal_code },
            { "AddressType": "Mailing", "Address": "PO Box 1", "City": city, "StateCode": state, "PostalCode": postal_code },
        ] },
        "Phone": { "PhoneNumber": format!("801-555-{:04}", dice.below(10_000)) },
        "webSite": format!("https://www.example.com/{}", property.id),
        "IsDisabled": u8::from(dice.one_in(9)),
    });
    for optional in ["Phone", "webSite", "Addresses"] {
        if dice.one_in(8) {
            row.as_object_mut().map(|fields| fields.remove(optional));
        }
    }
    if dice.one_in(10) {
        row["Address"]["Email"] = Value::Null;
    }
    row
}
