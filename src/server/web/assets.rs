//! The site's files and their names, which contain a hash of the content.

use std::path::Path;

use leptos::config::LeptosOptions;

use crate::server::web::files::Files;

/// The files, and the paths that pages use.
#[derive(Clone, Debug)]
pub struct Assets {
    pub files: Files,
    /// Path of the style sheet.
    pub style: String,
    /// Path of the frame's script. `cargo leptos watch` does not build it; then pages work without.
    pub frame: Option<String>,
    /// The options by which Leptos finds the islands' script.
    pub options: LeptosOptions,
}

impl Assets {
    /// Reads the names from `{root}/manifest.json`, so that the folder may contain files of other versions. Without
    /// that file (`cargo leptos watch` does not write it), looks for `latchkey*.css` and `latchkey*.js` in
    /// `{root}/pkg`.
    ///
    /// # Errors
    /// When one of these files is missing, or a file in the folder can't be read.
    pub fn find(root: &Path) -> std::io::Result<Self> {
        match std::fs::read(root.join("manifest.json")) {
            Ok(manifest) => Self::from_manifest(root, serde_json::from_slice(&manifest)?),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Self::without_manifest(root),
            Err(e) => Err(e),
        }
    }

    fn from_manifest(root: &Path, Manifest { script, style, frame }: Manifest) -> std::io::Result<Self> {
        for name in [&format!("{script}.js"), &format!("{script}_bg.wasm"), &style, &frame] {
            if !root.join("pkg").join(name).is_file() {
                return Err(std::io::Error::other(format!("manifest.json names {name}, which is not in pkg")));
            }
        }
        Self::load(root, script, &style, Some(frame))
    }

    fn without_manifest(root: &Path) -> std::io::Result<Self> {
        let mut names: Vec<String> = std::fs::read_dir(root.join("pkg"))?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        names.sort();
        let frame = names.iter().find(|n| n.starts_with("frame.") && n.ends_with(".js")).cloned();
        names.retain(|name| name.starts_with("latchkey"));
        let stem = |extension: &str| {
            let found = names.iter().find_map(|n| n.strip_suffix(extension));
            found.map(str::to_owned).ok_or_else(|| std::io::Error::other(format!("no latchkey*{extension} in pkg")))
        };
        let (style, script) = (stem(".css")?, stem(".js")?);
        Self::load(root, script, &format!("{style}.css"), frame)
    }

    fn load(root: &Path, script: String, style: &str, frame: Option<String>) -> std::io::Result<Self> {
        let options = LeptosOptions::builder().output_name(script).site_root(root.display().to_string()).build();
        let frame = frame.map(|frame| format!("/pkg/{frame}"));
        Ok(Self { files: Files::load(root)?, style: format!("/pkg/{style}"), frame, options })
    }
}

/// The names that `.ci/site.mjs` wrote.
#[derive(serde::Deserialize)]
struct Manifest {
    /// Without extension. The wasm module has the same name with `_bg.wasm`.
    script: String,
    style: String,
    frame: String,
}

/// Whether the content at a path never changes, because the name contains a hash (`name.hash.extension`).
pub fn is_immutable(path: &str) -> bool {
    path.strip_prefix("/pkg/").is_some_and(|name| name.split('.').count() >= 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_may_have_files_of_other_versions_but_every_named_file_must_exist() {
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
