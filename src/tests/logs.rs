//! Captures everything that is logged while tests run, at every level, so that a test can assert what is not logged.

use std::{
    io::Write,
    sync::{Arc, Mutex, OnceLock},
};

use tracing_subscriber::{Layer, filter::LevelFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

static LOG: OnceLock<Buffer> = OnceLock::new();

/// Starts capturing, once for all tests of the process.
pub fn capture() {
    LOG.get_or_init(|| {
        let buffer = Buffer::default();
        let writer = buffer.clone();
        let lines = fmt::layer().with_ansi(false).with_writer(move || writer.clone()).with_filter(LevelFilter::TRACE);
        tracing_subscriber::registry().with(lines).init();
        buffer
    });
}

/// Returns everything logged so far, by all tests of the process.
pub fn text() -> String {
    let buffer = LOG.get().expect("capture() was called");
    String::from_utf8_lossy(&buffer.0.lock().unwrap()).into_owned()
}
