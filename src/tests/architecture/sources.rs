//! The source files that the architecture tests read.

use std::{fs, path::Path};

pub struct Source {
    /// Relative to the repository, such as `src/server/clock.rs`.
    pub file: String,
    pub text: String,
}

/// Files of a folder, or a single file, with one of these extensions. Nothing if there is no such folder.
pub fn below(path: &str, extensions: &[&str]) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut found, mut left) = (Vec::new(), vec![root.join(path)]);
    while let Some(path) = left.pop() {
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() {
            if name != "node_modules" && name != "target" {
                left.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            }
        } else if path.extension().is_some_and(|extension| extensions.iter().any(|e| extension == *e)) {
            let file = path.strip_prefix(root).unwrap().display().to_string();
            found.push(Source { file, text: fs::read_to_string(&path).unwrap() });
        }
    }
    found.sort_by(|a, b| a.file.cmp(&b.file));
    found
}

/// Rust files that are not tests.
pub fn production(path: &str) -> Vec<Source> {
    below(path, &["rs"]).into_iter().filter(|source| !is_test(&source.file)).collect()
}

pub fn is_test(file: &str) -> bool {
    file.split('/').any(|part| part == "tests" || part == "tests.rs")
}

/// The module that a file is: `crate::server::db` for `src/server/db/mod.rs`. Files of the crate in `sandbox/` begin
/// with `sandbox`.
pub fn module(file: &str) -> Vec<String> {
    let (root, path) = match file.strip_prefix("sandbox/src/") {
        Some(path) => ("sandbox", path),
        None => ("crate", file.strip_prefix("src/").unwrap_or(file)),
    };
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let mut module = vec![root.to_owned()];
    module.extend(path.split('/').map(str::to_owned));
    if module.last().is_some_and(|last| matches!(last.as_str(), "mod" | "lib" | "main")) {
        module.pop();
    }
    module
}
