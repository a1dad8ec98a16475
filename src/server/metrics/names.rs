//! All metrics: names, which include the unit, and help texts.

/// A metric's name, and its help in one line.
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
    "Launches by outcome. Malformed, unframed and limited ones sent nothing to Entrata.",
);
pub(super) const REPLAYS: Metric = metric(
    "latchkey_codes_replayed_total",
    "Codes that were presented again and not exchanged, by what presented them.",
);
pub(super) const ERRORS: Metric =
    metric("latchkey_upstream_faults_total", "Failed calls to Entrata, by call and kind of error.");
pub(super) const LINKS_CHANGED: Metric = metric(
    "latchkey_links_changed_total",
    "Links between Entrata users and accounts that were made or removed, by change. Deleted accounts don't count.",
);

pub(super) const EVENTS: Metric =
    metric("latchkey_events_total", "Activation events by outcome, when received and again when processed.");

pub(super) const PROVIDER: Metric =
    metric("latchkey_provider_requests_total", "Requests to Latchkey as Syncaroo's provider, by outcome.");

pub(super) const CONNECTIONS_CLOSED: Metric = metric(
    "latchkey_connections_closed_total",
    "Connections that the server closed, by reason. full: the limit of connections was reached.",
);
pub(super) const CONNECTIONS: Metric =
    metric("latchkey_connections", "Open connections by listener, counted once a second.");

pub(super) const REFRESHES: Metric =
    metric("latchkey_connection_refreshes_total", "Renewals of connections' tokens, by system and outcome.");
pub(super) const CONNECTION_FAILURES: Metric = metric(
    "latchkey_connection_failures_total",
    "Failed calls of connections to other property systems, by system and kind of error.",
);
pub(super) const SYNC_LAG: Metric = metric(
    "latchkey_connection_sync_lag_seconds",
    "How long ago the most overdue sync was due, by system. Set once a minute.",
);

pub(super) const SESSIONS: Metric =
    metric("latchkey_sessions", "Live visits that act as an account, by session credential. Read at the scrape.");
pub(super) const PENDING: Metric =
    metric("latchkey_pending_visits", "Live visits that wait for a sign-in or its confirmation. Read at the scrape.");
pub(super) const LINKS: Metric =
    metric("latchkey_links", "Entrata users that are linked to an account. Read at the scrape.");
pub(super) const SUSPENDED: Metric =
    metric("latchkey_suspended_companies", "Companies that Entrata suspended. Read at the scrape.");
pub(super) const EVENTS_WAITING: Metric =
    metric("latchkey_events_waiting", "Activation events that wait to be processed. Read at the scrape.");
pub(super) const BUILD: Metric = metric("latchkey_build_info", "Always 1; the version is the label.");

pub(super) const EXCHANGE: Metric =
    metric("latchkey_exchange_seconds", "Time of getAccessToken and getUserInfo together, by outcome.");
pub(super) const SERVICE: Metric =
    metric("latchkey_service_call_seconds", "Time of one web service call, by method and outcome.");
pub(super) const DATABASE_WAIT: Metric =
    metric("latchkey_database_wait_seconds", "Time that a write waited for the database's only writer.");

pub(super) const COUNTERS: &[Metric] =
    &[LAUNCHES, REPLAYS, ERRORS, LINKS_CHANGED, EVENTS, PROVIDER, CONNECTIONS_CLOSED, REFRESHES, CONNECTION_FAILURES];
pub(super) const GAUGES: &[Metric] =
    &[CONNECTIONS, SESSIONS, PENDING, LINKS, SUSPENDED, EVENTS_WAITING, SYNC_LAG, BUILD];

/// Seconds. A launch's calls may take 8, of which a connection may take 2.
const SIGN_IN: &[f64] = &[0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0];
/// Seconds. A web service call may take 20.
const DATA: &[f64] = &[0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 20.0];
/// Seconds.
const DATABASE: &[f64] = &[0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];
/// The histograms with the upper bounds of their buckets, in seconds.
pub(super) const BUCKETS: &[(Metric, &[f64])] = &[(EXCHANGE, SIGN_IN), (SERVICE, DATA), (DATABASE_WAIT, DATABASE)];
