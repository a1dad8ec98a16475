//! The benchmark of reading a list: how quickly an answer with residents is read, in JSON and XML, beside plain serde_json on the same file,
//! and how much memory that takes. It judges nothing.
//!
//! `make bench`, or `cargo bench --features fuzz --bench lists`.
#![allow(clippy::disallowed_methods, reason = "a program of its own, outside the server: it measures time")]

use std::{fmt::Write as _, hint::black_box, process::Command, time::Instant};

use latchkey::server::{connectors::entrata::read_residents, outbound::Answer};
use reqwest::StatusCode;

/// Residents of the file: some 5 MB.
const RESIDENTS: usize = 16_000;
const ROUNDS: usize = 15;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["memory", how] => memory(how),
        // `cargo test --all-targets` wants to know only whether it works.
        words if words.contains(&"--bench") => report(ROUNDS),
        _ => report(1),
    }
}

fn report(rounds: usize) {
    let (json, xml) = (json(), xml());
    let residents =
        |body: &[u8]| read_residents(&Answer::new(StatusCode::OK, body)).expect("the file is good").rows.len();
    assert_eq!((residents(json.as_bytes()), residents(xml.as_bytes())), (RESIDENTS, RESIDENTS));
    let plain = |body: &str| drop(black_box(serde_json::from_str::<serde_json::Value>(body)));
    let ours = |body: &str| {
        black_box(residents(body.as_bytes()));
    };
    println!("Reading {RESIDENTS} residents, median of {rounds}:");
    let mut by_plain = 0.0;
    // In turns, so that a noisy machine is noisy for all.
    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..rounds {
        times[0].push(timed(|| plain(&json)));
        times[1].push(timed(|| ours(&json)));
        times[2].push(timed(|| ours(&xml)));
    }
    for ((name, size), mut times) in
        [("serde_json::Value", json.len()), ("JSON", json.len()), ("XML", xml.len())].into_iter().zip(times)
    {
        times.sort_by(f64::total_cmp);
        let (seconds, megabytes) = (times[times.len() / 2], size as f64 / 1e6);
        if by_plain == 0.0 {
            by_plain = megabytes / seconds;
        }
        let speed = megabytes / seconds;
        println!("  {name:<18} {megabytes:6.2} MB {speed:8.1} MB/s {:6.2} of plain", speed / by_plain);
    }
    println!("Memory while it is read, beside the file itself:");
    for how in ["nothing", "plain", "json", "xml"] {
        let this = std::env::current_exe().expect("this program has a path");
        let output = Command::new(this).args(["memory", how]).output().expect("this program runs");
        print!("  {}", String::from_utf8_lossy(&output.stdout));
    }
}

fn timed(run: impl Fn()) -> f64 {
    let began = Instant::now();
    run();
    began.elapsed().as_secs_f64()
}

/// In a process of its own: the most that it ever had, less what it had with the file alone.
fn memory(how: &str) {
    let body = if how == "xml" { xml() } else { json() };
    let answer = Answer::new(StatusCode::OK, body);
    // What it took to make the file is forgotten (proc(5), clear_refs).
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = most();
    match how {
        "plain" => drop(black_box(serde_json::from_slice::<serde_json::Value>(&answer.body))),
        "nothing" => {}
        _ => drop(black_box(read_residents(&answer))),
    }
    let megabytes = |kilobytes: u64| kilobytes as f64 / 1e3;
    let more = most() - before;
    println!(
        "{how:<10} {:6.1} MB, {:4.1} times the file",
        megabytes(more),
        more as f64 * 1e3 / answer.body.len() as f64
    );
}

/// `VmHWM` of this process, in kB.
fn most() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn json() -> String {
    let mut out =
        String::from("{\"response\":{\"requestId\":\"15\",\"code\":200,\"result\":{\"Customers\":{\"Customer\":[");
    for n in 0..RESIDENTS {
        let comma = if n == 0 { "" } else { "," };
        let _ = write!(
            out,
            "{comma}{{\"@attributes\":{{\"Id\":\"{}\",\"ExternalId\":\"\"}},\"FirstName\":\"Zoë {n}\",\"LastName\":\"O’Hara\",\"UnitNumber\":\"{}\",\
             \"BuildingName\":\"Building {}\",\"Address\":\"1 Quarry Road\",\"City\":\"Denver\",\"State\":\"CO\",\"PostalCode\":\"80202\",\
             \"Email\":\"resident{n}@example.com\",\"PhoneNumber\":\"(275) 555-{:04}\",\"LeaseId\":[{{\"@attributes\":{{\"LeaseStatus\":\"Current\"}},\"@value\":\"{n}\"}}]}}",
            n + 1,
            n % 900,
            n % 9,
            n % 10_000,
        );
    }
    out + "]}}}}"
}

fn xml() -> String {
    let mut out =
        String::from("<?xml version=\"1.0\"?><response><requestId>15</requestId><code>200</code><result><Customers>");
    for n in 0..RESIDENTS {
        let _ = write!(
            out,
            "<Customer Id=\"{}\" ExternalId=\"\"><FirstName>Zoë {n}</FirstName><LastName>O’Hara</LastName><UnitNumber>{}</UnitNumber>\
             <BuildingName>Building {}</BuildingName><Address>1 Quarry Road</Address><City>Denver</City><State>CO</State><PostalCode>80202</PostalCode>\
             <Email>resident{n}@example.com</Email><PhoneNumber>(275) 555-{:04}</PhoneNumber><LeaseId LeaseStatus=\"Current\">{n}</LeaseId></Customer>",
            n + 1,
            n % 900,
            n % 9,
            n % 10_000,
        );
    }
    out + "</Customers></result></response>"
}
