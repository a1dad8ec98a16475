//! The site's files: what they are called (their names carry a hash of their content), and their content.

use std::path::Path;

use leptos::config::LeptosOptions;

use crate::server::web::files::Files;

/// The files, and the names that pages refer to.
#[derive(Clone, Debug)]
pub struct Assets {
    pub files: Files,
    /// Path of the style sheet.
    pub style: String,
    /// Path of the frame's script. `cargo leptos watch` makes none; then pages do without.
    pub frame: Option<String>,
    /// What Leptos asks for the islands' script by.
    pub options: LeptosOptions,
}

impl Assets {
    /// Takes the names from `{root}/manifest.json`, so that files of other versions may lie beside. Where there is none (`cargo leptos watch`
    /// makes none) it looks into `{root}/pkg` for `latchkey*.css` and `latchkey*.js`.
    ///
    /// # Errors
    /// When the folder does not hold both, or not all of it can be read.
    pub fn find(root: &Path) -> std::io::Result<Self> {
        match std::fs::read(root.join("manifest.json")) {
            Ok(manifest) => Self::named(root, serde_json::from_slice(&manifest)?),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Self::looked_up(root),
            Err(e) => Err(e),
        }
    }

    fn named(root: &Path, Manifest { script, style, frame }: Manifest) -> std::io::Result<Self> {
        for name in [&format!("{script}.js"), &format!("{script}_bg.wasm"), &style, &frame] {
            if !root.join("pkg").join(name).is_file() {
                return Err(std::io::Error::other(format!("no {name} in pkg, which manifest.json names")));
            }
        }
        Self::load(root, script, &style, Some(frame))
    }

    fn looked_up(root: &Path) -> std::io::Result<Self> {
        let mut names: Vec<String> = std::fs::read_dir(root.join("pkg"))?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        names.sort();
        let frame = names.iter().find(|n| n.starts_with("frame.") && n.ends_with(".js")).cloned();
        names.retain(|name| name.starts_with("latchkey"));
        let with = |ending: &str| {
            let found = names.iter().find_map(|n| n.strip_suffix(ending));
            found.map(str::to_owned).ok_or_else(|| std::io::Error::other(format!("no latchkey*{ending} in pkg")))
        };
        let (style, script) = (with(".css")?, with(".js")?);
        Self::load(root, script, &format!("{style}.css"), frame)
    }

    fn load(root: &Path, script: String, style: &str, frame: Option<String>) -> std::io::Result<Self> {
        let options = LeptosOptions::builder().output_name(script).site_root(root.display().to_string()).build();
        let frame = frame.map(|frame| format!("/pkg/{frame}"));
        Ok(Self { files: Files::load(root)?, style: format!("/pkg/{style}"), frame, options })
    }
}

/// What `.ci/site.mjs` wrote down of the files that it made.
#[derive(serde::Deserialize)]
struct Manifest {
    /// Without its ending; the module is beside it.
    script: String,
    style: String,
    frame: String,
}

/// Whether a path names a file whose content never changes: its name carries a hash (`name.hash.ending`).
pub fn is_immutable(path: &str) -> bool {
    path.strip_prefix("/pkg/").is_some_and(|name| name.split('.').count() >= 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_an_older_version_may_lie_beside_and_what_is_named_has_to_be_there() {
        let root = std::env::temp_dir().join(format!("latchkey-site-{}", crate::server::rng::Rng.id()));
        std::fs::create_dir_all(root.join("pkg")).unwrap();
        let file = |name: &str, text: &str| std::fs::write(root.join(name), text).unwrap();
        for version in ["00", "ff"] {
            for name in ["latchkey.{v}.js", "latchkey.{v}_bg.wasm", "latchkey.{v}.css", "frame.{v}.js"] {
                file(&format!("pkg/{}", name.replace("{v}", version)), "");
            }
        }
        file(
            "manifest.json",
            r#"{"script":"latchkey.ff","style":"latchkey.ff.css","frame":"frame.ff.js","inputs":"0"}"#,
        );
        let assets = Assets::find(&root).unwrap();
        assert_eq!(
            (assets.style.as_str(), assets.frame.as_deref()),
            ("/pkg/latchkey.ff.css", Some("/pkg/frame.ff.js"))
        );
        assert_eq!(&*assets.options.output_name, "latchkey.ff");
        std::fs::remove_file(root.join("pkg/frame.ff.js")).unwrap();
        assert!(Assets::find(&root).is_err_and(|e| e.to_string().contains("frame.ff.js")));
        std::fs::remove_dir_all(&root).unwrap();
    }
}
