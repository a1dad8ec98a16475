//! The limits of connections, each with a number that a test can wait for; the usual numbers are in `tests/stories/connections.rs`.

use std::time::Duration;

use axum::{http::StatusCode, routing::get};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::oneshot,
    task::JoinHandle,
    time::{Instant, timeout},
};

use crate::server::web::connections::{state::GRACE, *};

/// A server with these limits: `/` answers at once, `/slow` after half a second, `/never` not at all, `/large` with 64 MiB.
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

/// One answer's beginning.
async fn answer(stream: &mut TcpStream) -> String {
    let mut buffer = vec![0; 4096];
    let read = timeout(Duration::from_secs(10), stream.read(&mut buffer)).await.expect("an answer").unwrap();
    String::from_utf8_lossy(&buffer[..read]).into_owned()
}

/// How long it takes until the server closes the connection.
async fn closing(stream: &mut TcpStream) -> Duration {
    let (began, mut rest) = (Instant::now(), Vec::new());
    let _ = timeout(Duration::from_secs(20), stream.read_to_end(&mut rest)).await.expect("the server closes it");
    began.elapsed()
}

#[test]
fn half_of_the_file_limit_is_for_connections_within_bounds() {
    assert_eq!([64, 256, 1024, 20_000, u64::MAX].map(allowed), [16, 96, 480, 4096, 4096]);
}

#[tokio::test]
async fn a_head_that_does_not_end_is_closed_also_when_it_trickles_or_comes_after_an_answer() {
    let server = start(SHORT).await;
    let (mut silent, mut second) = (server.connect("").await, server.connect(REQUEST).await);
    assert!(answer(&mut second).await.ends_with("at once"));
    second.write_all(b"GET / HT").await.unwrap();
    let mut trickles = server.connect("GET / HTTP/1.1\r\n").await;
    let trickle = async {
        let began = Instant::now();
        while trickles.write_all(b"x").await.is_ok() && began.elapsed() < Duration::from_secs(20) {
            sleep(Duration::from_millis(100)).await;
        }
        began.elapsed()
    };
    let (silent, second, trickled) = tokio::join!(closing(&mut silent), closing(&mut second), trickle);
    for took in [silent, second, trickled] {
        assert!((1..=3).contains(&took.as_secs()), "{took:?}");
    }
}

#[tokio::test]
async fn a_connection_is_kept_between_requests_and_closed_when_none_comes() {
    let server = start(SHORT).await;
    let mut stream = server.connect(REQUEST).await;
    answer(&mut stream).await;
    sleep(SHORT.head + SWEEP).await;
    stream.write_all(REQUEST.as_bytes()).await.expect("kept for longer than a head may take");
    assert!(answer(&mut stream).await.ends_with("at once"));
    assert!((3..=5).contains(&closing(&mut stream).await.as_secs()));
    assert!(server.closed_for("idle"));
}

#[tokio::test]
async fn a_client_that_takes_nothing_of_its_answer_is_closed() {
    let server = start(SHORT).await;
    let _stream = server.connect(LARGE).await;
    sleep(SHORT.stalled + SWEEP + SWEEP).await;
    assert!(server.closed_for("stalled"));
}

#[tokio::test]
async fn at_the_limit_the_oldest_idle_connection_makes_room_and_a_busy_one_is_left_alone() {
    let server = start(Limits { connections: 2, ..SHORT }).await;
    let mut idle = server.connect(REQUEST).await;
    answer(&mut idle).await;
    sleep(GRACE).await;
    let mut busy = server.connect(SLOW).await;
    sleep(Duration::from_millis(100)).await;
    let mut third = server.connect(REQUEST).await;
    assert!(answer(&mut third).await.ends_with("at once"));
    assert!(closing(&mut idle).await < SHORT.idle / 2);
    assert!(answer(&mut busy).await.starts_with("HTTP/1.1 200"));
    assert!(server.closed_for("full"));
}

#[tokio::test]
async fn a_connection_has_a_second_to_send_its_request_though_others_wait_for_its_place() {
    let server = start(Limits { connections: 1, ..SHORT }).await;
    let mut first = server.connect("").await;
    let mut second = server.connect(REQUEST).await;
    sleep(GRACE / 2).await;
    first.write_all(REQUEST.as_bytes()).await.unwrap();
    assert!(answer(&mut first).await.ends_with("at once"));
    assert!(answer(&mut second).await.ends_with("at once"));
}

#[tokio::test]
async fn a_request_body_that_does_not_end_makes_room_though_it_trickles() {
    let server = start(Limits { connections: 1, ..SHORT }).await;
    let mut body = server.connect("POST /read HTTP/1.1\r\nhost: localhost\r\ncontent-length: 500\r\n\r\n").await;
    let trickle = async {
        while body.write_all(b"x").await.is_ok() {
            sleep(Duration::from_millis(100)).await;
        }
    };
    let mut next = server.connect(REQUEST).await;
    let (answered, ()) = tokio::join!(answer(&mut next), trickle);
    assert!(answered.ends_with("at once"));
    assert!(server.closed_for("full"));
}

#[tokio::test]
async fn a_download_is_left_alone_while_an_idle_connection_can_make_room() {
    let server = start(Limits { connections: 64, stalled: Duration::from_secs(30), ..SHORT }).await;
    let _download = server.connect(LARGE).await;
    let mut idle = server.connect(REQUEST).await;
    answer(&mut idle).await;
    let mut busy = Vec::new();
    for _ in 0..62 {
        busy.push(server.connect("GET /never HTTP/1.1\r\nhost: localhost\r\n\r\n").await);
    }
    sleep(GRACE).await;
    let mut next = server.connect(REQUEST).await;
    assert!(answer(&mut next).await.ends_with("at once"));
    closing(&mut idle).await;
    assert!(server.closed_for("full"), "one was closed, though a thirty-second part of the table is two");
}

#[tokio::test]
async fn where_no_other_can_make_room_a_client_that_took_nothing_for_five_seconds_does() {
    let server = start(Limits { connections: 1, stalled: Duration::from_secs(30), ..SHORT }).await;
    let _download = server.connect(LARGE).await;
    let began = Instant::now();
    let mut next = server.connect(REQUEST).await;
    assert!(answer(&mut next).await.ends_with("at once"));
    assert!((4..=8).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
    assert!(server.closed_for("full"));
}

#[tokio::test]
async fn where_all_are_busy_a_new_one_waits_for_its_turn() {
    let server = start(Limits { connections: 1, ..SHORT }).await;
    let mut busy = server.connect(SLOW).await;
    sleep(Duration::from_millis(100)).await;
    let mut next = server.connect(REQUEST).await;
    assert!(answer(&mut busy).await.starts_with("HTTP/1.1 200"));
    assert!(answer(&mut next).await.ends_with("at once"));
}

#[tokio::test]
async fn stopping_closes_what_is_idle_at_once_and_lets_a_running_request_finish() {
    let server = start(Limits::of(100)).await;
    let mut idle = server.connect(REQUEST).await;
    answer(&mut idle).await;
    let (mut unfinished, mut busy) = (server.connect("GET /").await, server.connect(SLOW).await);
    sleep(Duration::from_millis(100)).await;
    let address = server.address;
    let (in_time, took) = server.stop().await;
    assert!(in_time && took < Duration::from_secs(4), "{took:?}");
    let answered = answer(&mut busy).await;
    assert!(answered.starts_with("HTTP/1.1 200") && answered.contains("connection: close"), "{answered}");
    closing(&mut idle).await;
    closing(&mut unfinished).await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn an_answer_to_a_request_that_is_left_unread_arrives_all_the_same() {
    let server = start(SHORT).await;
    let mut stream = server.connect("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 500000\r\n\r\n").await;
    // The answer is there by now. A socket that was closed would answer the first of these with a reset, and the second would fail.
    for _ in 0..3 {
        sleep(Duration::from_millis(50)).await;
        stream.write_all(&[b'x'; 10_000]).await.expect("the server takes it, to drop it");
    }
    assert!(answer(&mut stream).await.starts_with("HTTP/1.1 413"));
    assert!(closing(&mut stream).await < SHORT.linger + SWEEP + SWEEP);
}

#[tokio::test]
async fn small_packets_are_not_held_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (stream, peer) = listener.accept().await.unwrap();
    // A second descriptor of the same socket.
    let socket = std::os::fd::AsFd::as_fd(&stream).try_clone_to_owned().unwrap();
    let table = Arc::new(Table::new(SHORT, Listener::Public, Metrics::default()));
    tokio::spawn(run(stream, peer, Router::new(), table.enter().await, CancellationToken::new()));
    drop(timeout(Duration::from_millis(100), client.readable()).await);
    assert!(std::net::TcpStream::from(socket).nodelay().unwrap());
}
