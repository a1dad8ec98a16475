//! The site's files. They are read into memory at start, together with their compressed forms, and served from there:
//! they are small, and a running server keeps its files when a newer version replaces the folder.

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};

use crate::server::web::{App, error::Error, limits::SITE_BYTES};

/// Files by their path in the address. Clones share them.
#[derive(Clone, Debug)]
pub struct Files(Arc<HashMap<String, File>>);

#[derive(Debug)]
struct File {
    media_type: &'static str,
    plain: Representation,
    /// Compressed forms by content coding, the smallest first.
    compressed: Vec<(&'static str, Representation)>,
}

/// One form of a file, and its strong validator (RFC 9110, section 8.8.3).
#[derive(Debug)]
struct Representation {
    bytes: Bytes,
    tag: HeaderValue,
}

impl Files {
    /// Reads all files below `root`.
    ///
    /// # Errors
    /// When a file can't be read, or all together exceed [`SITE_BYTES`].
    pub fn load(root: &Path) -> io::Result<Self> {
        let (mut files, mut folders, mut total) = (HashMap::new(), vec![root.to_owned()], 0);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder)? {
                let path = entry?.path();
                let metadata = std::fs::metadata(&path)?;
                if metadata.is_dir() {
                    folders.push(path);
                    continue;
                }
                total += metadata.len();
                if total > SITE_BYTES {
                    return Err(io::Error::other("it holds more than 64 MiB"));
                }
                if let (None, Some(address)) = (compressed_form_of(&path), address(root, &path)) {
                    files.insert(address, File::read(&path)?);
                }
            }
        }
        Ok(Self(Arc::new(files)))
    }

    fn answer(&self, path: &str, headers: &HeaderMap) -> Option<Response> {
        let file = self.0.get(path)?;
        let (coding, chosen) = file.choose(headers);
        let mut answer = if is_known(&chosen.tag, headers) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut whole = Body::from(chosen.bytes.clone()).into_response();
            whole.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(file.media_type));
            whole.headers_mut().insert(header::CONTENT_LENGTH, chosen.bytes.len().into());
            if let Some(coding) = coding {
                whole.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
            }
            whole
        };
        answer.headers_mut().insert(header::ETAG, chosen.tag.clone());
        answer.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        Some(answer)
    }
}

impl File {
    fn read(path: &Path) -> io::Result<Self> {
        let plain = Representation::new(std::fs::read(path)?);
        let mut compressed = Vec::new();
        for (extension, coding) in CODINGS {
            match std::fs::read(compressed_path(path, extension)) {
                Ok(bytes) => compressed.push((*coding, Representation::new(bytes))),
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                Err(e) => return Err(e),
            }
        }
        compressed.sort_by_key(|(_, form)| form.bytes.len());
        Ok(Self { media_type: media_type(path), plain, compressed })
    }

    /// Returns the smallest form that the client accepts.
    fn choose(&self, headers: &HeaderMap) -> (Option<&'static str>, &Representation) {
        let accepted = self.compressed.iter().find(|(coding, _)| accepts(headers, coding));
        accepted.map_or((None, &self.plain), |(coding, form)| (Some(coding), form))
    }
}

impl Representation {
    fn new(bytes: Vec<u8>) -> Self {
        let hash = Sha256::digest(&bytes);
        let hex: String = hash.iter().take(16).map(|b| format!("{b:02x}")).collect();
        let tag = HeaderValue::try_from(format!("\"{hex}\"")).expect("digits and quotes");
        Self { bytes: bytes.into(), tag }
    }
}

/// File extensions of compressed forms, and their content codings.
const CODINGS: &[(&str, &str)] = &[("br", "br"), ("gz", "gzip")];

fn compressed_path(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

/// Returns the file whose compressed form this is. Compressed forms have no address of their own.
fn compressed_form_of(path: &Path) -> Option<PathBuf> {
    let extension = path.extension()?;
    let original = path.with_extension("");
    (CODINGS.iter().any(|(known, _)| extension == *known) && original.is_file()).then_some(original)
}

/// Returns the path at which a file is served; `None` if its name is not UTF-8.
fn address(root: &Path, path: &Path) -> Option<String> {
    Some(format!("/{}", path.strip_prefix(root).ok()?.to_str()?))
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "css" => "text/css",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" | "mjs" => "text/javascript",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        "xml" => "application/xml",
        _ => "application/octet-stream",
    }
}

/// Whether `Accept-Encoding` accepts a coding (RFC 9110, section 12.5.3): by name or by `*`, with a quality above 0.
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let listed = || items(headers, header::ACCEPT_ENCODING).map(|item| item.split_once(';').unwrap_or((item, "")));
    let find = |name: &str| listed().find(|(listed, _)| listed.trim().eq_ignore_ascii_case(name));
    find(coding).or_else(|| find("*")).is_some_and(|(_, parameters)| {
        let quality = parameters.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
        quality.is_ok_and(|quality| quality > 0.0)
    })
}

/// Whether `If-None-Match` names this form. The comparison is weak (RFC 9110, section 13.1.2).
fn is_known(tag: &HeaderValue, headers: &HeaderMap) -> bool {
    let mut known = items(headers, header::IF_NONE_MATCH);
    known.any(|item| item == "*" || item.strip_prefix("W/").unwrap_or(item).as_bytes() == tag.as_bytes())
}

/// Returns the items of a comma-separated header, over all its lines.
fn items(headers: &HeaderMap, name: header::HeaderName) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

/// Serves the file at the request's path, or not-found.
pub async fn file(State(app): State<App>, request: Request) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let found = is_read.then(|| app.assets.files.answer(request.uri().path(), request.headers())).flatten();
    let mut answer = found.unwrap_or_else(|| Error::NotFound.into_response());
    if request.method() == Method::HEAD {
        *answer.body_mut() = Body::empty();
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_accepted_by_name_or_star_unless_its_quality_is_zero() {
        let accepts_br = |value: &'static str| {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]);
            accepts(&headers, "br")
        };
        for value in ["br", "gzip, deflate, br, zstd", "BR;q=0.5", "gzip;q=1.0, br; q=0.1", "*", "*;q=0.2"] {
            assert!(accepts_br(value), "{value}");
        }
        for value in ["", "gzip", "br;q=0", "br;q=0.000, *", "*;q=0", "brotli", "br;q=x"] {
            assert!(!accepts_br(value), "{value}");
        }
        assert!(!accepts(&HeaderMap::new(), "br"));
    }

    #[test]
    fn a_folder_of_more_than_64_mib_is_refused() {
        let root = std::env::temp_dir().join(format!("latchkey-files-{}", crate::server::rng::Rng.id()));
        std::fs::create_dir_all(&root).unwrap();
        // A sparse file, which uses no disk space.
        std::fs::File::create(root.join("large.bin")).unwrap().set_len(SITE_BYTES + 1).unwrap();
        assert!(Files::load(&root).is_err_and(|e| e.to_string().contains("64 MiB")));
        std::fs::remove_dir_all(&root).unwrap();
    }
}
