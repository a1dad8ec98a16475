//! Proofs that the architecture tests find what they look for: sources as text that break a rule.

use super::{
    Used, between_connectors, glob_imports,
    graph::Graph,
    limits,
    paths::used,
    rooms::{RULES, Rule},
    sources::{Source, module},
    violations,
};

fn source(file: &str, text: &str) -> Source {
    Source { file: file.to_owned(), text: text.to_owned() }
}

fn rule(below: &str) -> &'static Rule {
    RULES.iter().find(|rule| rule.below == below).unwrap()
}

/// The paths of a text, in the file `src/server/launch/code.rs`.
fn paths(text: &str) -> Vec<String> {
    let used = used(&module("src/server/launch/code.rs"), text);
    used.iter().map(|used: &Used| format!("{} {}", used.line, used.path.join("::"))).collect()
}

#[test]
fn the_module_of_a_file_follows_from_its_path() {
    assert_eq!(module("src/server/storage/mod.rs").join("::"), "crate::server::storage");
    assert_eq!(module("src/server/clock.rs").join("::"), "crate::server::clock");
    assert_eq!(module("src/lib.rs").join("::"), "crate");
    assert_eq!(module("sandbox/src/world.rs").join("::"), "sandbox::world");
}

#[test]
fn nested_groups_renames_and_globs_of_use_declarations_are_found() {
    let text = "use crate::server::{\n    storage::{self, visits as v},\n    clock::*,\n};\nuse ::axum::Router as R;";
    let expected =
        ["2 crate::server::storage", "2 crate::server::storage::visits", "3 crate::server::clock::*", "5 axum::Router"];
    assert_eq!(paths(text), expected);
}

#[test]
fn relative_paths_are_resolved_also_in_inline_modules() {
    let text = "
        mod inside { use super::super::limits; use self::own::A; }
        use super::exchange;
        use self::inside::B;
        use inside::C;
    ";
    let expected = [
        "2 crate::server::launch::limits",
        "2 crate::server::launch::code::inside::own::A",
        "3 crate::server::launch::exchange",
        "4 crate::server::launch::code::inside::B",
        "5 crate::server::launch::code::inside::C",
    ];
    assert_eq!(paths(text), expected);
}

#[test]
fn paths_in_code_types_patterns_and_macros_are_found() {
    let text = r#"
        fn a(x: &super::super::storage::Tx) -> Vec<axum::Body> {
            if let crate::server::visit::State::Open = x { crate::server::storage::visits::find(x); }
            tokio::select! { () = async { println!("{}", crate::server::web::page()) } => {} }
        }
    "#;
    let found = paths(text);
    for expected in [
        "2 crate::server::storage::Tx",
        "2 axum::Body",
        "3 crate::server::visit::State::Open",
        "3 crate::server::storage::visits::find",
        "4 crate::server::web::page",
    ] {
        assert!(found.iter().any(|path| path == expected), "{expected}: {found:?}");
    }
}

#[test]
fn tests_comments_strings_and_visibility_use_nothing() {
    let text = r#"
        // use axum::Router;
        pub(in super::super) const A: &str = "axum::Router";
        #[cfg(test)]
        use axum::Json;
        #[cfg(test)]
        mod tests { use axum::Router; }
        #[cfg(test)]
        fn helper() -> axum::Body { axum::Body::empty() }
        impl B { #[cfg(test)] fn c() { axum::serve() } }
    "#;
    assert_eq!(paths(text), [""; 0]);
    assert_eq!(paths("#[cfg(any(test, feature = \"fuzz\"))]\nuse axum::Json;"), ["2 axum::Json"], "shipped, too");
}

#[test]
fn a_forbidden_use_is_found_however_it_is_written() {
    for (room, text) in [
        ("src/server/launch", "use crate::server::{storage::{self}, clock::Clock};\nuse axum::{Router, routing::get};"),
        ("src/server/launch", "use reqwest::{Client, StatusCode};"),
        ("src/server/launch", "fn a() { let _ = sqlx::query(\"select 1\"); }"),
        ("src/server/connectors", "use super::super::{outbound::Outbound, vault::{Vault, Sealed}};"),
        ("src/server/connectors", "fn a(c: &mut crate::server::storage::Tx) {}"),
        ("src/server/storage", "use secrecy::{ExposeSecret, SecretString as Text};"),
        ("src/server/pages", "use super::super::{clock, storage};"),
        ("src/islands", "use super::super::server::{self as everything};"),
        ("sandbox", "use latchkey::server::vault::*;"),
    ] {
        let folder = source(&format!("{room}/deep/code.rs"), &text.replace("super::super", "super::super::super"));
        let found = violations(rule(room), &folder);
        assert!(!found.is_empty(), "{room}: {text}");
        assert!(violations(rule(room), &source(&folder.file, "use std::fmt;")).is_empty());
    }
}

#[test]
fn a_loop_between_rooms_is_found_also_through_a_third_one() {
    let sources = [
        source("src/server/account/mod.rs", "use super::{clock, visit::{self, Visit}};"),
        source("src/server/visit/open.rs", "fn a() { super::super::identity::find(); }"),
        source("src/server/identity/mod.rs", "use crate::server::account::Account;"),
        source("src/server/clock.rs", "use std::time::Duration;"),
    ];
    let graph = Graph::of(&sources);
    let loops = graph.loops();
    assert_eq!(loops.len(), 1);
    assert_eq!(loops[0].iter().copied().collect::<Vec<_>>(), ["account", "identity", "visit"]);
    assert!(graph.in_loops().contains("visit -> identity: src/server/visit/open.rs:1"));
    assert!(graph.without(&[("identity", "account")]).loops().is_empty());
}

#[test]
fn connectors_are_rooms_and_storage_may_import_types_of_the_domain_but_no_functions() {
    let sources = [
        source("src/server/connectors/rex/mod.rs", "use super::{entrata::Property, oauth::Token};"),
        source("src/server/storage/accounts.rs", "use crate::server::account::Account;"),
        source("src/server/account/mod.rs", "use crate::server::storage::accounts;"),
    ];
    let graph = Graph::of(&sources);
    assert!(graph.loops().is_empty());
    assert_eq!(between_connectors(&graph), [("connectors/rex", "connectors/entrata")]);
    let calls = source("src/server/storage/visits.rs", "use crate::server::account::may_enter;");
    assert_eq!(Graph::of(&[source(&sources[2].file, &sources[2].text), calls]).loops().len(), 1);
}

#[test]
fn an_import_of_all_rooms_at_once_is_found() {
    for text in ["use crate::server::*;", "use super::super::{self as all};", "use crate as root;"] {
        assert_eq!(glob_imports(&source("src/server/launch/code.rs", text)), ["src/server/launch/code.rs:1"], "{text}");
    }
    assert!(glob_imports(&source("src/server/launch/code.rs", "use super::{self as launch, exchange::*};")).is_empty());
}

#[test]
fn long_files_functions_lines_and_missing_openings_are_found() {
    let long = format!("fn short() {{}}\nimpl A {{\n    fn long() {{\n{}    }}\n}}\n", "        a();\n".repeat(59));
    let functions = limits::functions(&long);
    assert_eq!(
        functions.iter().map(|f| (f.name.as_str(), f.line, f.lines)).collect::<Vec<_>>(),
        [("short", 1, 1), ("long", 3, 61),]
    );
    assert_eq!(limits::lines_without_tests("a\nb\n#[cfg(test)]\nmod tests {}\n"), 2);
    let wide = source("src/a.rs", &format!("// {}\n// {}\n", "é".repeat(117), "é".repeat(118)));
    assert_eq!(limits::long_lines(&wide), ["src/a.rs:2"]);
    assert!(limits::opening(&wide).is_some());
    assert!(limits::opening(&source("src/a.rs", &"//! a\n".repeat(6))).is_some());
    assert!(limits::opening(&source("src/a.rs", "//! a\n")).is_none());
}
