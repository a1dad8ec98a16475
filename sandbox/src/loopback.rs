//! Sends one GET request over plain HTTP, to loopback addresses only: the sandbox can't be made to call anyone else.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use crate::url::origin;

const TIMEOUT: Duration = Duration::from_secs(10);
const MAX_RESPONSE_BYTES: u64 = 64 * 1024;

/// The app's response to an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AppResponse {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// Sends the request and reads the response, for 10 seconds at most.
///
/// # Errors
/// With a message when the URL isn't plain HTTP on loopback, on connection failures and timeouts, and when the response
/// isn't HTTP.
pub(crate) async fn get(url: &str) -> Result<AppResponse, String> {
    timeout(TIMEOUT, exchange(url)).await.map_err(|_| "the app did not respond within 10 seconds".to_owned())?
}

async fn exchange(url: &str) -> Result<AppResponse, String> {
    let unreachable = |error: std::io::Error| format!("could not reach the app: {error}");
    let origin = origin(url);
    let host = origin.strip_prefix("http://").ok_or("events are sent over plain HTTP only")?;
    let address = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    let resolved = lookup_host(address).await.map_err(unreachable)?;
    let loopback: Vec<_> = resolved.filter(|address| address.ip().is_loopback()).collect();
    let mut stream = TcpStream::connect(loopback.as_slice()).await.map_err(unreachable)?;

    let target = url.get(origin.len()..).unwrap_or_default();
    let request =
        format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Entrata sandbox\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.map_err(unreachable)?;
    let mut bytes = Vec::new();
    stream.take(MAX_RESPONSE_BYTES).read_to_end(&mut bytes).await.map_err(unreachable)?;

    let response = String::from_utf8_lossy(&bytes);
    let (head, body) = response.split_once("\r\n\r\n").ok_or("the app's response is not HTTP")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok(AppResponse { status: status.ok_or("the app's response has no HTTP status")?, body: body.to_owned() })
}
