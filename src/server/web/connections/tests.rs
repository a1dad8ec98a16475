//! The limits of connections, with times short enough for a test. `tests/stories/connections.rs` tests the usual times.

use std::time::Duration;

use axum::{http::StatusCode, routing::get};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::oneshot,
    task::JoinHandle,
    time::{Instant, timeout},
};

use crate::server::web::{connections::*, limits::EVICTION_GRACE};

/// A server: `/` answers at once, `/slow` after half a second, `/never` not at all, `/large` with 64 MiB.
struct Server {
    address: SocketAddr,
    metrics: Metrics,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<bool>,
}

const SHORT: Limits = Limits {
    connections: 100,
    head: Duration::from_millis(1500),
    idle: Duration::from_millis(3500),
    stalled: Duration::from_millis(1500),
    linger: Duration::from_millis(500),
};

async fn start(limits: Limits) -> Server {
    let router = Router::new()
        .route("/", get(|| async { "at once" }).post(|| async { (StatusCode::PAYLOAD_TOO_LARGE, "unread") }))
        .route("/read", axum::routing::post(|body: axum::body::Bytes| async move { body }))
        .route("/slow", get(|| async { sleep(Duration::from_millis(500)).await }))
        .route("/never", get(std::future::pending::<()>))
        .route("/large", get(|| async { vec![0; 64 * 1024 * 1024] }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, metrics) = (listener.local_addr().unwrap(), Metrics::default());
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = (async { drop(stopped.await) }, Duration::from_secs(5));
    let ended = tokio::spawn(serve(listener, router, limits, (Listener::Public, metrics.clone()), stopped));
    Server { address, metrics, stop, ended }
}

impl Server {
    async fn connect(&self, begin: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(begin.as_bytes()).await.unwrap();
        stream
    }

    async fn stop(self) -> (bool, Duration) {
        let began = Instant::now();
        self.stop.send(()).unwrap();
        (self.ended.await.unwrap(), began.elapsed())
    }

    fn closed_for(&self, reason: &str) -> bool {
        let series = format!("latchkey_connections_closed_total{{reason=\"{reason}\"}} 1\n");
        self.metrics.render(None).contains(&series)
    }
}

const REQUEST: &str = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
const SLOW: &str = "GET /slow HTTP/1.1\r\nhost: localhost\r\n\r\n";
const LARGE: &str = "GET /large HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// Returns the first bytes of a response.
async fn response(stream: &mut TcpStream) -> String {
    let mut buffer = vec![0; 4096];
    let read = timeout(Duration::from_secs(10), stream.read(&mut buffer)).await.expect("a response").unwrap();
    String::from_utf8_lossy(&buffer[..read]).into_owned()
}

/// Returns how long it takes until the server closes the connection.
async fn time_to_close(stream: &mut TcpStream) -> Duration {
    let (began, mut rest) = (Instant::now(), Vec::new());
    let _ = timeout(Duration::from_secs(20), stream.read_to_end(&mut rest)).await.expect("the server closes it");
    began.elapsed()
}

#[test]
fn half_of_the_file_limit_is_for_connections_within_bounds() {
    assert_eq!([64, 256, 1024, 20_000, u64::MAX].map(allowed), [16, 96, 480, 4096, 4096]);
}

#[tokio::test]
async fn a_request_head_times_out_also_when_it_trickles_in_or_follows_a_response() {
    let server = start(SHORT).await;
    let (mut silent, mut second) = (server.connect("").await, server.connect(REQUEST).await);
    assert!(response(&mut second).await.ends_with("at once"));
    second.write_all(b"GET / HT").await.unwrap();
    let mut trickles = server.connect("GET / HTTP/1.1\r\n").await;
    let trickle = async {
        let began = Instant::now();
        while trickles.write_all(b"x").await.is_ok() && began.elapsed() < Duration::from_secs(20) {
            sleep(Duration::from_millis(100)).await;
        }
        began.elapsed()
    };
    let (silent, second, trickled) = tokio::join!(time_to_close(&mut silent), time_to_close(&mut second), trickle);
    for took in [silent, second, trickled] {
        assert!((1..=3).contains(&took.as_secs()), "{took:?}");
    }
}

#[tokio::test]
async fn a_connection_stays_open_between_requests_and_is_closed_without_another_one() {
    let server = start(SHORT).await;
    let mut stream = server.connect(REQUEST).await;
    response(&mut stream).await;
    sleep(SHORT.head + TIMEOUT_CHECK_INTERVAL).await;
    stream.write_all(REQUEST.as_bytes()).await.expect("kept for longer than the limit of a request head");
    assert!(response(&mut stream).await.ends_with("at once"));
    assert!((3..=5).contains(&time_to_close(&mut stream).await.as_secs()));
    assert!(server.closed_for("idle"));
}

#[tokio::test]
async fn a_client_that_accepts_nothing_of_its_response_is_closed() {
    let server = start(SHORT).await;
    let _stream = server.connect(LARGE).await;
    sleep(SHORT.stalled + TIMEOUT_CHECK_INTERVAL + TIMEOUT_CHECK_INTERVAL).await;
    assert!(server.closed_for("stalled"));
}

#[tokio::test]
async fn at_the_limit_the_oldest_idle_connection_is_closed_and_a_busy_one_is_not() {
    let server = start(Limits { connections: 2, ..SHORT }).await;
    let mut idle = server.connect(REQUEST).await;
    response(&mut idle).await;
    sleep(EVICTION_GRACE).await;
    let mut busy = server.connect(SLOW).await;
    sleep(Duration::from_millis(100)).await;
    let mut third = server.connect(REQUEST).await;
    assert!(response(&mut third).await.ends_with("at once"));
    assert!(time_to_close(&mut idle).await < SHORT.idle / 2);
    assert!(response(&mut busy).await.starts_with("HTTP/1.1 200"));
    assert!(server.closed_for("full"));
}

#[tokio::test]
async fn a_connection_has_a_second_to_send_its_request_while_others_wait_for_its_slot() {
    let server = start(Limits { connections: 1, ..SHORT }).await;
    let mut first = server.connect("").await;
    let mut second = server.connect(REQUEST).await;
    sleep(EVICTION_GRACE / 2).await;
    first.write_all(REQUEST.as_bytes()).await.unwrap();
    assert!(response(&mut first).await.ends_with("at once"));
    assert!(response(&mut second).await.ends_with("at once"));
}

#[tokio::test]
async fn a_request_body_that_trickles_in_is_closed_at_the_limit() {
    let server = start(Limits { connections: 1, ..SHORT }).await;
    let mut body = server.connect("POST /read HTTP/1.1\r\nhost: localhost\r\ncontent-length: 500\r\n\r\n").await;
    let trickle = async {
        while body.write_all(b"x").await.is_ok() {
            sleep(Duration::from_millis(100)).await;
        }
    };
    let mut next = server.connect(REQUEST).await;
    let (answered, ()) = tokio::join!(response(&mut next), trickle);
    assert!(answered.ends_with("at once"));
    assert!(server.closed_for("full"));
}

#[tokio::test]
async fn a_download_is_not_closed_while_an_idle_connection_can_be() {
    let server = start(Limits { connections: 64, stalled: Duration::from_secs(30), ..SHORT }).await;
    let _download = server.connect(LARGE).await;
    let mut idle = server.connect(REQUEST).await;
    response(&mut idle).await;
    let mut busy = Vec::new();
    for _ in 0..62 {
        busy.push(server.connect("GET /never HTTP/1.1\r\nhost: localhost\r\n\r\n").await);
    }
    sleep(EVICTION_GRACE).await;
    let mut next = server.connect(REQUEST).await;
    assert!(response(&mut next).await.ends_with("at once"));
    time_to_close(&mut idle).await;
    assert!(server.closed_for("full"), "one was closed, although a thirty-second of the table is two");
}

#[tokio::test]
async fn without_an_idle_connection_one_that_accepted_nothing_for_five_seconds_is_closed() {
    let server = start(Limits { connections: 1, stalled: Duration::from_secs(30), ..SHORT }).await;
    let _download = server.connect(LARGE).await;
    let began = Instant::now();
    let mut next = server.connect(REQUEST).await;
    assert!(response(&mut next).await.ends_with("at once"));
    assert!((4..=8).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
    assert!(server.closed_for("full"));
}

#[tokio::test]
async fn when_all_connections_are_busy_a_new_one_waits() {
    let server = start(Limits { connections: 1, ..SHORT }).await;
    let mut busy = server.connect(SLOW).await;
    sleep(Duration::from_millis(100)).await;
    let mut next = server.connect(REQUEST).await;
    assert!(response(&mut busy).await.starts_with("HTTP/1.1 200"));
    assert!(response(&mut next).await.ends_with("at once"));
}

#[tokio::test]
async fn stopping_closes_idle_connections_at_once_and_lets_a_running_request_finish() {
    let server = start(Limits::of(100)).await;
    let mut idle = server.connect(REQUEST).await;
    response(&mut idle).await;
    let (mut unfinished, mut busy) = (server.connect("GET /").await, server.connect(SLOW).await);
    sleep(Duration::from_millis(100)).await;
    let address = server.address;
    let (in_time, took) = server.stop().await;
    assert!(in_time && took < Duration::from_secs(4), "{took:?}");
    let answered = response(&mut busy).await;
    assert!(answered.starts_with("HTTP/1.1 200") && answered.contains("connection: close"), "{answered}");
    time_to_close(&mut idle).await;
    time_to_close(&mut unfinished).await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn the_response_to_a_request_that_is_not_read_arrives() {
    let server = start(SHORT).await;
    let mut stream = server.connect("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 500000\r\n\r\n").await;
    // The response has arrived by now. A closed socket would reply to the first write with a reset, and the second one
    // would fail.
    for _ in 0..3 {
        sleep(Duration::from_millis(50)).await;
        stream.write_all(&[b'x'; 10_000]).await.expect("the server reads and discards it");
    }
    assert!(response(&mut stream).await.starts_with("HTTP/1.1 413"));
    assert!(time_to_close(&mut stream).await < SHORT.linger + TIMEOUT_CHECK_INTERVAL + TIMEOUT_CHECK_INTERVAL);
}

#[tokio::test]
async fn small_packets_are_not_delayed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (stream, peer) = listener.accept().await.unwrap();
    // A second descriptor of the same socket.
    let socket = std::os::fd::AsFd::as_fd(&stream).try_clone_to_owned().unwrap();
    let table = Arc::new(Table::new(SHORT, Listener::Public, Metrics::default()));
    tokio::spawn(run(stream, peer, Router::new(), table.take_slot().await, CancellationToken::new()));
    drop(timeout(Duration::from_millis(100), client.readable()).await);
    assert!(std::net::TcpStream::from(socket).nodelay().unwrap());
}
