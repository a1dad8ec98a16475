//! One GET to the app, written by hand: over loopback and plain HTTP only, so that the sandbox can never be made to call anybody else.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(10);
/// More than an app has to say to an event.
const LARGEST_REPLY: u64 = 64 * 1024;

/// What the app said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub body: String,
}

/// Scheme, host and port of an address.
pub(super) fn origin(url: &str) -> &str {
    let begin = url.find("://").map_or(0, |at| at + 3);
    let end = url.bytes().skip(begin).position(|byte| b"/?#".contains(&byte));
    url.get(..end.map_or(url.len(), |end| begin + end)).unwrap_or(url)
}

pub(super) async fn get(url: &str) -> Result<Reply, String> {
    timeout(PATIENCE, talk(url)).await.map_err(|_| "the app did not answer within 10 seconds".to_owned())?
}

async fn talk(url: &str) -> Result<Reply, String> {
    let said = |error: std::io::Error| format!("the app was not reached: {error}");
    let origin = origin(url);
    let host = origin.strip_prefix("http://").ok_or("events are sent over plain HTTP only")?;
    let address = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    let found = lookup_host(address).await.map_err(said)?;
    let loopback: Vec<_> = found.filter(|address| address.ip().is_loopback()).collect();
    let mut stream = TcpStream::connect(loopback.as_slice()).await.map_err(said)?;

    let target = url.get(origin.len()..).unwrap_or_default();
    let request =
        format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Entrata sandbox\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.map_err(said)?;
    let mut answer = Vec::new();
    stream.take(LARGEST_REPLY).read_to_end(&mut answer).await.map_err(said)?;

    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("the app gave no HTTP answer")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok(Reply { status: status.ok_or("the app gave no HTTP status")?, body: body.to_owned() })
}
