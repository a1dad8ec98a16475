//! Many connections that want nothing (threat T28), against a server process with 1,024 file descriptors and the usual limits.

use std::time::Duration;

use tokio::{
    io::AsyncReadExt,
    net::TcpStream,
    time::{Instant, sleep, timeout},
};

use crate::tests::child::Process;

/// Until the server closed the connection.
async fn closed(mut stream: TcpStream) {
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
}

/// The test's own sockets have to fit beside those of all other tests.
fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let maximum = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap();
}

const HEAD: &[u8] = b"GET /login HTTP/1.1\r\nhost: localhost\r\n";
/// A form that does not end.
const FORM: &[u8] =
    b"POST /sign-in HTTP/1.1\r\nhost: localhost\r\norigin: http://localhost\r\nsec-fetch-site: same-origin\r\n\
                      content-type: application/x-www-form-urlencoded\r\ncontent-length: 1000\r\n\r\nemail=";

#[tokio::test]
async fn t28_1500_unfinished_heads_under_1024_descriptors_leave_healthz_answering_and_are_closed_within_30_seconds() {
    raise_file_limit();
    let server = Process::start(1024, &[]).await;
    let began = Instant::now();
    let mut heads = Vec::new();
    for number in 0..1500 {
        heads.push(server.connect(HEAD).await);
        if number % 250 == 249 {
            let took = server.health().await.expect("the server answers beside them");
            assert!(took < Duration::from_secs(2), "{took:?} beside {number}");
        }
    }
    // A form that never ends holds its connection for ten seconds, too.
    let mut trickles = server.connect(FORM).await;
    let trickled = async {
        let mut answer = [0; 12];
        let mut read = tokio::time::interval(Duration::from_millis(500));
        loop {
            tokio::select! {
                done = trickles.read_exact(&mut answer) => break done.map(|_| String::from_utf8_lossy(&answer).into_owned()),
                _ = read.tick() => {}
            }
        }
    };
    let all = futures_util::future::join_all(heads.into_iter().map(closed));
    let (_, trickled) =
        timeout(Duration::from_secs(30), futures_util::future::join(all, trickled)).await.expect("closed");
    assert!(began.elapsed() < Duration::from_secs(30));
    assert_eq!(trickled.unwrap(), "HTTP/1.1 408");
    server.health().await.expect("the server answers after them");
    let log = server.log();
    assert_eq!(log.matches("connection limit reached").count(), 1, "told once a minute: {log}");
}

#[tokio::test]
async fn t28_600_clients_that_begin_a_form_and_reconnect_once_closed_leave_healthz_answering_slow_networks() {
    raise_file_limit();
    let server = Process::start(1024, &[]).await;
    let attack = async {
        let reconnects = async |_| {
            for _ in 0..1_000 {
                closed(server.connect(FORM).await).await;
            }
        };
        futures_util::future::join_all((0..600).map(reconnects)).await;
    };
    let probes = async {
        let began = Instant::now();
        while !server.log().contains("connection limit reached") {
            assert!(began.elapsed() < Duration::from_secs(5), "the server tells that its limit is reached");
            sleep(Duration::from_millis(50)).await;
        }
        let mut unanswered = 0;
        for _ in 0..6 {
            let five = (0..5).map(|_| server.health_of_client_that_waits(Duration::from_millis(50)));
            let answered = futures_util::future::join_all(five).await;
            unanswered += answered.iter().filter(|took| took.is_none()).count();
        }
        assert_eq!(unanswered, 0, "of 30");
    };
    timeout(Duration::from_secs(15), async {
        tokio::select! { () = attack => panic!("the attack ended"), () = probes => {} }
    })
    .await
    .expect("the probes end in time");
}

#[tokio::test]
async fn t28_a_head_of_380_kilobytes_gets_431_and_three_hundred_take_bounded_memory() {
    raise_file_limit();
    let server = Process::start(1024, &[]).await;
    let mut large = HEAD.to_vec();
    large.extend(b"x-large: ");
    large.resize(380_000, b'x');
    let mut refused = server.connect(&large).await;
    let mut answer = [0; 12];
    timeout(Duration::from_secs(5), refused.read_exact(&mut answer)).await.expect("an answer").unwrap();
    assert_eq!(&answer, b"HTTP/1.1 431");
    // A launch with the longest code, each byte escaped, and as many cookies as an app behind this one may need.
    let cookies = "c".repeat(16_000);
    let launch = format!(
        "GET /login?referrer=entrata&auth_code={} HTTP/1.1\r\nhost: localhost\r\ncookie: a={cookies}\r\n\r\n",
        "%41".repeat(2048)
    );
    let mut fits = server.connect(launch.as_bytes()).await;
    fits.read_exact(&mut answer).await.unwrap();
    assert_ne!(&answer, b"HTTP/1.1 431");
    let before = server.memory();
    // Those just below the limit are waited for.
    for length in [380_000, 30_000] {
        large.truncate(length);
        let mut heads = Vec::new();
        for _ in 0..300 {
            heads.push(server.connect(&large).await);
        }
        server.health().await.expect("the server answers beside them");
        let grown = server.memory().saturating_sub(before);
        assert!(grown < 300 * 64, "{grown} kB for 300 heads of {length} bytes");
    }
}

#[tokio::test]
async fn t28_sigterm_ends_the_server_within_seconds_though_heads_are_unfinished_and_connections_idle() {
    let mut server = Process::start(1024, &[]).await;
    let mut idle = server.connect(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    let _ = idle.read(&mut [0; 1000]).await.unwrap();
    let _unfinished = server.connect(HEAD).await;
    sleep(Duration::from_millis(200)).await;
    server.terminate();
    let ended = timeout(Duration::from_secs(5), server.ended()).await.expect("within five seconds");
    assert_eq!(ended.code(), Some(0), "{}", server.log());
}
