//! Sets up logging: one line per event to standard error. `RUST_LOG` takes a level (`info` by default), or targets with
//! levels.

use std::io::IsTerminal;

use tracing_subscriber::{Layer, filter::Targets, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::server::config::Vars;

/// Starts logging. Events of other crates below `WARN` are dropped at any level: some contain whole requests.
pub fn start(vars: &Vars) {
    let configured = vars.get("RUST_LOG").and_then(|text| text.parse::<Targets>().ok());
    let levels = configured.unwrap_or_else(|| Targets::new().with_default(tracing::Level::INFO));
    let own = Targets::new().with_target("latchkey", tracing::Level::TRACE).with_default(tracing::Level::WARN);
    let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal()).with_target(false);
    let _ = tracing_subscriber::registry().with(lines.with_filter(levels)).with(own).try_init();
}
