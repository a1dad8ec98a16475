//! Rows as the API writes them, with the real system's oddities: empty numbers are -999, names are padded, and
//! `ExternaID` is there beside `ExternalID`.

use super::data::{ACTIVE, Associate, Office, Property};
use super::format::Node;

/// What stands for an empty number.
const NO_NUMBER: Node = Node::Number(-999);

pub(crate) fn office(office: &Office, integrator: &str) -> Node {
    Node::Object(vec![
        ("ID", Node::Number(office.id)),
        ("ExternalID", Node::Null),
        ("ExternaID", Node::Null),
        ("IntegratorID", integrator.into()),
        ("RegionID", Node::Number(office.id / 1_000)),
        ("OfficeName", Node::Text(format!("{}   ", office.name))),
        ("Address1", office.street.as_str().into()),
        ("Address2", Node::Null),
        ("PostalCode", office.postal_code.as_str().into()),
        ("Email", office.email.as_str().into()),
        ("Phone", office.phone.as_str().into()),
        ("GeoData", geo_data()),
        ("Terminated", Node::Bool(office.terminated)),
        ("ModifiedDate", office.modified.as_str().into()),
        ("IListCredentials", credentials(office.credentials())),
    ])
}

pub(crate) fn associate(associate: &Associate) -> Node {
    Node::Object(vec![
        ("ID", Node::Number(associate.id)),
        ("ExternalID", Node::Text(format!("ext-{}", associate.id))),
        ("OfficeID", Node::Number(associate.office_id)),
        ("FirstName", Node::Text(format!("{} ", associate.first_name))),
        ("LastName", associate.last_name.as_str().into()),
        ("Email", Node::Text(format!("associate{}@remax.example", associate.id))),
        ("Phone", Node::Null),
        ("SalesLicenseNumber", Node::Null),
        ("ImageURL", Node::Null),
        ("Terminated", Node::Bool(associate.terminated)),
        ("Hidden", Node::Bool(associate.hidden)),
        ("ModifiedDate", associate.modified.as_str().into()),
        ("IListCredentials", credentials(associate.credentials())),
    ])
}

pub(crate) fn property(property: &Property) -> Node {
    let number = if property.street_number.is_empty() { NO_NUMBER } else { property.street_number.as_str().into() };
    let listing = property.id.split('-').next().unwrap_or_default();
    let coordinates = vec![("Latitude", Node::Decimal(-12.9714)), ("Longitude", Node::Decimal(-38.5013))];
    Node::Object(vec![
        ("ID", property.id.as_str().into()),
        ("ExternalID", Node::Null),
        ("ExternaID", Node::Null),
        ("ListingID", listing.into()),
        ("OfficeID", Node::Number(property.office_id)),
        ("AssociateID", Node::Number(property.associate_id)),
        ("StreetName", property.street_name.as_str().into()),
        ("StreetNumber", number),
        ("PostalCode", property.postal_code.as_str().into()),
        ("GeoData", geo_data()),
        ("GeoCoordinates", Node::Object(coordinates)),
        ("CurrentListingPrice", Node::Number(450_000)),
        ("CurrentListingCurrency", "BRL".into()),
        ("HidePricePublic", Node::Bool(false)),
        ("ShowAddressOnWeb", Node::Bool(true)),
        ("TransactionType", Node::Number(if property.status == ACTIVE { 261 } else { 260 })),
        ("ListingStatus", Node::Number(property.status)),
        ("NumberOfBedrooms", Node::Number(3)),
        ("NumberOfBathrooms", NO_NUMBER),
        ("BuiltArea", NO_NUMBER),
        ("LotSizeM2", NO_NUMBER),
        ("YearBuilt", NO_NUMBER),
        ("Features", "1201,1207".into()),
        ("SoldDate", Node::Null),
        ("ModifiedDate", property.modified.as_str().into()),
    ])
}

fn geo_data() -> Node {
    Node::Object(vec![("CityID", Node::Number(88_412)), ("LocalZoneID", NO_NUMBER)])
}

fn credentials((name, password): (String, String)) -> Node {
    Node::Object(vec![("Username", Node::Text(name)), ("Password", Node::Text(password))])
}
