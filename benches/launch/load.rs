//! The load: so many launches at once, over kept-alive connections, and what they took: time as the client saw it, and the server's CPU.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{task::JoinSet, time::Instant};

use crate::{
    Result,
    people::{FRAMED, PEOPLE, expect, launch},
    process::Process,
    wire::Connection,
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Browser {
    /// Comes without a cookie, as a new partition of tabs does.
    New,
    /// Carries the cookie that the launch before it set.
    Returning,
}

/// What launches of one kind took, over all rounds.
#[derive(Default)]
pub struct Took {
    pub launches: u64,
    pub wall: f64,
    /// Seconds of the server's CPU.
    pub cpu: f64,
    pub latencies: Vec<Duration>,
    /// How long the bare server says that its two calls took; empty for others.
    pub upstream: Vec<Duration>,
}

impl Took {
    pub fn add(&mut self, other: Self) {
        self.launches += other.launches;
        self.wall += other.wall;
        self.cpu += other.cpu;
        self.latencies.extend(other.latencies);
        self.upstream.extend(other.upstream);
    }

    #[allow(clippy::cast_precision_loss, reason = "thousands of launches, not 2^52")]
    pub fn per_second(&self) -> f64 {
        self.launches as f64 / self.wall
    }

    #[allow(clippy::cast_precision_loss, reason = "thousands of launches, not 2^52")]
    pub fn cpu_ms(&self) -> f64 {
        self.cpu * 1000.0 / self.launches as f64
    }
}

/// Launches `launches` times, `at_once` at a time.
///
/// # Errors
/// The first launch that does not end on the home page.
pub async fn run(server: &Process, browser: Browser, at_once: u64, launches: u64) -> Result<Took> {
    let mut connections = Vec::new();
    for _ in 0..at_once {
        connections.push(Connection::open(server.address).await?);
    }
    let left = Arc::new(AtomicU64::new(launches));
    let mut workers = JoinSet::new();
    let cpu = server.cpu()?;
    let began = Instant::now();
    for (user, connection) in (0..PEOPLE).cycle().zip(connections) {
        workers.spawn(work(connection, browser, user, left.clone()));
    }
    let mut took = Took::default();
    while let Some(done) = workers.join_next().await {
        took.add(done??);
    }
    took.wall = began.elapsed().as_secs_f64();
    took.cpu = server.cpu()? - cpu;
    Ok(took)
}

/// One browser: launches until none is left.
async fn work(mut connection: Connection, browser: Browser, user: u64, left: Arc<AtomicU64>) -> Result<Took> {
    let mut took = Took::default();
    let mut cookie: Option<String> = None;
    while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1)).is_ok() {
        // Strangers' tabs go round among all people, so that one at once is not always the same row; a browser is one person's.
        let user = match browser {
            Browser::New => (user + took.launches) % PEOPLE,
            Browser::Returning => user,
        };
        let (path, mut headers) = (launch(user), FRAMED.to_vec());
        headers.extend(cookie.as_deref().map(|cookie| ("Cookie", cookie)));
        let began = Instant::now();
        let answer = connection.get(&path, &headers).await?;
        took.latencies.push(began.elapsed());
        let answer = expect(answer, 200, "home")?;
        took.launches += 1;
        let upstream = answer.header("x-upstream-us").and_then(|us| us.parse().ok());
        took.upstream.extend(upstream.map(Duration::from_micros));
        if browser == Browser::Returning {
            cookie = answer.cookie().or(cookie);
        }
    }
    Ok(took)
}

/// The time that this share of all stayed below, in milliseconds.
pub fn quantile(times: &[Duration], percent: usize) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).map_or(f64::NAN, |t| t.as_secs_f64() * 1000.0)
}

/// The middle one.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
