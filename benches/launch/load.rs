//! The load: parallel launches over kept-alive connections. Measures the client's latencies and the server's CPU time.

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
    /// Sends no cookie, like a browser in a new cookie partition.
    New,
    /// Sends the cookie that its previous launch set.
    Returning,
}

/// What launches of one kind cost, over all rounds.
#[derive(Default)]
pub struct Cost {
    pub launches: u64,
    /// Seconds.
    pub wall: f64,
    /// Seconds of the server's CPU.
    pub cpu: f64,
    pub latencies: Vec<Duration>,
    /// Durations of the two upstream calls, as the bare server reports them; empty for other servers.
    pub upstream: Vec<Duration>,
}

impl Cost {
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
/// When a launch does not show the home page.
pub async fn run(server: &Process, browser: Browser, at_once: u64, launches: u64) -> Result<Cost> {
    let mut connections = Vec::new();
    for _ in 0..at_once {
        connections.push(Connection::open(server.address).await?);
    }
    let remaining = Arc::new(AtomicU64::new(launches));
    let mut workers = JoinSet::new();
    let cpu = server.cpu()?;
    let start = Instant::now();
    for (user, connection) in (0..PEOPLE).cycle().zip(connections) {
        workers.spawn(work(connection, browser, user, remaining.clone()));
    }
    let mut cost = Cost::default();
    while let Some(done) = workers.join_next().await {
        cost.add(done??);
    }
    cost.wall = start.elapsed().as_secs_f64();
    cost.cpu = server.cpu()? - cpu;
    Ok(cost)
}

/// One browser: launches until none are left.
async fn work(mut connection: Connection, browser: Browser, user: u64, remaining: Arc<AtomicU64>) -> Result<Cost> {
    let mut cost = Cost::default();
    let mut cookie: Option<String> = None;
    while remaining.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1)).is_ok() {
        // New browsers use all people in turn, so that a single worker does not always use the same row. A returning
        // browser belongs to one person.
        let user = match browser {
            Browser::New => (user + cost.launches) % PEOPLE,
            Browser::Returning => user,
        };
        let (path, mut headers) = (launch(user), FRAMED.to_vec());
        headers.extend(cookie.as_deref().map(|cookie| ("Cookie", cookie)));
        let start = Instant::now();
        let response = connection.get(&path, &headers).await?;
        cost.latencies.push(start.elapsed());
        let response = expect(response, 200, "home")?;
        cost.launches += 1;
        let upstream = response.header("x-upstream-us").and_then(|us| us.parse().ok());
        cost.upstream.extend(upstream.map(Duration::from_micros));
        if browser == Browser::Returning {
            cookie = response.cookie().or(cookie);
        }
    }
    Ok(cost)
}

/// Returns a percentile, in milliseconds.
pub fn quantile(times: &[Duration], percent: usize) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).map_or(f64::NAN, |t| t.as_secs_f64() * 1000.0)
}

/// Returns the median.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
