//! The house's figures, for comparing before and after:
//! `cargo test --features sandbox --lib figures -- --ignored --nocapture`.

use std::{collections::BTreeMap, fmt::Write};

use super::{
    graph::Graph,
    limits,
    sources::{self, Source},
};

fn count(sources: &[Source], wanted: &[&str]) -> usize {
    sources.iter().map(|source| wanted.iter().map(|text| source.text.matches(text).count()).sum::<usize>()).sum()
}

/// In how many files each type has an `impl`.
fn spread(sources: &[Source]) -> Vec<(String, usize)> {
    let mut files: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for source in sources {
        for item in syn::parse_file(&source.text).unwrap().items {
            let syn::Item::Impl(item) = item else { continue };
            let syn::Type::Path(path) = *item.self_ty else { continue };
            if item.trait_.is_none() && !super::paths::is_test_only(&item.attrs) {
                let name = path.path.segments.last().unwrap().ident.to_string();
                files.entry(name).or_default().push(&source.file);
            }
        }
    }
    let mut spread: Vec<_> = files
        .into_iter()
        .map(|(name, mut files)| {
            files.dedup();
            (name, files.len())
        })
        .collect();
    spread.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    spread
}

#[test]
#[ignore = "prints figures and checks nothing"]
fn figures() {
    let all: Vec<Source> = limits::rust();
    let (tests, house): (Vec<Source>, Vec<Source>) = all.into_iter().partition(|source| sources::is_test(&source.file));
    let mut lengths: Vec<usize> = house.iter().map(|source| limits::lines_without_tests(&source.text)).collect();
    lengths.sort_unstable();
    let functions: Vec<(String, limits::Function)> = house
        .iter()
        .flat_map(|source| limits::functions(&source.text).into_iter().map(|f| (source.file.clone(), f)))
        .collect();
    let measured: Vec<Source> =
        limits::MEASURED.iter().flat_map(|folder| sources::below(folder, limits::EXTENSIONS)).collect();
    let long = |rust: bool| {
        let files = measured.iter().filter(|source| source.file.ends_with(".rs") == rust);
        files.map(|source| limits::long_lines(source).len()).sum::<usize>()
    };
    let outside_storage: Vec<Source> = house
        .iter()
        .filter(|source| {
            !["src/server/db/", "src/server/storage/"].iter().any(|folder| source.file.starts_with(folder))
        })
        .map(|source| Source { file: source.file.clone(), text: source.text.clone() })
        .collect();
    let graph = Graph::of(&sources::production("src/server"));
    let mut text = String::new();
    let _ = writeln!(text, "files: {} and {} of tests", house.len(), tests.len());
    let _ = writeln!(text, "lines without tests: {}", lengths.iter().sum::<usize>());
    let _ =
        writeln!(text, "lines of a file: median {}, most {}", lengths[lengths.len() / 2], lengths[lengths.len() - 1]);
    let _ = writeln!(text, "functions: {}", functions.len());
    for (file, f) in functions.iter().filter(|(_, f)| f.lines > limits::LONGEST_FUNCTION) {
        let _ = writeln!(text, "  {file}:{} {} has {} lines", f.line, f.name, f.lines);
    }
    let _ = writeln!(text, "lines over 120 columns: {} of Rust, {} of JavaScript", long(true), long(false));
    let _ = writeln!(text, "files with an `impl` of a type:");
    for (name, files) in spread(&house).into_iter().take(10) {
        let _ = writeln!(text, "  {name}: {files}");
    }
    let _ = writeln!(text, "ids as &str: {}", count(&house, &["_id: &str", " id: &str", "(id: &str"]));
    let _ = writeln!(text, "format!(\"/v/: {}", count(&house, &["format!(\"/v/"]));
    let sqlite = ["SqliteExecutor", "SqliteConnection", "SqlitePool", "db::Connection", "&mut Connection"];
    let _ =
        writeln!(text, "SqliteExecutor, SqliteConnection outside storage: {}", count(&outside_storage, &sqlite[..2]));
    let _ = writeln!(text, "the same under storage's own names: {}", count(&outside_storage, &sqlite[2..]));
    let _ = writeln!(text, "Box::pin(async move: {}", count(&house, &["Box::pin(async move"]));
    let _ = writeln!(text, "imports between rooms: {}", graph.edges().count());
    for (from, to, places) in graph.edges() {
        let _ = writeln!(text, "  {from} -> {to}: {}", places.len());
    }
    for rooms in graph.loops() {
        let _ = writeln!(text, "loop: {rooms:?}");
    }
    let _ = writeln!(text, "inside of loops:\n{}", graph.in_loops());
    println!("{text}");
}
