//! The server binary. Every command is in `server::cli`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    ExitCode::from(latchkey::server::cli::run(std::env::args_os()).await)
}
