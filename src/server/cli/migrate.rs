//! `latchkey migrate`: creates the database, or brings its tables up to date.

use super::{Failed, table::print};
use crate::server::{
    config::{self, Vars},
    storage::Storage,
};

pub async fn run(vars: &Vars) -> Result<(), Failed> {
    let url = config::database_url(vars).map_err(Failed::Settings)?;
    Storage::open(&url).await?.close().await;
    print("the database is up to date\n")
}
