//! Many idle or slow connections (threat T28), against a server process with 1,024 file descriptors.

use std::time::Duration;

use tokio::{
    io::AsyncReadExt,
    net::TcpStream,
    time::{Instant, sleep, timeout},
};

use crate::tests::child::Process;

/// Waits until the server closes the connection.
async fn wait_until_closed(mut stream: TcpStream) {
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
}

/// Raises this process's own limit: the sockets of all tests count toward it.
fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let maximum = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap();
}

const HEAD: &[u8] = b"GET /login HTTP/1.1\r\nhost: localhost\r\n";
/// The beginning of a form that never ends.
const FORM: &[u8] =
    b"POST /sign-in HTTP/1.1\r\nhost: localhost\r\norigin: http://localhost\r\nsec-fetch-site: same-origin\r\n\
                      content-type: application/x-www-form-urlencoded\r\ncontent-length: 1000\r\n\r\nemail=";

#[tokio::test]
async fn t28_with_1500_unfinished_heads_and_1024_descriptors_healthz_answers_and_they_close_within_30_seconds() {
    raise_file_limit();
    let server = Process::start(1024, &[]).await;
    let started = Instant::now();
    let mut heads = Vec::new();
    for number in 0..1500 {
        heads.push(server.connect(HEAD).await);
        if number % 250 == 249 {
            let took = server.health().await.expect("the server answers meanwhile");
            assert!(took < Duration::from_secs(2), "{took:?} with {number}");
        }
    }
    // A form that never ends keeps its connection for at most ten seconds, too.
    let mut slow_form = server.connect(FORM).await;
    let slow_response = async {
        let mut response = [0; 12];
        let mut read = tokio::time::interval(Duration::from_millis(500));
        loop {
            tokio::select! {
                done = slow_form.read_exact(&mut response) => {
                    break done.map(|_| String::from_utf8_lossy(&response).into_owned());
                }
                _ = read.tick() => {}
            }
        }
    };
    let all = futures_util::future::join_all(heads.into_iter().map(wait_until_closed));
    let (_, slow_response) =
        timeout(Duration::from_secs(30), futures_util::future::join(all, slow_response)).await.expect("closed");
    assert!(started.elapsed() < Duration::from_secs(30));
    assert_eq!(slow_response.unwrap(), "HTTP/1.1 408");
    server.health().await.expect("the server answers afterwards");
    let log = server.log();
    assert_eq!(log.matches("connection limit reached").count(), 1, "logged once a minute: {log}");
}

#[tokio::test]
async fn t28_with_600_clients_that_keep_starting_forms_healthz_answers_clients_on_slow_networks() {
    raise_file_limit();
    let server = Process::start(1024, &[]).await;
    let attack = async {
        let reconnects = async |_| {
            for _ in 0..1_000 {
                wait_until_closed(server.connect(FORM).await).await;
            }
        };
        futures_util::future::join_all((0..600).map(reconnects)).await;
    };
    let probes = async {
        let started = Instant::now();
        while !server.log().contains("connection limit reached") {
            assert!(started.elapsed() < Duration::from_secs(5), "the server logs that its limit is reached");
            sleep(Duration::from_millis(50)).await;
        }
        let mut unanswered = 0;
        for _ in 0..6 {
            let five = (0..5).map(|_| server.health_after_delay(Duration::from_millis(50)));
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
async fn t28_a_head_of_380_kilobytes_gets_431_and_three_hundred_use_bounded_memory() {
    raise_file_limit();
    let server = Process::start(1024, &[]).await;
    let mut large = HEAD.to_vec();
    large.extend(b"x-large: ");
    large.resize(380_000, b'x');
    let mut refused = server.connect(&large).await;
    let mut response = [0; 12];
    timeout(Duration::from_secs(5), refused.read_exact(&mut response)).await.expect("an answer").unwrap();
    assert_eq!(&response, b"HTTP/1.1 431");
    // A launch with the longest code, each byte escaped, and as many cookies as a vendor's app may need.
    let cookies = "c".repeat(16_000);
    let launch = format!(
        "GET /login?referrer=entrata&auth_code={} HTTP/1.1\r\nhost: localhost\r\ncookie: a={cookies}\r\n\r\n",
        "%41".repeat(2048)
    );
    let mut fits = server.connect(launch.as_bytes()).await;
    fits.read_exact(&mut response).await.unwrap();
    assert_ne!(&response, b"HTTP/1.1 431");
    let before = server.memory();
    // The server waits for the rest of heads just below the limit.
    for length in [380_000, 30_000] {
        large.truncate(length);
        let mut heads = Vec::new();
        for _ in 0..300 {
            heads.push(server.connect(&large).await);
        }
        server.health().await.expect("the server answers meanwhile");
        let grown = server.memory().saturating_sub(before);
        assert!(grown < 300 * 80, "{grown} kB for 300 heads of {length} bytes");
    }
}

#[tokio::test]
async fn t28_sigterm_ends_the_server_within_seconds_despite_unfinished_heads_and_idle_connections() {
    let mut server = Process::start(1024, &[]).await;
    let mut idle = server.connect(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    let _ = idle.read(&mut [0; 1000]).await.unwrap();
    let _unfinished = server.connect(HEAD).await;
    sleep(Duration::from_millis(200)).await;
    server.terminate();
    let status = timeout(Duration::from_secs(5), server.wait()).await.expect("within five seconds");
    assert_eq!(status.code(), Some(0), "{}", server.log());
}
