//! The reader of `expireDate`.

use crate::server::{clock, connectors::octorate::date::parse};

#[test]
fn a_date_is_read_with_and_without_milliseconds_and_javas_zone() {
    for (text, expected) in [
        ("2020-03-17T17:41:51.178Z", "2020-03-17T17:41:51Z"),
        ("2020-06-17T10:22:30Z", "2020-06-17T10:22:30Z"),
        ("2020-03-18T14:46:08.693Z[UTC]", "2020-03-18T14:46:08Z"),
        ("2020-06-17T10:22:30Z[UTC]", "2020-06-17T10:22:30Z"),
        ("2020-06-17T10:22:30[UTC]", "2020-06-17T10:22:30Z"),
        ("2020-06-17T12:22:30.5+02:00[Europe/Rome]", "2020-06-17T10:22:30Z"),
        ("2020-06-17T12:22:30+0200", "2020-06-17T10:22:30Z"),
        ("2020-06-17T08:52:30.123456789-01:30", "2020-06-17T10:22:30Z"),
        ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z"),
    ] {
        assert_eq!(parse(text).map(clock::exact).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn a_text_of_another_form_is_no_date() {
    for text in [
        "",
        "T",
        "soon",
        "2020-03-17",
        "2020-03-17 17:41:51Z",
        "2020-03-17T17:41:51",
        "2020-03-17T17:41:51[Europe/Rome]",
        "2020-03-17T17:41:51Z[UTC",
        "2020-03-17T17:41Z",
        "2020-03-17T17:41:51.Z",
        "2020-03-17T17:41:51.1234567890Z",
        "2020-03-17T17:41:51.17x8Z",
        "2020-13-17T17:41:51Z",
        "2020-00-17T17:41:51Z",
        "2021-02-29T17:41:51Z",
        "2020-03-17T24:00:00Z",
        "2020-03-17T17:60:00Z",
        "2020-03-17T17:41:60Z",
        "+020-03-17T17:41:51Z",
        "20200-03-17T17:41:51Z",
        "2020-03-17-01T17:41:51Z",
        "2020-03-17T17:41:51:00Z",
        "2020-03-17T17:41:51+99:00",
        "2020-03-17T17:41:51+2:00",
        "2020-03-17T17:41:51+é0",
        "2020-03-17T17:41:51+",
        "２０２０-03-17T17:41:51Z",
        "1584466911178",
    ] {
        assert_eq!(parse(text), None, "{text}");
    }
}

#[test]
fn every_time_is_read_back_in_each_form() {
    // Prime steps meet every part of a date: about 12,000 times over 130 years.
    for at in (0..4_102_444_800_i64).step_by(345_679) {
        let text = clock::exact(at);
        let date = text.trim_end_matches('Z');
        let zoned = clock::exact(at + 5400);
        let zoned = zoned.trim_end_matches('Z');
        for form in [
            text.clone(),
            format!("{date}.{:03}Z", at % 1000),
            format!("{date}.{:03}Z[UTC]", at % 997),
            format!("{date}[UTC]"),
            format!("{zoned}+01:30[Europe/Rome]"),
            format!("{zoned}+0130"),
        ] {
            assert_eq!(parse(&form), Some(at), "{form}");
        }
    }
}

#[test]
fn no_change_of_a_date_makes_its_reader_panic() {
    let date = "2020-03-18T14:46:08.693+02:00[UTC]";
    let inserted = ["", "0", "9", "-", ":", ".", "T", "Z", "[", "]", "+", " ", "é", "\u{0}", "😀"];
    for at in 0..=date.len() {
        let (before, after) = date.split_at(at);
        for text in inserted {
            let _ = parse(&format!("{before}{text}{after}"));
            let _ = parse(&format!("{before}{text}"));
            let _ = parse(&format!("{text}{after}"));
            let replaced = after.get(1..).unwrap_or_default();
            let _ = parse(&format!("{before}{text}{replaced}"));
        }
    }
}
