//! The server's clock time.

use super::super::eastern::EasternDateTime;

#[test]
fn both_vectors_are_read_and_written() {
    // 48 hours after 2014-12-02 03:30:56 GMT, in winter, and after 2014-07-02 03:30:56 GMT, in summer.
    for (text, issued) in [("2014-12-03T22:30:56", 1_417_491_056), ("2014-07-03T23:30:56", 1_404_271_856)] {
        assert_eq!(EasternDateTime::read(text).unwrap().epoch(), issued + 172_800);
        assert_eq!(EasternDateTime::at(issued + 172_800).unwrap().to_string(), text);
    }
}

#[test]
fn clocks_change_on_the_second_sunday_of_march_and_the_first_of_november() {
    for (epoch, text) in [
        (1_772_953_199, "2026-03-08T01:59:59"),
        (1_772_953_200, "2026-03-08T03:00:00"),
        (1_793_509_200, "2026-11-01T01:00:00"),
        (1_793_512_800, "2026-11-01T01:00:00"),
        (1_793_516_400, "2026-11-01T02:00:00"),
        (1_767_243_599, "2025-12-31T23:59:59"),
    ] {
        assert_eq!(EasternDateTime::at(epoch).unwrap().to_string(), text);
        // The hour that happens twice counts as the first one.
        let expected = if epoch == 1_793_512_800 { epoch - 3_600 } else { epoch };
        assert_eq!(EasternDateTime::read(text).unwrap().epoch(), expected, "{text}");
    }
}

#[test]
fn changes_in_the_hour_that_happens_twice_are_not_missed() {
    // 1:50 before the clocks go back; 1:20 comes half an hour later.
    let since = EasternDateTime::since(1_793_512_200).unwrap().to_string();
    assert_eq!(since, "2026-11-01T01:00:00");
    assert!(since < EasternDateTime::at(1_793_514_000).unwrap().to_string());
    for epoch in [1_793_509_199, 1_793_516_400, 1_772_953_200] {
        assert_eq!(EasternDateTime::since(epoch), EasternDateTime::at(epoch));
    }
}

#[test]
fn anything_but_a_date_and_time_without_offset_is_refused() {
    assert_eq!(EasternDateTime::read("2014-12-03T22:30:56.123"), EasternDateTime::read("2014-12-03T22:30:56"));
    for text in [
        "",
        "172800",
        "2014-12-03",
        "2014-12-03 22:30:56",
        "2014-12-03T22:30:56Z",
        "2014-12-03T22:30:56.",
        "2014-12-03T22:30:56.1Z",
        "2014-12-03T22:30:56-05:00",
        "2014-13-03T22:30:56",
        "2014-02-30T22:30:56",
        "2014-12-03T24:30:56",
        "0000-00-00T00:00:00",
        "+014-12-03T22:30:56",
    ] {
        assert_eq!(EasternDateTime::read(text), None, "{text}");
    }
    assert!(EasternDateTime::read("0001-01-01T00:00:00").is_some_and(|time| time.epoch() < 0));
    assert!(EasternDateTime::read("9999-12-31T23:59:59").is_some_and(|time| time.epoch() > 0));
    assert_eq!((EasternDateTime::at(i64::MAX), EasternDateTime::at(i64::MIN)), (None, None));
}
