//! Architecture rules, checked by parsing the sources: which module may use which, and how long files, functions and
//! lines may be. `rooms` holds the tables to change when a folder is renamed.

mod figures;
mod graph;
mod limits;
mod paths;
mod proofs;
mod rooms;
mod sources;

use std::collections::BTreeSet;

use graph::Graph;
use paths::Used;
use rooms::{KNOW_THE_SANDBOX, KNOWN_LOOPS, KNOWN_UPWARD, KNOWN_VIOLATIONS, RULES, Rule, SHARED_BY_CONNECTORS, SQL};
use sources::Source;

/// What in a source file breaks a rule: the place, and the forbidden path.
fn violations(rule: &Rule, source: &Source) -> Vec<(String, &'static str)> {
    let used = paths::used(&sources::module(&source.file), &source.text);
    let broken = |used: &Used| {
        let forbidden = rule.never.iter().find(|forbidden| used.is_below(forbidden))?;
        Some((format!("{}:{} uses {}", source.file, used.line, used.path.join("::")), *forbidden))
    };
    used.iter().filter_map(broken).collect()
}

#[test]
fn no_room_uses_what_it_must_never_use() {
    let (mut found, mut known) = (Vec::new(), BTreeSet::new());
    for rule in RULES {
        for source in sources::production(rule.below) {
            for (place, forbidden) in violations(rule, &source) {
                match KNOWN_VIOLATIONS.iter().find(|entry| **entry == (source.file.as_str(), forbidden)) {
                    Some(entry) => drop(known.insert(*entry)),
                    None => found.push(place),
                }
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
    let fixed: Vec<_> = KNOWN_VIOLATIONS.iter().filter(|entry| !known.contains(*entry)).collect();
    assert!(fixed.is_empty(), "remove from KNOWN_VIOLATIONS: {fixed:?}");
}

#[test]
fn no_two_rooms_import_each_other() {
    let graph = Graph::of(&sources::production("src/server"));
    let rest = graph.without(KNOWN_LOOPS);
    assert!(rest.loops().is_empty(), "{:?}\n{}", rest.loops(), rest.in_loops());
    for (from, to) in KNOWN_LOOPS {
        assert!(graph.has(from, to), "{from} no longer imports {to}: remove it from KNOWN_LOOPS");
        assert!(rest.reaches(to, from), "{from} -> {to} closes no loop any more: remove it from KNOWN_LOOPS");
    }
}

#[test]
fn dependencies_point_down() {
    let graph = Graph::of(&sources::production("src/server"));
    let layer = |room| rooms::layer(room).unwrap_or_else(|| panic!("add {room} to LAYERS"));
    let upward = graph.edges().filter(|(from, to, _)| layer(to) < layer(from));
    let (known, new): (Vec<_>, Vec<_>) = upward.partition(|(from, to, _)| KNOWN_UPWARD.contains(&(from, to)));
    assert!(new.is_empty(), "{new:#?}");
    for (from, to) in KNOWN_UPWARD {
        let exists = known.iter().any(|(f, t, _)| f == from && t == to);
        assert!(exists, "{from} no longer imports {to}: remove it from KNOWN_UPWARD");
    }
}

/// Glob imports of all modules at once, which would hide what is used from each.
fn glob_imports(source: &Source) -> Vec<String> {
    let used = paths::used(&sources::module(&source.file), &source.text);
    let all = used.iter().filter(|used| {
        let path: Vec<&str> = used.path.iter().map(String::as_str).collect();
        matches!(path[..], ["crate"] | ["crate", "*"] | ["crate", "server"] | ["crate", "server", "*"])
    });
    all.map(|used| format!("{}:{}", source.file, used.line)).collect()
}

#[test]
fn every_import_names_a_room() {
    let found: Vec<String> = sources::production("src").iter().flat_map(glob_imports).collect();
    assert!(found.is_empty(), "{found:?}");
}

/// Imports from one connector by another.
fn between_connectors(graph: &Graph) -> Vec<(&str, &str)> {
    let connectors = graph.edges().filter(|(from, _, _)| from.starts_with("connectors/"));
    let to_others = connectors.filter(|(_, to, _)| to.starts_with("connectors/") && *to != SHARED_BY_CONNECTORS);
    to_others.map(|(from, to, _)| (from, to)).collect()
}

#[test]
fn every_connector_is_a_room() {
    for source in sources::production("src/server/connectors") {
        let folder = source.file.split('/').nth(3).filter(|name| !name.ends_with(".rs"));
        let is_room = folder.is_none_or(|folder| rooms::layer(&format!("connectors/{folder}")).is_some());
        assert!(is_room, "add the folder of {} to LAYERS", source.file);
    }
}

#[test]
fn connectors_do_not_use_each_other() {
    let graph = Graph::of(&sources::production("src/server"));
    let found = between_connectors(&graph);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn only_storage_uses_sqlx() {
    for source in sources::production("src/server") {
        let module = sources::module(&source.file);
        let may = rooms::room(&module).is_some_and(|room| SQL.contains(&room.as_str()));
        for used in paths::used(&module, &source.text) {
            assert!(may || !used.is_below("sqlx"), "{}:{} uses sqlx", source.file, used.line);
        }
    }
}

#[test]
fn only_the_command_line_and_tests_know_the_sandbox() {
    for source in sources::production("src/server") {
        let module = sources::module(&source.file);
        let may = module.get(2).is_some_and(|room| KNOW_THE_SANDBOX.contains(&room.as_str()));
        for used in paths::used(&module, &source.text) {
            let uses = ["crate::server::sandbox", "sandbox", "latchkey_sandbox"].iter().any(|path| used.is_below(path));
            assert!(may || !uses, "{}:{} uses the sandbox", source.file, used.line);
        }
    }
}
