//! Prints the results as plain text, with the goals.

use std::time::Duration;

use crate::{
    Row,
    bytes::Download,
    load::{median, quantile},
    people::PEOPLE,
    process,
};

pub fn header(rounds: usize, launches: u64) {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("Benchmark of Latchkey, all on loopback.");
    println!("{cores} cores are shared by the server, the stand-in for Entrata and the load.");
    println!("Server: {}", process::server().display());
    println!("Each row has {rounds} rounds of {launches} launches; the servers take turns.");
}

pub fn downloads(pages: &[(&str, Download)]) {
    println!("\nDownloads: bytes of bodies, as sent to a browser that accepts Brotli");
    println!(
        "{:<8}{:>9}{:>10}{:>9}{:>9}{:>9}{:>9}{:>12}{:>9}",
        "page", "requests", "HTML", "CSS", "script", "wasm", "other", "usable at", "headers"
    );
    for (name, d) in pages {
        println!(
            "{name:<8}{:>9}{:>10}{:>9}{:>9}{:>9}{:>9}{:>12}{:>9}",
            d.requests,
            d.html,
            d.style,
            d.script,
            d.wasm,
            d.other,
            d.usable(),
            d.headers
        );
    }
    let goals = pages.iter().map(|(name, d)| {
        let (usable, islands, blocking) = (d.usable(), d.islands(), d.blocking);
        match *name {
            "login" => {
                format!("login is usable after {usable} bytes (goal: at most 20,000); its islands have {islands} bytes")
            }
            _ => format!(
                "{name}'s islands: {islands} bytes (goal: at most 60,000), of which {blocking} are blocking (goal: 0)"
            ),
        }
    });
    goals.for_each(|goal| println!("  {goal}"));
}

pub fn memory(idle: f64, visited: f64, launches: u64, after: f64) {
    println!("\nMemory (RSS)");
    println!("  idle {idle:.1} MB (goal: under 40 MB)");
    println!("  after {PEOPLE} first visits, each with a password hashed: {visited:.1} MB");
    println!("  a new process after {launches} launches: {after:.1} MB");
}

pub fn after(memory: f64) {
    println!("\nMemory (RSS) after all launches: {memory:.1} MB");
}

pub fn launches(rows: &[Row]) {
    println!("\nLaunches of a linked user, with page and session. CPU is the server's, from /proc/PID/stat");
    println!(
        "{:<9}{:<24}{:>11}{:>11}{:>10}{:>10}{:>12}",
        "at once", "server", "per second", "CPU ms", "p50 ms", "p99 ms", "CPU x bare"
    );
    for row in rows {
        let (times, ratio) = (&row.cost.latencies, median(&row.ratios));
        let ratio = if ratio.is_nan() { String::new() } else { format!("{ratio:.2}") };
        println!(
            "{:<9}{:<24}{:>11.0}{:>11.3}{:>10.2}{:>10.2}{ratio:>12}",
            row.at_once,
            row.name,
            row.cost.per_second(),
            row.cost.cpu_ms(),
            quantile(times, 50),
            quantile(times, 99),
        );
    }
    println!("  CPU x bare: CPU per launch relative to the bare server (axum, the two calls, no database),");
    println!("  median of the rounds (goal: at most 3)");
    own_time(rows);
}

/// Prints the time of a launch without Entrata's part. The bare server times its two calls; Latchkey makes the same.
fn own_time(rows: &[Row]) {
    let alone = || rows.iter().filter(|row| row.at_once == 1);
    let Some(upstream) = alone().find(|row| !row.cost.upstream.is_empty()) else {
        return;
    };
    let upstream = quantile(&upstream.cost.upstream, 50);
    println!(
        "Own time at p50, one at a time: the latency minus the bare server's two upstream calls ({upstream:.2} ms)"
    );
    for row in alone() {
        let own = quantile(&row.cost.latencies, 50) - upstream;
        let goal = if row.ratios.is_empty() { "" } else { " (goal: under 3 ms)" };
        println!("  {:<24}{own:.2} ms{goal}", row.name);
    }
}

#[allow(clippy::cast_precision_loss, reason = "megabytes, not exabytes")]
pub fn starts(new: &[Duration], existing: &[Duration], size: u64) {
    let (count, size) = (new.len(), size as f64 / 1e6);
    println!("\nTime until /healthz responds, median (worst) of {count} starts (goal: under 100 ms)");
    let line = |name: &str, times: &[Duration]| {
        println!("  {name:<36}{:.1} ms ({:.1} ms)", quantile(times, 50), quantile(times, 100));
    };
    line(&format!("database of {size:.1} MB, after the launches"), existing);
    line("new database", new);
}
