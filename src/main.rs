//! The one binary: everything it can do is a command in `server::cli`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    latchkey::server::cli::run().await
}
