//! What each language's file must fulfill, and how a request chooses among several.

#![allow(clippy::string_slice, reason = "source text is cut at positions of ASCII characters")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use super::*;

const SECOND: &str = "\
digit-separator = .
sign-in = Anmelden
minutes = { $count ->
    [one] eine Minute
   *[other] { $count } Minuten
  }
";

/// A second language, which exists in tests only. It lacks most messages.
const TWO: &[(&str, &str)] = &[DEFAULT, ("de", SECOND)];

/// The messages of a file, each with the names of its arguments.
fn arguments(source: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut messages: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut current = "";
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            current = line.split(' ').next().unwrap();
            assert!(messages.insert(current, BTreeSet::new()).is_none(), "{current} exists twice");
        }
        let names =
            line.split('$').skip(1).map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap());
        messages.entry(current).or_default().extend(names);
    }
    messages.remove("");
    messages
}

/// The messages that Rust code uses, each with the names of the arguments of each use; none where only its id is named.
fn uses(code: &str) -> Vec<(&str, Option<BTreeSet<&str>>)> {
    let mut found = Vec::new();
    for (start, _) in code.match_indices("message_id!(\"") {
        let id = &code[start + "message_id!(\"".len()..];
        found.push((id.split('"').next().unwrap(), None));
    }
    for macro_name in ["message!(", "rich!("] {
        for (start, _) in code.match_indices(macro_name) {
            let call = inside_brackets(&code[start + macro_name.len()..]);
            let Some((_, rest)) = call.split_once('"') else { continue };
            let (id, rest) = rest.split_once('"').unwrap();
            let names = top_level(rest).into_iter().filter_map(|part| Some(part.split_once(" = ")?.0.trim()));
            found.push((id, Some(names.collect())));
        }
    }
    found
}

/// Up to the bracket that closes what is open.
fn inside_brackets(code: &str) -> &str {
    let mut depth = 0;
    for (at, c) in code.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => return &code[..at],
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
    }
    code
}

/// Splits at the commas that are not in brackets.
fn top_level(code: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in code.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&code[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&code[start..]);
    parts
}

/// The server's code without this module.
fn code(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("messages") {
            code(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn the_code_uses_every_message_and_passes_the_arguments_that_it_has() {
    let mut all_code = String::new();
    code(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server"), &mut all_code);
    let messages = arguments(DEFAULT.1);
    let uses = uses(&all_code);
    for (id, names) in &uses {
        let known = messages.get(id).unwrap_or_else(|| panic!("{id} is not in the file"));
        assert!(names.as_ref().is_none_or(|names| names == known), "{id} has {known:?}, the code passes {names:?}");
    }
    let unused: Vec<_> = messages.keys().filter(|id| !uses.iter().any(|(used, _)| used == *id)).collect();
    // The catalog itself reads this one.
    assert_eq!(unused, [&"digit-separator"]);
}

#[test]
fn every_language_has_the_same_messages_with_the_same_arguments() {
    let (default, files) = (arguments(DEFAULT.1), Path::new(env!("CARGO_MANIFEST_DIR")).join("locales"));
    for (language, source) in LANGUAGES {
        assert!(fluent_bundle::FluentResource::try_new((*source).to_owned()).is_ok(), "{language} has a syntax error");
        assert_eq!(arguments(source), default, "{language}");
        assert!(files.join(format!("{language}.ftl")).is_file(), "{language} has no file");
    }
    assert_eq!(fs::read_dir(files).unwrap().count(), LANGUAGES.len(), "a file is not in LANGUAGES");
    assert_eq!(ids::all().collect::<BTreeSet<_>>(), default.keys().copied().collect());
    let second = arguments(SECOND);
    assert!(second.iter().all(|(id, arguments)| default[id] == *arguments), "the tests' own second language");
}

#[test]
fn every_text_of_every_language_can_be_shown() {
    let default = arguments(DEFAULT.1);
    for catalog in CATALOGS.iter() {
        for (id, arguments) in &default {
            let id = MessageId::of(id);
            let given: Vec<_> = arguments.iter().map(|name| (*name, Argument::Number(2))).collect();
            let text = if given.is_empty() { catalog.text(id).to_owned() } else { catalog.format(id, &given) };
            assert!(!text.is_empty() && text != id.name() && !text.contains(['{', '$', '\n']), "{}: {text}", id.name());
        }
    }
}

#[test]
fn accept_language_chooses_among_the_languages_that_exist() {
    let catalogs = Catalog::load(TWO);
    for (header, language) in [
        ("", "en-US"),
        ("fr", "en-US"),
        ("de", "de"),
        ("DE-at", "de"),
        ("en-GB, de;q=0.9", "en-US"),
        ("de;q=0.5, en;q=0.6", "en-US"),
        ("fr, de;q=0.1", "de"),
        ("de;q=0, *", "en-US"),
        ("de;q=many", "en-US"),
        (";;,,q=1", "en-US"),
    ] {
        assert_eq!(language::best(header, &catalogs).language, language, "{header}");
    }
}

#[test]
fn a_second_language_has_its_own_plurals_and_numbers_and_shows_the_default_where_it_lacks_a_message() {
    let catalogs: &'static [Catalog] = Catalog::load(TWO).leak();
    let [english, german] = [0, 1].map(|n| Messages(&catalogs[n]));
    assert_eq!(message!(german, "sign-in"), "Anmelden");
    assert_eq!(message!(german, "minutes", count = 1_usize), "eine Minute");
    assert_eq!(message!(german, "minutes", count = 20_000_usize), "20.000 Minuten");
    assert_eq!(message!(english, "minutes", count = 20_000_usize), "20,000 minutes");
    assert_eq!(german.number(1_000), "1.000");
    assert_eq!(message!(german, "sign-out"), message!(english, "sign-out"));
    assert_eq!(german.language(), "de");
}
