//! What a browser downloads for a page: the page as it was sent, and every file that its HTML names, fetched from the running server.

use std::net::SocketAddr;

use crate::{
    Result,
    wire::{Answer, Connection},
};

/// Bytes by kind, bodies as encoded for a browser that takes Brotli.
#[derive(Default)]
pub struct Download {
    pub html: usize,
    pub style: usize,
    pub script: usize,
    pub wasm: usize,
    /// Icons and whatever else.
    pub other: usize,
    /// Status lines and headers of all answers.
    pub heads: usize,
    pub requests: usize,
    /// Scripts that stop the page from being shown until they have come; there should be none.
    pub blocking: usize,
}

impl Download {
    /// What has to come before the page can be read and filled in: nothing of the islands, unless a script is waited for.
    pub fn usable(&self) -> usize {
        self.html + self.style + self.blocking
    }

    pub fn islands(&self) -> usize {
        self.script + self.wasm
    }
}

pub async fn measure(address: SocketAddr, page: &Answer) -> Result<Download> {
    let mut connection = Connection::open(address).await?;
    let mut download = Download { html: page.body.len(), heads: page.head_bytes(), requests: 1, ..Download::default() };
    let html = page.html()?;
    for file in files(html) {
        let answer = connection.get(&file.path, &[("Accept-Encoding", "br")]).await?;
        if answer.status != 200 {
            return Err(format!("{}: status {}", file.path, answer.status).into());
        }
        let bytes = answer.body.len();
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
        download.heads += answer.head_bytes();
        download.requests += 1;
    }
    Ok(download)
}

struct File {
    path: String,
    blocks: bool,
}

/// The files that the page's `link` and `script` tags name, each once.
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
        let waits = ["async", "defer", "type=\"module\""].iter().any(|word| tag.contains(word));
        let blocks = tag.starts_with("script") && !waits;
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
