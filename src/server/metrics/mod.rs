//! What operators count. Every `App` has its own registry, passed as a value, because tests run many of them in one
//! process, and a typed function for each metric. Label values are enums: no company, person, address or path is ever
//! one.

mod labels;
mod names;

use std::{sync::Arc, time::Duration};

use metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

pub use labels::{
    ClosedFor, ErrorKind, EventOutcome, Launched, LinkChange, Listener, ProviderOutcome, RefreshOutcome, ReplaySource,
    ServiceMethod,
};
use names::{BUCKETS, COUNTERS, GAUGES, Metric};

/// The media type of the text format (<https://prometheus.io/docs/instrumenting/exposition_formats/>, "Text-based
/// format").
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Clones share their counts.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    /// Looked up once, because every write records it.
    database_wait: Histogram,
}

/// Counts of rows, read from the database at a scrape.
#[derive(Debug, Clone, Copy, Default)]
pub struct Gauges {
    /// Live visits that act as an account, by session credential.
    pub by_cookie: i64,
    pub by_bearer: i64,
    /// Visits that wait for a sign-in.
    pub pending: i64,
    pub links: i64,
    /// Companies that Entrata suspended.
    pub suspended: i64,
    /// Events that wait to be processed.
    pub events_waiting: i64,
}

impl Default for Metrics {
    /// Returns a registry with all counters at zero.
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
        let database_wait = recorder.register_histogram(&key(names::DATABASE_WAIT, &[]), &METADATA);
        let this = Self(Arc::new(Inner { recorder, handle, database_wait }));
        this.start_at_zero();
        this
    }
}

impl Metrics {
    /// Counts a launch.
    pub fn launched(&self, outcome: Launched) {
        self.counter(names::LAUNCHES, &[("outcome", outcome.name())]).increment(1);
    }

    /// Counts a code that had been used before.
    pub fn replayed(&self, source: ReplaySource) {
        self.counter(names::REPLAYS, &[("source", source.name())]).increment(1);
    }

    /// Records the time of an exchange's two calls, and their error.
    pub fn exchanged(&self, took: Duration, error: Option<ErrorKind>) {
        let outcome = error.map_or("ok", ErrorKind::name);
        self.histogram(names::EXCHANGE, &[("outcome", outcome)]).record(took.as_secs_f64());
        self.failed("exchange", error);
    }

    /// Records the time of a web service call, and its error.
    pub fn service_called(&self, method: ServiceMethod, took: Duration, error: Option<ErrorKind>) {
        let (method, outcome) = (method.name(), error.map_or("ok", ErrorKind::name));
        self.histogram(names::SERVICE, &[("method", method), ("outcome", outcome)]).record(took.as_secs_f64());
        self.failed("service", error);
    }

    /// Counts a link that was made or removed.
    pub fn linked(&self, change: LinkChange) {
        self.counter(names::LINKS_CHANGED, &[("change", change.name())]).increment(1);
    }

    /// Records how long a write waited for the database's only writer.
    pub fn waited(&self, time: Duration) {
        self.0.database_wait.record(time.as_secs_f64());
    }

    /// Counts an activation event that was received or processed.
    pub fn event(&self, outcome: EventOutcome) {
        self.counter(names::EVENTS, &[("outcome", outcome.name())]).increment(1);
    }

    /// Counts a request to Latchkey as Syncaroo's provider.
    pub fn provider(&self, outcome: ProviderOutcome) {
        self.counter(names::PROVIDER, &[("outcome", outcome.name())]).increment(1);
    }

    /// Registers the metrics of a system that accounts connect to, at zero.
    pub fn connects_to(&self, system: &'static str) {
        for outcome in RefreshOutcome::ALL {
            self.counter(names::REFRESHES, &[("system", system), ("outcome", outcome.name())]).increment(0);
        }
        for kind in ErrorKind::ALL {
            self.counter(names::CONNECTION_FAILURES, &[("system", system), ("kind", kind.name())]).increment(0);
        }
        self.sync_lag(system, 0);
    }

    /// Counts a renewal of a connection's token. `system` is the name of a `connection::System`.
    pub fn connection_refreshed(&self, system: &'static str, outcome: RefreshOutcome) {
        self.counter(names::REFRESHES, &[("system", system), ("outcome", outcome.name())]).increment(1);
    }

    /// Counts a failed call of a connection.
    pub fn connection_failed(&self, system: &'static str, kind: ErrorKind) {
        self.counter(names::CONNECTION_FAILURES, &[("system", system), ("kind", kind.name())]).increment(1);
    }

    /// Sets how many seconds ago the most overdue sync of a system was due.
    pub fn sync_lag(&self, system: &'static str, seconds: i64) {
        self.gauge(names::SYNC_LAG, &[("system", system)]).set(float(seconds));
    }

    /// Sets the number of a listener's open connections.
    pub fn connections(&self, listener: Listener, open: usize) {
        let open = i64::try_from(open).unwrap_or(i64::MAX);
        self.gauge(names::CONNECTIONS, &[("listener", listener.name())]).set(float(open));
    }

    /// Counts connections that the server closed.
    pub fn closed_connections(&self, reason: ClosedFor, count: usize) {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.counter(names::CONNECTIONS_CLOSED, &[("reason", reason.name())]).increment(count);
    }

    /// Returns all metrics in Prometheus's text format. Without `gauges`, because the database does not answer, its
    /// counts are NaN.
    pub fn render(&self, gauges: Option<Gauges>) -> String {
        let number = |count: fn(&Gauges) -> i64| gauges.as_ref().map_or(f64::NAN, |s| float(count(s)));
        let sessions = |credential: &'static str, count| {
            self.gauge(names::SESSIONS, &[("credential", credential)]).set(number(count));
        };
        sessions("cookie", |s| s.by_cookie);
        sessions("bearer", |s| s.by_bearer);
        self.gauge(names::PENDING, &[]).set(number(|s| s.pending));
        self.gauge(names::LINKS, &[]).set(number(|s| s.links));
        self.gauge(names::SUSPENDED, &[]).set(number(|s| s.suspended));
        self.gauge(names::EVENTS_WAITING, &[]).set(number(|s| s.events_waiting));
        self.0.handle.render()
    }

    /// Sorts recent measurements into their buckets. Without it, they would pile up while nobody scrapes.
    pub fn settle(&self) {
        self.0.handle.run_upkeep();
    }

    /// Registers counters at zero, so that their first increment is visible as a rise.
    fn start_at_zero(&self) {
        let zero = |metric, label, value| self.counter(metric, &[(label, value)]).increment(0);
        Launched::ALL.iter().for_each(|o| zero(names::LAUNCHES, "outcome", o.name()));
        ReplaySource::ALL.iter().for_each(|s| zero(names::REPLAYS, "source", s.name()));
        LinkChange::ALL.iter().for_each(|c| zero(names::LINKS_CHANGED, "change", c.name()));
        ClosedFor::ALL.iter().for_each(|r| zero(names::CONNECTIONS_CLOSED, "reason", r.name()));
        Listener::ALL.iter().for_each(|l| self.connections(*l, 0));
        EventOutcome::ALL.iter().for_each(|o| zero(names::EVENTS, "outcome", o.name()));
        ProviderOutcome::ALL.iter().for_each(|o| zero(names::PROVIDER, "outcome", o.name()));
        self.gauge(names::BUILD, &[("version", env!("CARGO_PKG_VERSION"))]).set(1.0);
    }

    fn failed(&self, call: &'static str, error: Option<ErrorKind>) {
        if let Some(kind) = error {
            self.counter(names::ERRORS, &[("call", call), ("kind", kind.name())]).increment(1);
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
    let labels: Vec<Label> = labels.iter().map(|(label, value)| Label::from_static_parts(label, value)).collect();
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
    fn every_metric_has_a_prefix_a_help_text_and_a_unit() {
        let metrics = Metrics::default();
        metrics.exchanged(Duration::from_millis(30), Some(ErrorKind::TooSlow));
        metrics.service_called(ServiceMethod::of("getProperties"), Duration::from_millis(30), None);
        metrics.waited(Duration::from_micros(30));
        metrics.connects_to("rex");
        metrics.connection_refreshed("rex", RefreshOutcome::Renewed);
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
            "latchkey_sessions{credential=\"cookie\"} 2",
            "latchkey_connection_refreshes_total{system=\"rex\",outcome=\"renewed\"} 1",
            "latchkey_connection_failures_total{system=\"rex\",kind=\"too_slow\"} 0",
            "latchkey_launches_total{outcome=\"linked\"} 0",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert!(metrics.render(None).contains("latchkey_sessions{credential=\"cookie\"} NaN"));
    }

    #[test]
    fn the_buckets_of_outside_calls_end_at_their_time_limits() {
        let limits = crate::server::outbound::Limits::default();
        let ends = |metric: Metric| {
            let (_, seconds) = BUCKETS.iter().find(|(one, _)| one.name == metric.name).unwrap();
            Duration::from_secs_f64(*seconds.last().unwrap())
        };
        assert_eq!(ends(names::EXCHANGE), limits.whole);
        assert_eq!(ends(names::SERVICE), limits.for_data().whole);
    }
}
