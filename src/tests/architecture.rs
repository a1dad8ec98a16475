//! The rules of the house, held by reading the sources: who may use whom, how long a file is, how it opens.

use std::{fs, path::Path};

/// What a module must never use, by the words that its files must not hold.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("src/islands", &["crate::server", "super::super::server"]),
    ("src/server/launch", DOMAIN),
    ("src/server/identity", DOMAIN),
    ("src/server/account", DOMAIN),
    ("src/server/visit", DOMAIN),
    ("src/server/activation", DOMAIN),
    ("src/server/records", DOMAIN),
    ("src/server/connectors/entrata", &["server::db", "server::vault", "axum", "leptos"]),
    ("src/server/storage", &["axum", "leptos", "reqwest", "SecretString"]),
    ("src/server/pages", &["sqlx", "reqwest", "axum"]),
    (
        "src/server/sandbox",
        &["server::db", "server::vault", "server::launch", "server::account", "server::visit", "server::identity"],
    ),
];
const DOMAIN: &[&str] = &["axum", "leptos", "tower_sessions", "StatusCode", "sqlx::query"];

/// Every Rust file below a folder (or the file itself), with its text.
fn sources(below: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut left = vec![root.join(below)];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|e| e == "rs") {
            let name = path.strip_prefix(root).unwrap().display().to_string();
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(!found.is_empty(), "nothing below {below}");
    found
}

/// A file's text without its comments and without the tests at its end.
fn code(text: &str) -> String {
    let production = text.split("\n#[cfg(test)]").next().unwrap_or_default();
    production.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn no_module_uses_what_it_must_not() {
    for (module, forbidden) in FORBIDDEN {
        for (file, text) in sources(module) {
            for word in *forbidden {
                assert!(!code(&text).contains(word), "{file} uses {word}");
            }
        }
    }
}

#[test]
fn sql_stands_in_db_only() {
    for (file, text) in sources("src/server") {
        if !file.starts_with("src/server/storage/") {
            assert!(!code(&text).contains("sqlx::"), "{file} uses sqlx");
        }
    }
}

#[test]
fn the_sandbox_is_used_by_the_command_line_and_tests_only() {
    for (file, text) in sources("src/server") {
        let may = file.starts_with("src/server/sandbox/")
            || file.starts_with("src/server/cli/")
            || file == "src/server/mod.rs";
        assert!(may || !code(&text).contains("sandbox"), "{file} knows the sandbox");
    }
}

#[test]
fn every_file_opens_with_what_it_is_for_and_has_an_end() {
    for (file, text) in sources("src") {
        assert!(text.starts_with("//!"), "{file} does not say what it is for");
        let opening = text.lines().take_while(|line| line.starts_with("//!")).count();
        assert!(
            opening <= 5 || file.starts_with("src/server/sandbox/"),
            "{file} takes {opening} lines to say what it is for"
        );
        let lines = text.split("\n#[cfg(test)]").next().unwrap_or_default().lines().count();
        assert!(lines <= 300 || file.contains("tests/"), "{file} has {lines} lines");
    }
}
