//! The companies that every simulation starts with: a large one, a small one, one like a vendor's test tenant, one
//! whose names attack pages that print them, and one with hundreds of properties.

use super::company::{Company, Property, Staff};

/// The subdomain of the company and the ID of the property.
pub(crate) const LARGEST_PROPERTY: (&str, u64) = ("granite", 500_001);
pub(crate) const LARGEST_PROPERTY_RESIDENTS: u64 = 20_000;

/// ID, name and address of a property.
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

/// Combined to 800 names.
#[rustfmt::skip]
const FIRST_HALVES: [&str; 40] = [
    "Amber", "Aspen", "Basalt", "Beacon", "Birch", "Bluff", "Canyon", "Cascade", "Cherry", "Cobalt", "Copper",
    "Coral", "Crescent", "Delta", "Eagle", "Elm", "Fern", "Flint", "Foundry", "Garnet", "Harvest", "Hawthorn",
    "Heron", "Indigo", "Ivory", "Jasper", "Lakeside", "Larch", "Linden", "Magnolia", "Meadow", "Mesa", "Mill",
    "Monarch", "Onyx", "Orchard", "Pine", "Quarry", "River", "Slate",
];
#[rustfmt::skip]
const SECOND_HALVES: [&str; 20] = [
    "Arms", "Commons", "Court", "Crossing", "Flats", "Gardens", "Gate", "Glen", "Heights", "Hill", "Landing", "Lofts",
    "Park", "Place", "Point", "Ridge", "Square", "Terrace", "Towers", "Village",
];
const REGIONS: [&str; 5] =
    ["Denver, CO 80202", "Phoenix, AZ 85004", "Austin, TX 78701", "Omaha, NE 68102", "Tulsa, OK 74103"];

/// Returns 800 properties. The first is the largest.
fn granite_properties() -> Vec<Property> {
    let names =
        SECOND_HALVES.iter().flat_map(|second| FIRST_HALVES.iter().map(move |first| format!("{first} {second}")));
    let numbered = (LARGEST_PROPERTY.1..).zip(names).zip(REGIONS.iter().cycle());
    let property = |((id, name), region)| Property::new(id, name, format!("{} Quarry Road, {region}", id % 1_000 * 4));
    numbered.map(property).collect()
}

/// User IDs are numbers or ten hex digits. `acme` and `beech` use the same number for two different people.
pub(crate) fn all() -> Vec<Company> {
    let granite_all = granite_properties();
    let granite_few = granite_all.iter().take(3).cloned().collect::<Vec<_>>();
    vec![
        Company::new("acme", "Acme Residential Management")
            .with_staff(Staff::new(48213, "Dana Whitlock", "Regional manager").with_properties(properties(ACME)))
            .with_staff(
                Staff::new("7f3a09c1be", "Marcus Oyelaran", "Community manager")
                    .with_properties(properties(&ACME[..3])),
            )
            .with_staff(
                Staff::new(51877, "Priya Raman", "Leasing consultant").with_properties(properties(&ACME[6..7])),
            ),
        Company::new("beech", "Beech & Rowan Property Group")
            .with_staff(Staff::new(48213, "Tom Aldous", "Owner").with_properties(properties(BEECH)))
            .with_staff(Staff::new("00d41e77a2", "Helen Ferrar", "Bookkeeper").with_properties(properties(BEECH)))
            .with_staff(Staff::new(3, "Sam Okafor", "Contractor, no properties")),
        Company::new("cedar-test-17402", "Cedar Living (Test)")
            .with_staff(Staff::new("1234567890", "Test Manager", "Manager").with_properties(properties(CEDAR)))
            .with_staff(Staff::new(17402001, "Test Agent", "Leasing agent").with_properties(properties(&CEDAR[..1]))),
        Company::new("mallory", "<script>alert(\"Mallory\")</script> & 'Sons' \u{202E}dtL")
            .with_staff(
                Staff::new("e0e0e0e0e0", "Eve \"the\" <b>Auditor</b>", "Manager").with_properties(properties(HOSTILE)),
            )
            .with_staff(
                Staff::new(666, "\u{202E}retniW nnA", "Assistant manager").with_properties(properties(&HOSTILE[1..2])),
            ),
        Company::new(LARGEST_PROPERTY.0, "Granite Residential")
            .with_staff(Staff::new(90210001, "Ines Carrasco", "Portfolio director").with_properties(granite_all))
            .with_staff(Staff::new("c0ffee1234", "Joel Abara", "Community manager").with_properties(granite_few)),
    ]
}
