//! Names of residents.

#[rustfmt::skip]
pub(super) const FIRST_NAMES: &[&str] = &[
    "Aaliyah", "Aidan", "Amara", "Ana", "Andre", "Beatriz", "Bram", "Caleb", "Camila", "Chloé", "Clara", "Dmitri",
    "Eleni", "Elijah", "Emeka", "Esther", "Farah", "Felix", "Fiona", "Gabriel", "Grace", "Hana", "Hassan", "Imani",
    "Ingrid", "Isaac", "Jamal", "Jana", "Joaquín", "Josephine", "Kai", "Keiko", "Lars", "Layla", "Leo", "Linh",
    "Lucía", "Mads", "Malik", "Maren", "Mateo", "Mei", "Naomi", "Nia", "Nikhil", "Noor", "Oksana", "Omar", "Owen",
    "Paloma", "Petra", "Quentin", "Rafael", "Renée", "Rosa", "Ruth", "Samira", "Søren", "Tariq", "Tess", "Tomás",
    "Uma", "Victor", "Wanjiru", "Wei", "Xavier", "Yara", "Yusuf", "Zoë", "Zuzana",
];

#[rustfmt::skip]
pub(super) const LAST_NAMES: &[&str] = &[
    "Abara", "Adeyemi", "Alvarez", "Anders", "Baptiste", "Bauer", "Becker", "Bianchi", "Blake", "Brennan",
    "Castellanos", "Chen", "Cohen", "D'Angelo", "Dvořák", "Diaz", "Eriksen", "Farouk", "Fitzgerald", "Flores",
    "García", "Gebre", "Greene", "Gupta", "Haddad", "Hughes", "Ibrahim", "Ito", "Jansen", "Jensen", "Johnson", "Kaur",
    "Kim", "Kowalski", "Larsen", "Lindqvist", "López", "MacLeod", "Mbeki", "Mendes", "Moreau", "Müller", "Nakamura",
    "Ng", "Nguyen", "Novak", "O'Brien", "O'Neill", "Okafor", "Osei", "Papadopoulos", "Patel", "Pérez", "Petrov",
    "Quispe", "Reyes", "Rossi", "Saint-Clair", "Santos", "Schmidt", "Silva", "Singh", "Smith", "Sørensen", "Tanaka",
    "Thompson", "Tran", "Van der Berg", "Washington", "Williams", "Yilmaz", "Zhang", "Ziegler",
];

/// Names that break pages and columns. The fourth resident of a property has the first one.
pub(super) const UNUSUAL_NAMES: &[(&str, &str)] = &[
    ("Zoë", "Łukasiewicz-Fjällström"),
    ("Siobhán", "O'Hanrahan-D'Arcy"),
    ("<b>Bold</b>", "& \"Quoted\" <img src=x onerror=alert(1)>"),
    (
        "Maximiliana Alexandrina Philippina Carolina Wilhelmina Bartholomea Constantina Theodora",
        "von und zu Hohenwaldeck-Lichtenstein-Schwarzburg-Rudolstadt-Sondershausen-Wittgenstein-Berleburg-Vallendar",
    ),
    ("محمد", "الأنصاري"),
    ("愛子", "佐藤"),
    ("Null", "Undefined"),
    ("A", "B"),
    ("  Spaced  ", "Out\tTab"),
    ("\u{202E}dlareveR", "Bidi"),
];

/// The index of the resident with the first unusual name.
pub(super) const UNUSUAL_NAMES_START: u64 = 3;
