//! Files that people save: their type, and the name that they are saved under.

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};

/// Characters of a name that a file's name takes.
const MOST: usize = 60;

pub fn csv_file(name: (HeaderName, HeaderValue), file: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")), name], file).into_response()
}

pub fn json_file(name: (HeaderName, HeaderValue), file: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json")), name], file).into_response()
}

/// The header that lets a file be saved under a fixed name.
pub fn attachment(file: &'static str) -> (HeaderName, HeaderValue) {
    named_attachment("", file)
}

/// The header that lets a file be saved as `name` and `file`, such as `oak-court-residents.csv`. A name comes from outside:
/// only its letters and digits are kept. Where some are not ASCII, `filename*` has them (RFC 8187), and `filename` what is
/// left without (RFC 6266, section 5).
pub fn named_attachment(name: &str, file: &'static str) -> (HeaderName, HeaderValue) {
    let joined = |name: String| if name.is_empty() { file.to_owned() } else { format!("{name}-{file}") };
    let whole = joined(slug(name, |_| true));
    let plain = joined(slug(name, |c| c.is_ascii()));
    let value = if whole == plain {
        format!("attachment; filename=\"{plain}\"")
    } else {
        format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", encoded(&whole))
    };
    let value = HeaderValue::try_from(value).expect("letters, digits and what stands above");
    (header::CONTENT_DISPOSITION, value)
}

/// Lower case, with a hyphen for whatever is neither a letter nor a digit.
fn slug(name: &str, keep: fn(char) -> bool) -> String {
    let mut out = String::new();
    // An accent that stands by itself behind its letter (U+0300 to U+036F) divides no word.
    let accent = |c: &char| matches!(c, '\u{300}'..='\u{36F}');
    for c in name.chars().filter(|c| !accent(c) || keep(*c)).take(MOST).flat_map(char::to_lowercase) {
        if keep(c) && (accent(&c) || c.is_alphanumeric()) {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

/// Percent-encoded, as `ext-value` has it (RFC 8187, section 3.2.1).
fn encoded(text: &str) -> String {
    let byte = |b: u8| match b {
        b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' => char::from(b).to_string(),
        _ => format!("%{b:02X}"),
    };
    text.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    fn value(name: &str) -> String {
        super::named_attachment(name, "residents.csv").1.to_str().unwrap().to_owned()
    }

    #[test]
    fn a_file_is_named_after_what_it_is_of() {
        for (name, expected) in [
            ("Oak Court", "attachment; filename=\"oak-court-residents.csv\""),
            (" The \"Alder\" / No. 5 ", "attachment; filename=\"the-alder-no-5-residents.csv\""),
            ("../../etc/passwd", "attachment; filename=\"etc-passwd-residents.csv\""),
            ("\r\nSet-Cookie: a=b", "attachment; filename=\"set-cookie-a-b-residents.csv\""),
            ("", "attachment; filename=\"residents.csv\""),
            ("…", "attachment; filename=\"residents.csv\""),
            (
                "Año Nuevo",
                "attachment; filename=\"a-o-nuevo-residents.csv\"; filename*=UTF-8''a%C3%B1o-nuevo-residents.csv",
            ),
            ("İ", "attachment; filename=\"i-residents.csv\"; filename*=UTF-8''i%CC%87-residents.csv"),
            (
                "樫の木",
                "attachment; filename=\"residents.csv\"; filename*=UTF-8''%E6%A8%AB%E3%81%AE%E6%9C%A8-residents.csv",
            ),
            (
                "Mun\u{303}oz",
                "attachment; filename=\"munoz-residents.csv\"; filename*=UTF-8''mun%CC%83oz-residents.csv",
            ),
        ] {
            assert_eq!(value(name), expected, "{name:?}");
        }
        assert!(value(&"long ".repeat(50)).len() < 110);
    }

    proptest! {
        #[test]
        fn any_name_gives_one_safe_header(name in any::<String>()) {
            let value = value(&name);
            prop_assert!(value.starts_with("attachment; filename=\"") && value.len() < 1_000);
            prop_assert!(value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"ABCDEFUT%-.;=*\"' ".contains(&b)), "{value}");
            prop_assert_eq!(value.matches('"').count(), 2);
        }
    }
}
