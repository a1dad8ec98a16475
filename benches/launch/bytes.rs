//! Counts what a browser downloads for a page: the page, and every file that its HTML refers to.

use std::net::SocketAddr;

use crate::{
    Result,
    wire::{Connection, Response},
};

/// Bytes by kind. Bodies are counted as sent to a browser that accepts Brotli.
#[derive(Default)]
pub struct Download {
    pub html: usize,
    pub style: usize,
    pub script: usize,
    pub wasm: usize,
    /// Icons and other files.
    pub other: usize,
    /// Status lines and headers of all responses.
    pub headers: usize,
    pub requests: usize,
    /// Scripts that block rendering; there should be none.
    pub blocking: usize,
}

impl Download {
    /// Bytes that must arrive before the page is usable. Islands count only if their script blocks rendering.
    pub fn usable(&self) -> usize {
        self.html + self.style + self.blocking
    }

    pub fn islands(&self) -> usize {
        self.script + self.wasm
    }
}

pub async fn measure(address: SocketAddr, page: &Response) -> Result<Download> {
    let mut connection = Connection::open(address).await?;
    let mut download =
        Download { html: page.body.len(), headers: page.head_bytes(), requests: 1, ..Download::default() };
    let html = page.html()?;
    for file in files(html) {
        let response = connection.get(&file.path, &[("Accept-Encoding", "br")]).await?;
        if response.status != 200 {
            return Err(format!("{}: status {}", file.path, response.status).into());
        }
        let bytes = response.body.len();
        let kind = match file.path.rsplit('.').next() {
            Some("css") => &mut download.style,
            Some("js" | "mjs") => &mut download.script,
            Some("wasm") => &mut download.wasm,
            _ => &mut download.other,
        };
        *kind += bytes;
        if file.blocks {
            download.blocking += bytes;
        }
        download.headers += response.head_bytes();
        download.requests += 1;
    }
    Ok(download)
}

struct File {
    path: String,
    blocks: bool,
}

/// Returns the files that the page's `link` and `script` tags refer to, without duplicates.
fn files(html: &str) -> Vec<File> {
    let mut files: Vec<File> = Vec::new();
    for tag in html.split('<').filter_map(|rest| rest.split('>').next()) {
        let path = match tag.split_ascii_whitespace().next() {
            Some("link") => attribute(tag, "href"),
            Some("script") => attribute(tag, "src"),
            _ => None,
        };
        let Some(path) = path.filter(|p| p.starts_with('/')) else {
            continue;
        };
        let deferred = ["async", "defer", "type=\"module\""].iter().any(|word| tag.contains(word));
        let blocks = tag.starts_with("script") && !deferred;
        if !files.iter().any(|f| f.path == path) {
            let path = path.to_owned();
            files.push(File { path, blocks });
        }
    }
    files
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()
}
