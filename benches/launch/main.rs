//! The benchmark of a launch: starts the release server and a fast stand-in for Entrata on loopback, and prints what launches, downloads,
//! memory and starting cost, each beside its aim. It judges no time: it fails only when something does not work.
//!
//! `make bench`, or `cargo bench --bench launch`; with `-- --quick` only a glance. `LATCHKEY_SERVER` names another server to measure.
#![allow(
    clippy::disallowed_methods,
    reason = "a program of its own, outside the server: it starts processes and measures a client that is not the product's"
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
    load::{Browser, Took},
    process::{Folder, Process},
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How much is done.
#[derive(Clone, Copy)]
struct Plan {
    rounds: usize,
    /// Of each row in each round. CPU is told in hundredths of a second, so fewer than thousands tell little.
    launches: u64,
    /// After which memory is looked at again.
    filling: u64,
    starts: usize,
}

const FULL: Plan = Plan { rounds: 5, launches: 2_000, filling: 5_000, starts: 11 };
const QUICK: Plan = Plan { rounds: 1, launches: 300, filling: 500, starts: 3 };
const AT_ONCE: [u64; 3] = [1, 16, 64];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    // The servers run as the product does; the load is one thread, so that it disturbs them little.
    let result = match words.as_slice() {
        ["upstream"] => on(&mut Builder::new_multi_thread(), upstream::run()),
        ["bare", url] => on(&mut Builder::new_multi_thread(), bare::run(url)),
        // `cargo bench` says `--bench`; `cargo test --all-targets` doesn't, and wants to know only whether it works.
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

/// Stopping it early drops, and so ends, what it started.
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
    report::opening(plan.rounds, plan.launches);

    let mut fresh = Vec::new();
    for n in 0..plan.starts {
        let database = folder.file(&format!("fresh-{n}.db"));
        let (server, took) = Process::latchkey(&folder, &database, upstream.address).await?;
        server.stop().await?;
        fresh.push(took);
    }

    let database = folder.file("launches.db");
    let (server, _) = Process::latchkey(&folder, &database, upstream.address).await?;
    // What starting allocated and let go has settled by then.
    sleep(Duration::from_secs(1)).await;
    let idle = server.memory()?;
    let pages = people::link_all(server.address).await?;
    report::downloads(&[
        ("login", bytes::measure(server.address, &pages.login).await?),
        ("home", bytes::measure(server.address, &pages.home).await?),
    ]);
    let visited = server.memory()?;
    server.stop().await?;

    // Another process, which has hashed no password: what that leaves behind is not the launches'.
    let (server, _) = Process::latchkey(&folder, &database, upstream.address).await?;
    load::run(&server, Browser::New, 16, plan.filling).await?;
    report::memory(idle, visited, plan.filling, server.memory()?);
    load::run(&bare, Browser::New, 16, plan.filling).await?;
    let rows = launches(plan, &bare, &server).await?;
    report::launches(&rows);
    report::after(server.memory()?);
    server.stop().await?;

    let mut existing = Vec::new();
    for _ in 0..plan.starts {
        let (server, took) = Process::latchkey(&folder, &database, upstream.address).await?;
        server.stop().await?;
        existing.push(took);
    }
    let size = std::fs::metadata(&database)?.len();
    report::starts(&fresh, &existing, size);
    Ok(())
}

/// One line of the table: a server, asked in one way, so many times at once.
pub struct Row {
    pub at_once: u64,
    pub name: &'static str,
    pub took: Took,
    /// CPU per launch against the bare server's in the same round; empty for the bare server.
    pub ratios: Vec<f64>,
}

/// The servers take turns, so that what else the machine does hits all of them.
async fn launches(plan: Plan, bare: &Process, server: &Process) -> Result<Vec<Row>> {
    let kinds = [
        ("bare", bare, Browser::New),
        ("latchkey, new tab", server, Browser::New),
        ("latchkey, later visit", server, Browser::Returning),
    ];
    let mut rows = Vec::new();
    for at_once in AT_ONCE {
        let mut of_this: Vec<Row> = Vec::new();
        for (name, ..) in kinds {
            let (took, ratios) = (Took::default(), Vec::new());
            of_this.push(Row { at_once, name, took, ratios });
        }
        for round in 1..=plan.rounds {
            eprintln!("{at_once} at once: round {round} of {}", plan.rounds);
            let mut floor = None;
            for (row, (_, process, browser)) in of_this.iter_mut().zip(kinds) {
                let took = load::run(process, browser, at_once, plan.launches).await?;
                match floor {
                    None => floor = Some(took.cpu_ms()),
                    Some(floor) => row.ratios.push(took.cpu_ms() / floor),
                }
                row.took.add(took);
            }
        }
        rows.extend(of_this);
    }
    Ok(rows)
}
