//! The tables, as plain text, with the aims beside the figures.

use std::time::Duration;

use crate::{
    Row,
    bytes::Download,
    load::{median, quantile},
    people::PEOPLE,
    process,
};

pub fn opening(rounds: usize, launches: u64) {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!(
        "Latchkey's benchmark: {cores} cores, shared by the server, the stand-in for Entrata and the load, all on loopback."
    );
    println!("Server: {}", process::server().display());
    println!("Launches are measured in {rounds} rounds of {launches} in each row; the servers take turns.");
}

pub fn downloads(pages: &[(&str, Download)]) {
    println!("\nDownloads: bytes of bodies as sent to a browser that takes Brotli");
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
            d.heads
        );
    }
    let aims = pages.iter().map(|(name, d)| {
        let (usable, islands, blocking) = (d.usable(), d.islands(), d.blocking);
        match *name {
            "login" => {
                format!("login is usable after {usable} bytes (aim: at most 20,000), with {islands} bytes of islands")
            }
            _ => format!(
                "{name}'s islands: {islands} bytes (aim: at most 60,000), of which {blocking} waited for (aim: 0)"
            ),
        }
    });
    aims.for_each(|aim| println!("  {aim}"));
}

pub fn memory(idle: f64, visited: f64, launches: u64, after: f64) {
    println!("\nMemory (RSS)");
    println!("  idle {idle:.1} MB (aim: under 40 MB)");
    println!("  after {PEOPLE} first visits, each with a password hashed: {visited:.1} MB");
    println!("  another process, after {launches} launches: {after:.1} MB");
}

pub fn after(memory: f64) {
    println!("\nMemory (RSS) after all of them: {memory:.1} MB");
}

pub fn launches(rows: &[Row]) {
    println!("\nLaunches of a linked id: page rendered, session stored. CPU is the server's own, from /proc/PID/stat");
    println!(
        "{:<9}{:<24}{:>11}{:>11}{:>10}{:>10}{:>12}",
        "at once", "server", "per second", "CPU ms", "p50 ms", "p99 ms", "CPU x bare"
    );
    for row in rows {
        let (times, ratio) = (&row.took.latencies, median(&row.ratios));
        let ratio = if ratio.is_nan() { String::new() } else { format!("{ratio:.2}") };
        println!(
            "{:<9}{:<24}{:>11.0}{:>11.3}{:>10.2}{:>10.2}{ratio:>12}",
            row.at_once,
            row.name,
            row.took.per_second(),
            row.took.cpu_ms(),
            quantile(times, 50),
            quantile(times, 99),
        );
    }
    println!(
        "  CPU x bare: CPU per launch against the bare server's (axum, the two calls, no database), median of the rounds (aim: at most 3)"
    );
    own_time(rows);
}

/// What a launch takes beyond Entrata's part. The bare server times its two calls; they are the same for Latchkey.
fn own_time(rows: &[Row]) {
    let alone = || rows.iter().filter(|row| row.at_once == 1);
    let Some(upstream) = alone().find(|row| !row.took.upstream.is_empty()) else {
        return;
    };
    let upstream = quantile(&upstream.took.upstream, 50);
    println!(
        "Own time at p50, one at a time: the launch as its client sees it, less the two upstream calls as the bare server times them ({upstream:.2} ms)"
    );
    for row in alone() {
        let own = quantile(&row.took.latencies, 50) - upstream;
        let aim = if row.ratios.is_empty() { "" } else { " (aim: under 3 ms)" };
        println!("  {:<24}{own:.2} ms{aim}", row.name);
    }
}

#[allow(clippy::cast_precision_loss, reason = "megabytes, not exabytes")]
pub fn starts(fresh: &[Duration], existing: &[Duration], size: u64) {
    let (count, size) = (fresh.len(), size as f64 / 1e6);
    println!("\nStart to the first answer of /healthz, median (worst) of {count} (aim: under 100 ms)");
    let line = |name: &str, times: &[Duration]| {
        println!("  {name:<36}{:.1} ms ({:.1} ms)", quantile(times, 50), quantile(times, 100));
    };
    line(&format!("database of {size:.1} MB, as left above"), existing);
    line("no database yet", fresh);
}
