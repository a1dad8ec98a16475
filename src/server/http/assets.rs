//! The site's files: what they are called (their names carry a hash of their content) and how they are served.

use std::path::{Path, PathBuf};

use leptos::config::LeptosOptions;

/// Where the files are, and the names that pages refer to.
#[derive(Clone, Debug)]
pub struct Assets {
    pub root: PathBuf,
    /// Path of the style sheet.
    pub style: String,
    /// Path of the frame's script. `cargo leptos watch` makes none; then pages do without.
    pub frame: Option<String>,
    /// What Leptos asks for the islands' script by.
    pub options: LeptosOptions,
}

impl Assets {
    /// Looks into `{root}/pkg` for `latchkey*.css` and `latchkey*.js`.
    ///
    /// # Errors
    /// When the folder does not hold both.
    pub fn find(root: &Path) -> std::io::Result<Self> {
        let mut names: Vec<String> = std::fs::read_dir(root.join("pkg"))?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        names.sort();
        let frame = names.iter().find(|n| n.starts_with("frame.") && n.ends_with(".js")).map(|n| format!("/pkg/{n}"));
        names.retain(|name| name.starts_with("latchkey"));
        let with = |ending: &str| {
            let found = names.iter().find_map(|n| n.strip_suffix(ending));
            found.map(str::to_owned).ok_or_else(|| std::io::Error::other(format!("no latchkey*{ending} in pkg")))
        };
        let (style, script) = (with(".css")?, with(".js")?);
        let options = LeptosOptions::builder().output_name(script).site_root(root.display().to_string()).build();
        Ok(Self { root: root.to_owned(), style: format!("/pkg/{style}.css"), frame, options })
    }
}

/// Whether a path names a file whose content never changes: its name carries a hash (`name.hash.ending`).
pub fn is_immutable(path: &str) -> bool {
    path.strip_prefix("/pkg/").is_some_and(|name| name.split('.').count() >= 3)
}
