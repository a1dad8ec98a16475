//! Downloads: their media type and their file name.

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};

use crate::server::web::limits::FILE_NAME_CHARS;

pub fn csv_file(name: (HeaderName, HeaderValue), file: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")), name], file).into_response()
}

pub fn json_file(name: (HeaderName, HeaderValue), file: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json")), name], file).into_response()
}

/// Returns the header that saves a response under a fixed name.
pub fn attachment(file: &'static str) -> (HeaderName, HeaderValue) {
    named_attachment("", file)
}

/// Returns the header that saves a response as `name-file`, such as `oak-court-residents.csv`. The name comes from
/// outside, so only its letters and digits are used. If some are not ASCII, `filename*` has them (RFC 8187) and
/// `filename` leaves them out (RFC 6266, section 5).
pub fn named_attachment(name: &str, file: &'static str) -> (HeaderName, HeaderValue) {
    let joined = |name: String| if name.is_empty() { file.to_owned() } else { format!("{name}-{file}") };
    let full = joined(slug(name, |_| true));
    let ascii = joined(slug(name, |c| c.is_ascii()));
    let value = if full == ascii {
        format!("attachment; filename=\"{ascii}\"")
    } else {
        format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", encoded(&full))
    };
    let value = HeaderValue::try_from(value).expect("letters, digits, hyphens and the quotes above");
    (header::CONTENT_DISPOSITION, value)
}

/// Converts a name to lower case and puts a hyphen where it has neither a letter nor a digit.
fn slug(name: &str, keep: fn(char) -> bool) -> String {
    let mut out = String::new();
    // A combining accent (U+0300 to U+036F) does not separate words.
    let is_accent = |c: &char| matches!(c, '\u{300}'..='\u{36F}');
    for c in name.chars().filter(|c| !is_accent(c) || keep(*c)).take(FILE_NAME_CHARS).flat_map(char::to_lowercase) {
        if keep(c) && (is_accent(&c) || c.is_alphanumeric()) {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

/// Percent-encodes a text for an `ext-value` (RFC 8187, section 3.2.1).
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
    fn a_download_is_named_after_its_property() {
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
            let allowed = |b: u8| {
                b.is_ascii_lowercase() || b.is_ascii_digit() || b"ABCDEFUT%-.;=*\"' ".contains(&b)
            };
            prop_assert!(value.bytes().all(allowed), "{value}");
            prop_assert_eq!(value.matches('"').count(), 2);
        }
    }
}
