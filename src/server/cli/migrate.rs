//! `latchkey migrate`: creates the database, or upgrades its tables.

use super::{CliError, table::print};
use crate::server::{
    config::{self, Vars},
    storage::Storage,
};

pub async fn run(vars: &Vars) -> Result<(), CliError> {
    let url = config::database_url(vars).map_err(CliError::Settings)?;
    Storage::open(&url).await?.close().await;
    print("the database is up to date\n")
}
