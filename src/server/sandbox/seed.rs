//! The companies a new world begins with: a large one, a small one, one shaped like a vendor's test tenant, and one whose names
//! are hostile to whoever prints them.

use super::company::{Company, Property, Staff};

type Row = (u64, &'static str, &'static str);

const ACME: &[Row] = &[
    (162925, "Oak Court", "1 Oak Street, Provo, UT 84601"),
    (162931, "The Granary at Lehi", "480 Mill Lane, Lehi, UT 84043"),
    (163008, "Juniper Flats", "2217 W 700 N, Orem, UT 84057"),
    (163112, "Harbour House", "95 Marina Way, Saratoga Springs, UT 84045"),
    (163240, "Station Yard Lofts", "310 S Freedom Blvd, Provo, UT 84601"),
    (164001, "Willow Bend", "1408 Willow Bend Dr, Boise, ID 83706"),
    (164377, "The Alder", "77 E Alder St, Boise, ID 83702"),
    (165120, "Cottonwood Terrace", "6350 S 2300 E, Holladay, UT 84121"),
    (165488, "Maple & Main", "12 Main Street, Logan, UT 84321"),
    (166019, "Redstone Village", "2860 Redstone Rd, St. George, UT 84790"),
    (166020, "Redstone Village II", "2900 Redstone Rd, St. George, UT 84790"),
    (167554, "Two Rivers Senior Living", "540 Confluence Ave, Caldwell, ID 83605"),
];

const BEECH: &[Row] = &[(90417, "Rowan Place", "18 Rowan Place, Asheville, NC 28801")];

const CEDAR: &[Row] = &[
    (700101, "Test Property One", "100 Sample Street, Lehi, UT 84043"),
    (700102, "Test Property Two", "200 Sample Street, Lehi, UT 84043"),
    (700103, "Student Housing (Test)", "300 Sample Street, Lehi, UT 84043"),
];

const HOSTILE: &[Row] = &[
    (666001, "\"><img src=x onerror=alert('property')>", "1 Quote \" Street, O'Fallon, MO 63366"),
    (666002, "Quiet Court \u{202E}truoC teiuQ", "2 Bidi Lane, Left, TX 75001"),
    (666003, "</script><script>alert(3)</script>", "3 & 4 Ampersand Row, &amp; City, OH 44101"),
];

fn properties(rows: &'static [Row]) -> impl Iterator<Item = Property> {
    rows.iter().map(|&(id, name, address)| Property::new(id, name, address))
}

/// Ids: numbers, ten hex digits, and in `beech` and `acme` the same number for two different people.
pub(super) fn companies() -> Vec<Company> {
    vec![
        Company::new("acme", "Acme Residential Management")
            .with(Staff::new(48213, "Dana Whitlock", "Regional manager").seeing(properties(ACME)))
            .with(Staff::new("7f3a09c1be", "Marcus Oyelaran", "Community manager").seeing(properties(&ACME[..3])))
            .with(Staff::new(51877, "Priya Raman", "Leasing consultant").seeing(properties(&ACME[6..7]))),
        Company::new("beech", "Beech & Rowan Property Group")
            .with(Staff::new(48213, "Tom Aldous", "Owner").seeing(properties(BEECH)))
            .with(Staff::new("00d41e77a2", "Helen Ferrar", "Bookkeeper").seeing(properties(BEECH)))
            .with(Staff::new(3, "Sam Okafor", "Contractor, no properties")),
        Company::new("cedar-test-17402", "Cedar Living (Test)")
            .with(Staff::new("1234567890", "Test Manager", "Manager").seeing(properties(CEDAR)))
            .with(Staff::new(17402001, "Test Agent", "Leasing agent").seeing(properties(&CEDAR[..1]))),
        Company::new("mallory", "<script>alert(\"Mallory\")</script> & 'Sons' \u{202E}dtL")
            .with(Staff::new("e0e0e0e0e0", "Eve \"the\" <b>Auditor</b>", "Manager").seeing(properties(HOSTILE)))
            .with(Staff::new(666, "\u{202E}retniW nnA", "Assistant manager").seeing(properties(&HOSTILE[1..2]))),
    ]
}
