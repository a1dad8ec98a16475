//! What operators count: a registry for each App, handed down as a value, and a typed function for each thing that is
//! counted, so that no name is written twice. Not the process-wide registry: tests run many Apps in one process. Labels
//! are words out of fixed lists; no company, person, address or path is ever one.

mod labels;
mod names;

use std::{sync::Arc, time::Duration};

use metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

pub use labels::{Came, ClosedFor, Launched, LinkChange, Listener, Told};
use names::{BUCKETS, COUNTERS, GAUGES, Metric};

/// The text's media type (<https://prometheus.io/docs/instrumenting/exposition_formats/>, "Text-based format").
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Clones count together.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    /// Found once: a write of the database is told at every job.
    waited: Histogram,
}

/// How things stand, as the database tells it when it is asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Gauges {
    /// Live visits that act as an account, by what carries them.
    pub by_cookie: i64,
    pub by_bearer: i64,
    /// Visits that wait for a sign-in.
    pub pending: i64,
    pub links: i64,
    /// Companies that Entrata suspended.
    pub suspended: i64,
    /// Events that wait to be worked.
    pub events_waiting: i64,
}

impl Default for Metrics {
    /// A registry in which everything stands at nothing.
    fn default() -> Self {
        let mut builder = PrometheusBuilder::new();
        for (metric, seconds) in BUCKETS {
            let named = Matcher::Full(metric.name.into());
            builder = builder.set_buckets_for_metric(named, seconds).expect("each has at least one bucket");
        }
        let recorder = builder.build_recorder();
        COUNTERS.iter().for_each(|m| recorder.describe_counter(m.name.into(), None, m.help.into()));
        GAUGES.iter().for_each(|m| recorder.describe_gauge(m.name.into(), None, m.help.into()));
        BUCKETS.iter().for_each(|(m, _)| recorder.describe_histogram(m.name.into(), None, m.help.into()));
        let handle = recorder.handle();
        let waited = recorder.register_histogram(&key(names::DATABASE_WAIT, &[]), &METADATA);
        let this = Self(Arc::new(Inner { recorder, handle, waited }));
        this.begin();
        this
    }
}

impl Metrics {
    /// A launch ended so.
    pub fn launched(&self, outcome: Launched) {
        self.counter(names::LAUNCHES, &[("outcome", outcome.name())]).increment(1);
    }

    /// A code came that had been taken before, and opened nothing.
    pub fn replayed(&self, came: Came) {
        self.counter(names::REPLAYS, &[("came", came.name())]).increment(1);
    }

    /// The two calls of an exchange took so long. `error`: what they failed by, in a word, if they did.
    pub fn exchanged(&self, took: Duration, error: Option<&'static str>) {
        let outcome = error.unwrap_or("ok");
        self.histogram(names::EXCHANGE, &[("outcome", outcome)]).record(took.as_secs_f64());
        self.failed("exchange", error);
    }

    /// A request to a web service took so long. A method that we don't know is "other".
    pub fn called(&self, method: &str, took: Duration, error: Option<&'static str>) {
        let (method, outcome) = (labels::method(method), error.unwrap_or("ok"));
        self.histogram(names::SERVICE, &[("method", method), ("outcome", outcome)]).record(took.as_secs_f64());
        self.failed("service", error);
    }

    /// An identity got its account, or lost it.
    pub fn linked(&self, change: LinkChange) {
        self.counter(names::LINKS_CHANGED, &[("change", change.name())]).increment(1);
    }

    /// A job waited so long for the writer of the database.
    pub fn waited(&self, time: Duration) {
        self.0.waited.record(time.as_secs_f64());
    }

    /// An event came, or was judged.
    pub fn told(&self, outcome: Told) {
        self.counter(names::EVENTS, &[("outcome", outcome.name())]).increment(1);
    }

    /// So many connections of a listener are open.
    pub fn connections(&self, listener: Listener, open: usize) {
        let open = i64::try_from(open).unwrap_or(i64::MAX);
        self.gauge(names::CONNECTIONS, &[("listener", listener.name())]).set(float(open));
    }

    /// The server closed so many connections.
    pub fn closed_connections(&self, reason: ClosedFor, count: usize) {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.counter(names::CONNECTIONS_CLOSED, &[("reason", reason.name())]).increment(count);
    }

    /// All of it as Prometheus reads it. Without `gauges` (the database does not answer) what it would have told is not a number.
    pub fn render(&self, gauges: Option<Gauges>) -> String {
        let number = |of: fn(&Gauges) -> i64| gauges.as_ref().map_or(f64::NAN, |s| float(of(s)));
        let carried =
            |credential: &'static str, of| self.gauge(names::SESSIONS, &[("carrier", credential)]).set(number(of));
        carried("cookie", |s| s.by_cookie);
        carried("bearer", |s| s.by_bearer);
        self.gauge(names::HELD, &[]).set(number(|s| s.pending));
        self.gauge(names::LINKS, &[]).set(number(|s| s.links));
        self.gauge(names::SUSPENDED, &[]).set(number(|s| s.suspended));
        self.gauge(names::EVENTS_WAITING, &[]).set(number(|s| s.events_waiting));
        self.0.handle.render()
    }

    /// Puts what was measured since into its buckets: without it, what nobody scrapes would pile up.
    pub fn settle(&self) {
        self.0.handle.run_upkeep();
    }

    /// Counters that have not counted yet stand at nothing rather than not at all, so that their first one is seen as a rise.
    fn begin(&self) {
        let zero = |metric, label, word| self.counter(metric, &[(label, word)]).increment(0);
        Launched::ALL.iter().for_each(|o| zero(names::LAUNCHES, "outcome", o.name()));
        Came::ALL.iter().for_each(|c| zero(names::REPLAYS, "came", c.name()));
        LinkChange::ALL.iter().for_each(|c| zero(names::LINKS_CHANGED, "change", c.name()));
        ClosedFor::ALL.iter().for_each(|r| zero(names::CONNECTIONS_CLOSED, "reason", r.name()));
        Listener::ALL.iter().for_each(|l| self.connections(*l, 0));
        Told::ALL.iter().for_each(|o| zero(names::EVENTS, "outcome", o.name()));
        self.gauge(names::BUILD, &[("version", env!("CARGO_PKG_VERSION"))]).set(1.0);
    }

    fn failed(&self, call: &'static str, error: Option<&'static str>) {
        if let Some(kind) = error {
            self.counter(names::FAULTS, &[("call", call), ("kind", kind)]).increment(1);
        }
    }

    fn counter(&self, metric: Metric, labels: &[(&'static str, &'static str)]) -> Counter {
        self.0.recorder.register_counter(&key(metric, labels), &METADATA)
    }

    fn gauge(&self, metric: Metric, labels: &[(&'static str, &'static str)]) -> Gauge {
        self.0.recorder.register_gauge(&key(metric, labels), &METADATA)
    }

    fn histogram(&self, metric: Metric, labels: &[(&'static str, &'static str)]) -> Histogram {
        self.0.recorder.register_histogram(&key(metric, labels), &METADATA)
    }
}

const METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

fn key(metric: Metric, labels: &[(&'static str, &'static str)]) -> Key {
    let labels: Vec<Label> = labels.iter().map(|(label, word)| Label::from_static_parts(label, word)).collect();
    Key::from_parts(metric.name, labels)
}

/// Counts of rows are far below 2^32.
fn float(count: i64) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_prefixed_helped_and_says_its_unit() {
        let metrics = Metrics::default();
        metrics.exchanged(Duration::from_millis(30), Some("too_slow"));
        metrics.called("getProperties", Duration::from_millis(30), None);
        metrics.waited(Duration::from_micros(30));
        let text = metrics.render(Some(Gauges { by_cookie: 2, ..Gauges::default() }));
        for metric in COUNTERS.iter().chain(GAUGES).chain(BUCKETS.iter().map(|(metric, _)| metric)) {
            assert!(metric.name.starts_with("latchkey_"), "{}", metric.name);
            assert!(text.contains(&format!("# HELP {} ", metric.name)), "{}: {text}", metric.name);
        }
        assert!(COUNTERS.iter().all(|m| m.name.ends_with("_total")));
        assert!(BUCKETS.iter().all(|(m, _)| m.name.ends_with("_seconds")));
        for line in [
            "# TYPE latchkey_exchange_seconds histogram",
            "latchkey_exchange_seconds_bucket{outcome=\"too_slow\",le=\"0.05\"} 1",
            "latchkey_upstream_faults_total{call=\"exchange\",kind=\"too_slow\"} 1",
            "latchkey_service_call_seconds_count{method=\"getProperties\",outcome=\"ok\"} 1",
            "latchkey_database_wait_seconds_bucket{le=\"0.0001\"} 1",
            "latchkey_sessions{carrier=\"cookie\"} 2",
            "latchkey_launches_total{outcome=\"linked\"} 0",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert!(metrics.render(None).contains("latchkey_sessions{carrier=\"cookie\"} NaN"));
    }

    #[test]
    fn the_buckets_of_what_is_asked_outside_end_where_it_is_given_up() {
        let limits = crate::server::outbound::Limits::default();
        let ends = |metric: Metric| {
            let (_, seconds) = BUCKETS.iter().find(|(one, _)| one.name == metric.name).unwrap();
            Duration::from_secs_f64(*seconds.last().unwrap())
        };
        assert_eq!(ends(names::EXCHANGE), limits.whole);
        assert_eq!(ends(names::SERVICE), limits.for_data().whole);
    }
}
