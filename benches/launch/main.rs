//! Benchmark of launches: starts the release server and a fast stand-in for Entrata on loopback, and prints the cost of
//! launches, downloads, memory and startup, each with its goal. It fails only if something does not work, never because
//! it is slow.
//!
//! Run `make bench` or `cargo bench --bench launch`, with `-- --quick` for a short run. `LATCHKEY_SERVER` names another
//! server to measure.
#![allow(
    clippy::disallowed_methods,
    reason = "a separate program: it measures time, starts processes and uses its own client"
)]

mod bare;
mod bytes;
mod load;
mod people;
mod process;
mod report;
mod upstream;
mod wire;

use std::{process::ExitCode, time::Duration};

use tokio::{
    runtime::Builder,
    signal::unix::{SignalKind, signal},
    time::sleep,
};

use self::{
    load::{Browser, Cost},
    process::{Folder, Process},
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How much to measure.
#[derive(Clone, Copy)]
struct Plan {
    rounds: usize,
    /// For each row in each round. The kernel reports CPU time in hundredths of a second, so thousands are needed.
    launches: u64,
    /// Launches before memory is measured again.
    warm_up: u64,
    starts: usize,
}

const FULL: Plan = Plan { rounds: 5, launches: 2_000, warm_up: 5_000, starts: 11 };
const QUICK: Plan = Plan { rounds: 1, launches: 300, warm_up: 500, starts: 3 };
const AT_ONCE: [u64; 3] = [1, 16, 64];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    // The servers use all cores, as in production. The load uses one thread, so that it disturbs them little.
    let result = match words.as_slice() {
        ["upstream"] => on(&mut Builder::new_multi_thread(), upstream::run()),
        ["bare", url] => on(&mut Builder::new_multi_thread(), bare::run(url)),
        // `cargo bench` passes `--bench`. `cargo test --all-targets` does not: there a short run is enough.
        _ if words.contains(&"--bench") && !words.contains(&"--quick") => {
            on(&mut Builder::new_current_thread(), interruptible(FULL))
        }
        _ => on(&mut Builder::new_current_thread(), interruptible(QUICK)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("the benchmark stopped: {e}");
            ExitCode::FAILURE
        }
    }
}

fn on(runtime: &mut Builder, work: impl Future<Output = Result<()>>) -> Result<()> {
    runtime.enable_all().build()?.block_on(work)
}

/// Handles SIGINT and SIGTERM, so that the processes it started are dropped and thereby stopped.
async fn interruptible(plan: Plan) -> Result<()> {
    let (mut interrupt, mut term) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        done = measure(plan) => done,
        _ = interrupt.recv() => Err("interrupted".into()),
        _ = term.recv() => Err("terminated".into()),
    }
}

async fn measure(plan: Plan) -> Result<()> {
    let folder = Folder::make()?;
    let upstream = Process::role(&["upstream"])?;
    let bare = Process::role(&["bare", &format!("http://{}/api/oauth", upstream.address)])?;
    report::header(plan.rounds, plan.launches);

    let mut new = Vec::new();
    for n in 0..plan.starts {
        let database = folder.file(&format!("new-{n}.db"));
        let (server, duration) = Process::latchkey(&folder, &database, upstream.address).await?;
        server.stop().await?;
        new.push(duration);
    }

    let database = folder.file("launches.db");
    let (server, _) = Process::latchkey(&folder, &database, upstream.address).await?;
    // Lets memory that startup has freed settle.
    sleep(Duration::from_secs(1)).await;
    let idle = server.memory()?;
    let pages = people::link_all(server.address).await?;
    report::downloads(&[
        ("login", bytes::measure(server.address, &pages.login).await?),
        ("home", bytes::measure(server.address, &pages.home).await?),
    ]);
    let visited = server.memory()?;
    server.stop().await?;

    // A new process that has hashed no passwords, so that their memory does not count.
    let (server, _) = Process::latchkey(&folder, &database, upstream.address).await?;
    load::run(&server, Browser::New, 16, plan.warm_up).await?;
    report::memory(idle, visited, plan.warm_up, server.memory()?);
    load::run(&bare, Browser::New, 16, plan.warm_up).await?;
    let rows = launches(plan, &bare, &server).await?;
    report::launches(&rows);
    report::after(server.memory()?);
    server.stop().await?;

    let mut existing = Vec::new();
    for _ in 0..plan.starts {
        let (server, duration) = Process::latchkey(&folder, &database, upstream.address).await?;
        server.stop().await?;
        existing.push(duration);
    }
    let size = std::fs::metadata(&database)?.len();
    report::starts(&new, &existing, size);
    Ok(())
}

/// One row of the table: a server, a kind of browser, and a number of parallel launches.
pub struct Row {
    pub at_once: u64,
    pub name: &'static str,
    pub cost: Cost,
    /// CPU per launch relative to the bare server in the same round; empty for the bare server.
    pub ratios: Vec<f64>,
}

/// The servers take turns, so that other load on the machine affects all of them.
async fn launches(plan: Plan, bare: &Process, server: &Process) -> Result<Vec<Row>> {
    let kinds = [
        ("bare", bare, Browser::New),
        ("latchkey, new tab", server, Browser::New),
        ("latchkey, later visit", server, Browser::Returning),
    ];
    let mut rows = Vec::new();
    for at_once in AT_ONCE {
        let mut group: Vec<Row> = Vec::new();
        for (name, ..) in kinds {
            let (cost, ratios) = (Cost::default(), Vec::new());
            group.push(Row { at_once, name, cost, ratios });
        }
        for round in 1..=plan.rounds {
            eprintln!("{at_once} at once: round {round} of {}", plan.rounds);
            let mut baseline = None;
            for (row, (_, process, browser)) in group.iter_mut().zip(kinds) {
                let cost = load::run(process, browser, at_once, plan.launches).await?;
                match baseline {
                    None => baseline = Some(cost.cpu_ms()),
                    Some(baseline) => row.ratios.push(cost.cpu_ms() / baseline),
                }
                row.cost.add(cost);
            }
        }
        rows.extend(group);
    }
    Ok(rows)
}
