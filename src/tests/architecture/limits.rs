//! How files open, and how long files, functions and lines may be.

use syn::{
    Block, ImplItemFn, ItemFn, ItemMod, Signature, TraitItemFn,
    spanned::Spanned,
    visit::{self, Visit},
};

use super::{
    paths::is_test_only,
    sources::{self, Source},
};

pub const LONGEST_FILE: usize = 300;
pub const LONGEST_FUNCTION: usize = 60;
pub const LONGEST_LINE: usize = 120;
const LONGEST_OPENING: usize = 5;

/// Folders whose lines are measured, with the extensions of the files.
pub const MEASURED: &[&str] = &["src", "sandbox", "end2end", "benches", "fuzz", "examples", ".ci"];
pub const EXTENSIONS: &[&str] = &["rs", "js", "mjs"];

/// Functions of more than 60 lines today, by file and name.
const KNOWN_LONG_FUNCTIONS: &[(&str, &str)] = &[];
/// Files of more than 300 lines, without tests, today.
const KNOWN_LONG_FILES: &[&str] = &[];

pub struct Function {
    pub name: String,
    pub line: usize,
    pub lines: usize,
}

/// All functions of a text but those for tests.
pub fn functions(text: &str) -> Vec<Function> {
    let mut functions = Functions(Vec::new());
    functions.visit_file(&syn::parse_file(text).unwrap());
    functions.0
}

struct Functions(Vec<Function>);

impl Functions {
    fn add(&mut self, signature: &Signature, block: &Block) {
        let (line, end) = (signature.span().start().line, block.span().end().line);
        self.0.push(Function { name: signature.ident.to_string(), line, lines: end - line + 1 });
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !is_test_only(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.add(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.add(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        if let Some(block) = &item.default {
            self.add(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

/// Lines of a file up to its tests.
pub fn lines_without_tests(text: &str) -> usize {
    text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default().lines().count()
}

/// `file:line` of each line that is too long.
pub fn long_lines(source: &Source) -> Vec<String> {
    let numbered = source.text.lines().zip(1..);
    let long = numbered.filter(|(line, _)| line.chars().count() > LONGEST_LINE);
    long.map(|(_, number)| format!("{}:{number}", source.file)).collect()
}

/// Rust files whose form is checked.
pub fn rust() -> Vec<Source> {
    ["src", "sandbox"].iter().flat_map(|folder| sources::below(folder, &["rs"])).collect()
}

/// What is wrong with the opening of a file.
pub fn opening(source: &Source) -> Option<String> {
    let lines = source.text.lines().take_while(|line| line.starts_with("//!")).count();
    match lines {
        0 => Some(format!("{}: begin it with `//!` and what it is for", source.file)),
        1..=LONGEST_OPENING => None,
        _ => Some(format!("{}: {lines} lines of `//!` instead of at most {LONGEST_OPENING}", source.file)),
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    let wrong: Vec<String> = rust().iter().filter_map(opening).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_file_is_too_long() {
    let mut long = Vec::new();
    for source in rust().iter().filter(|source| !sources::is_test(&source.file)) {
        if lines_without_tests(&source.text) > LONGEST_FILE {
            long.push(source.file.clone());
        }
    }
    assert_eq!(long, KNOWN_LONG_FILES, "files of more than {LONGEST_FILE} lines");
}

#[test]
fn no_function_is_too_long() {
    let mut long = Vec::new();
    for source in rust().iter().filter(|source| !sources::is_test(&source.file)) {
        let functions = functions(&source.text).into_iter().filter(|function| function.lines > LONGEST_FUNCTION);
        long.extend(functions.map(|function| (source.file.clone(), function.name)));
    }
    let long: Vec<_> = long.iter().map(|(file, name)| (file.as_str(), name.as_str())).collect();
    assert_eq!(long, KNOWN_LONG_FUNCTIONS, "functions of more than {LONGEST_FUNCTION} lines");
}

#[test]
fn no_line_is_too_long() {
    let sources = MEASURED.iter().flat_map(|folder| sources::below(folder, EXTENSIONS));
    let long: Vec<String> = sources.flat_map(|source| long_lines(&source)).collect();
    assert!(long.is_empty(), "more than {LONGEST_LINE} columns: {long:#?}");
}
