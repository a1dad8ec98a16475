//! Benchmark of parsing a list of residents, in JSON and XML: speed compared with plain `serde_json` on the same file,
//! and memory. It asserts no figures.
//!
//! Run `make bench` or `cargo bench --features fuzz --bench lists`.
#![allow(clippy::disallowed_methods, reason = "a separate program: it measures time")]

use std::{fmt::Write as _, hint::black_box, process::Command, time::Instant};

use latchkey::server::{connectors::entrata::read_residents, outbound::Answer};
use reqwest::StatusCode;

/// Residents in the file, about 5 MB.
const RESIDENTS: usize = 16_000;
const ROUNDS: usize = 15;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["memory", parser] => memory(parser),
        // `cargo test --all-targets` does not pass `--bench`: there one round is enough.
        words if words.contains(&"--bench") => report(ROUNDS),
        _ => report(1),
    }
}

fn report(rounds: usize) {
    let (json, xml) = (json(), xml());
    let residents =
        |body: &[u8]| read_residents(&Answer::new(StatusCode::OK, body)).expect("the file is valid").rows.len();
    assert_eq!((residents(json.as_bytes()), residents(xml.as_bytes())), (RESIDENTS, RESIDENTS));
    let plain = |body: &str| drop(black_box(serde_json::from_str::<serde_json::Value>(body)));
    let ours = |body: &str| {
        black_box(residents(body.as_bytes()));
    };
    println!("Parsing {RESIDENTS} residents, median of {rounds}:");
    let mut plain_speed = 0.0;
    // In turns, so that other load on the machine affects all of them.
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
        let speed = megabytes / seconds;
        if plain_speed == 0.0 {
            plain_speed = speed;
        }
        println!("  {name:<18} {megabytes:6.2} MB {speed:8.1} MB/s {:6.2} times plain", speed / plain_speed);
    }
    println!("Memory while parsing, in addition to the file:");
    for parser in ["nothing", "plain", "json", "xml"] {
        let this = std::env::current_exe().expect("this program has a path");
        let output = Command::new(this).args(["memory", parser]).output().expect("this program runs");
        print!("  {}", String::from_utf8_lossy(&output.stdout));
    }
}

fn timed(run: impl Fn()) -> f64 {
    let start = Instant::now();
    run();
    start.elapsed().as_secs_f64()
}

/// Prints the peak memory of a parser minus the memory with the file alone. Runs in a process of its own.
fn memory(parser: &str) {
    let body = if parser == "xml" { xml() } else { json() };
    let answer = Answer::new(StatusCode::OK, body);
    // Resets the peak, so that generating the file does not count (proc(5), clear_refs).
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = peak_memory();
    match parser {
        "plain" => drop(black_box(serde_json::from_slice::<serde_json::Value>(&answer.body))),
        "nothing" => {}
        _ => drop(black_box(read_residents(&answer))),
    }
    let megabytes = |kilobytes: u64| kilobytes as f64 / 1e3;
    let increase = peak_memory() - before;
    println!(
        "{parser:<10} {:6.1} MB, {:4.1} times the file",
        megabytes(increase),
        increase as f64 * 1e3 / answer.body.len() as f64
    );
}

/// Returns `VmHWM` of this process, in kB.
fn peak_memory() -> u64 {
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
            "{comma}{{\"@attributes\":{{\"Id\":\"{}\",\"ExternalId\":\"\"}},\
             \"FirstName\":\"Zoë {n}\",\"LastName\":\"O’Hara\",\"UnitNumber\":\"{}\",\
             \"BuildingName\":\"Building {}\",\"Address\":\"1 Quarry Road\",\
             \"City\":\"Denver\",\"State\":\"CO\",\"PostalCode\":\"80202\",\
             \"Email\":\"resident{n}@example.com\",\"PhoneNumber\":\"(275) 555-{:04}\",\
             \"LeaseId\":[{{\"@attributes\":{{\"LeaseStatus\":\"Current\"}},\"@value\":\"{n}\"}}]}}",
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
            "<Customer Id=\"{}\" ExternalId=\"\">\
             <FirstName>Zoë {n}</FirstName><LastName>O’Hara</LastName><UnitNumber>{}</UnitNumber>\
             <BuildingName>Building {}</BuildingName><Address>1 Quarry Road</Address>\
             <City>Denver</City><State>CO</State><PostalCode>80202</PostalCode>\
             <Email>resident{n}@example.com</Email><PhoneNumber>(275) 555-{:04}</PhoneNumber>\
             <LeaseId LeaseStatus=\"Current\">{n}</LeaseId></Customer>",
            n + 1,
            n % 900,
            n % 9,
            n % 10_000,
        );
    }
    out + "</Customers></result></response>"
}
