//! A property as `getProperties` returns it. What the property itself doesn't hold is derived from its ID.

use serde_json::{Value, json};

use crate::entrata::company::Property;
use crate::generator::Generator;

/// An address such as `1 Oak Street, Provo, UT 84601`, in parts. Anything else becomes the street.
#[derive(Clone, Debug, Default)]
pub(super) struct PostalAddress {
    pub(super) street: String,
    pub(super) city: Option<String>,
    pub(super) state: Option<String>,
    pub(super) postal_code: Option<String>,
}

impl PostalAddress {
    pub(super) fn parse(address: &str) -> Self {
        let parts = || {
            let (rest, region) = address.rsplit_once(", ")?;
            let (street, city) = rest.rsplit_once(", ")?;
            let (state, postal_code) = region.split_once(' ')?;
            let part = |text: &str| Some(text.to_owned());
            let (city, state, postal_code) = (part(city), part(state), part(postal_code));
            Some(Self { street: street.to_owned(), city, state, postal_code })
        };
        parts().unwrap_or_else(|| Self { street: address.to_owned(), ..Self::default() })
    }
}

pub(super) fn row(property: &Property) -> Value {
    let mut generator = Generator::new("property", property.id);
    let PostalAddress { street, city, state, postal_code } = PostalAddress::parse(&property.address);
    let typed_address = |kind: &str, street: &str| {
        let mut address = json!({ "AddressType": kind, "Address": street });
        address["City"] = json!(city);
        address["StateCode"] = json!(state);
        address["PostalCode"] = json!(postal_code);
        address
    };
    let email = format!("office{}@example.com", property.id);
    let mut row = json!({
        "PropertyID": property.id,
        "MarketingName": property.name,
        "Address": {
            "Address": street, "City": city, "State": state, "PostalCode": postal_code, "Country": "US", "Email": email,
        },
        "Addresses": { "Address": [typed_address("Primary", &street), typed_address("Mailing", "PO Box 1")] },
        "Phone": { "PhoneNumber": format!("801-555-{:04}", generator.below(10_000)) },
        "webSite": format!("https://www.example.com/{}", property.id),
        "IsDisabled": u8::from(generator.one_in(9)),
    });
    for optional in ["Phone", "webSite", "Addresses"] {
        if generator.one_in(8) {
            row.as_object_mut().map(|fields| fields.remove(optional));
        }
    }
    if generator.one_in(10) {
        row["Address"]["Email"] = Value::Null;
    }
    row
}
