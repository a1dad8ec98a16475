//! Sends requests over plain HTTP, to loopback addresses only: the sandbox can't be made to call anyone else.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use crate::url::origin;

const TIMEOUT: Duration = Duration::from_secs(10);
const MAX_RESPONSE_BYTES: u64 = 64 * 1024;
/// Largest response to [`send`]: a list of locations is longer than a page.
const MAX_LONG_RESPONSE_BYTES: u64 = 16 * 1024 * 1024;

/// The app's response to an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AppResponse {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// A request with headers and a body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) url: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a str,
}

/// A complete response. Names of headers are in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HttpResponse {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// Sends the request and reads the response, for 10 seconds at most.
///
/// # Errors
/// With a message when the URL isn't plain HTTP on loopback, on connection failures and timeouts, and when the response
/// isn't HTTP.
pub(crate) async fn get(url: &str) -> Result<AppResponse, String> {
    let request = Request { method: "GET", url, headers: &[("User-Agent", "Entrata sandbox")], body: "" };
    let HttpResponse { status, body, .. } = within_timeout(&request, MAX_RESPONSE_BYTES).await?;
    Ok(AppResponse { status, body })
}

/// Sends the request and reads the response, for 10 seconds and 16 MiB at most. Redirects are not followed.
///
/// # Errors
/// As [`get`].
pub(crate) async fn send(request: &Request<'_>) -> Result<HttpResponse, String> {
    within_timeout(request, MAX_LONG_RESPONSE_BYTES).await
}

async fn within_timeout(request: &Request<'_>, max_bytes: u64) -> Result<HttpResponse, String> {
    let response = timeout(TIMEOUT, exchange(request, max_bytes)).await;
    response.map_err(|_| "the app did not respond within 10 seconds".to_owned())?
}

async fn exchange(request: &Request<'_>, max_bytes: u64) -> Result<HttpResponse, String> {
    let unreachable = |error: std::io::Error| format!("could not reach the app: {error}");
    let origin = origin(request.url);
    let host = origin.strip_prefix("http://").ok_or("events are sent over plain HTTP only")?;
    let address = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    let resolved = lookup_host(address).await.map_err(unreachable)?;
    let loopback: Vec<_> = resolved.filter(|address| address.ip().is_loopback()).collect();
    let mut stream = TcpStream::connect(loopback.as_slice()).await.map_err(unreachable)?;

    stream.write_all(message(request, origin, host).as_bytes()).await.map_err(unreachable)?;
    let mut bytes = Vec::new();
    stream.take(max_bytes).read_to_end(&mut bytes).await.map_err(unreachable)?;

    let response = String::from_utf8_lossy(&bytes);
    let (head, body) = response.split_once("\r\n\r\n").ok_or("the app's response is not HTTP")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or("the app's response has no HTTP status")?;
    let header = |line: &str| line.split_once(':').map(|(n, value)| (n.to_ascii_lowercase(), value.trim().to_owned()));
    let headers: Vec<_> = head.lines().skip(1).filter_map(header).collect();
    let is_chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = if is_chunked { without_chunks(&bytes, head.len() + 4) } else { body.to_owned() };
    Ok(HttpResponse { status, headers, body })
}

fn message(request: &Request<'_>, origin: &str, host: &str) -> String {
    let Request { method, url, headers, body } = request;
    let target = url.get(origin.len()..).unwrap_or_default();
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = if *method == "GET" { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n{headers}{length}Connection: close\r\n\r\n{body}")
}

/// Joins the chunks of a body that begins at `start`. Ends at the first one that is not complete.
fn without_chunks(bytes: &[u8], start: usize) -> String {
    let mut rest = bytes.get(start..).unwrap_or_default();
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|pair| pair == b"\r\n") {
        let size = std::str::from_utf8(&rest[..end]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let Some(chunk) = size.filter(|size| *size > 0).and_then(|size| rest.get(end + 2..end + 2 + size)) else {
            break;
        };
        body.extend_from_slice(chunk);
        rest = rest.get(end + 2 + chunk.len() + 2..).unwrap_or_default();
    }
    String::from_utf8_lossy(&body).into_owned()
}
