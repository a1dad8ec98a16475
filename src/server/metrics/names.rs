//! The one list of what is counted: names with their units in them, and what they mean.

/// A name and its help. One line of text, as the format wants it.
#[derive(Clone, Copy)]
pub(super) struct Metric {
    pub name: &'static str,
    pub help: &'static str,
}

const fn metric(name: &'static str, help: &'static str) -> Metric {
    Metric { name, help }
}

pub(super) const LAUNCHES: Metric = metric(
    "latchkey_launches_total",
    "Launches by what they came to; malformed, unframed and limited ones sent nothing.",
);
pub(super) const REPLAYS: Metric =
    metric("latchkey_codes_replayed_total", "Codes that came again and were not exchanged, by where they came.");
pub(super) const FAULTS: Metric = metric(
    "latchkey_upstream_faults_total",
    "Calls to Entrata that brought nothing, by the call and the kind of fault.",
);
pub(super) const LINKS_CHANGED: Metric = metric(
    "latchkey_links_changed_total",
    "Entrata users that got an account or lost it, by the change; not those that went with a deleted account.",
);

pub(super) const EVENTS: Metric =
    metric("latchkey_events_total", "Activation events by how they were received, and by how they were judged.");

pub(super) const CONNECTIONS_CLOSED: Metric = metric(
    "latchkey_connections_closed_total",
    "Connections that the server closed, by the reason: full means that the limit of connections was reached.",
);
pub(super) const CONNECTIONS: Metric =
    metric("latchkey_connections", "Open connections by listener, counted once a second.");

pub(super) const SESSIONS: Metric =
    metric("latchkey_sessions", "Live visits that act as an account, by what carries them. Read at the scrape.");
pub(super) const HELD: Metric =
    metric("latchkey_held_visits", "Live visits that wait for a sign-in and its confirmation. Read at the scrape.");
pub(super) const LINKS: Metric = metric("latchkey_links", "Entrata users that lead to an account. Read at the scrape.");
pub(super) const SUSPENDED: Metric =
    metric("latchkey_suspended_companies", "Companies that Entrata suspended. Read at the scrape.");
pub(super) const EVENTS_WAITING: Metric =
    metric("latchkey_events_waiting", "Activation events that wait to be exchanged or checked. Read at the scrape.");
pub(super) const BUILD: Metric = metric("latchkey_build_info", "Always 1; the version is the label.");

pub(super) const EXCHANGE: Metric =
    metric("latchkey_exchange_seconds", "Time of getAccessToken and getUserInfo together, by what came of them.");
pub(super) const SERVICE: Metric =
    metric("latchkey_service_call_seconds", "Time of one call of a web service, by method and what came of it.");
pub(super) const DATABASE_WAIT: Metric =
    metric("latchkey_database_wait_seconds", "Time that a job waited for the one writer of the database.");

pub(super) const COUNTERS: &[Metric] = &[LAUNCHES, REPLAYS, FAULTS, LINKS_CHANGED, EVENTS, CONNECTIONS_CLOSED];
pub(super) const GAUGES: &[Metric] = &[CONNECTIONS, SESSIONS, HELD, LINKS, SUSPENDED, EVENTS_WAITING, BUILD];

/// Eight seconds is all that the sign-in's calls are given, two that a connection is.
const SIGN_IN: &[f64] = &[0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0];
/// Twenty seconds is what a company's data are given.
const DATA: &[f64] = &[0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 20.0];
const INSIDE: &[f64] = &[0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];
/// The histograms, and the upper ends of their buckets in seconds.
pub(super) const BUCKETS: &[(Metric, &[f64])] = &[(EXCHANGE, SIGN_IN), (SERVICE, DATA), (DATABASE_WAIT, INSIDE)];
