//! `latchkey keys rotate`

use crate::server::{
    cli::{CliError, open_database, table::print},
    clock::Clock,
    config::{self, Vars},
    rng::Rng,
    rotation::{Progress, rotate},
    vault::Vault,
};

pub async fn run(vars: &Vars) -> Result<(), CliError> {
    let keys = config::encryption_keys(vars).map_err(CliError::Settings)?;
    let (storage, vault) = (open_database(vars).await?, Vault::new(keys, Rng));
    let result = rotate(&storage, &vault, &Clock::default(), |Progress { resealed, left, .. }| {
        // Goes on even if the progress can't be printed.
        let _ = print(&format!("re-encrypted: {resealed}, left: {left}\n"));
    })
    .await;
    storage.close().await;
    let Progress { resealed, left, unopened } = result?;
    let key = vault.first_key();
    match (left, unopened) {
        (0, _) => print(&format!("done: re-encrypted {resealed}; everything uses key {key}\n")),
        (left, 0) => print(&format!(
            "re-encrypted {resealed}; {left} were added with an older key meanwhile, so run this again\n"
        )),
        (_, unopened) => {
            let why = "their keys are missing from ENCRYPTION_KEYS, or the data was altered";
            Err(CliError::message(format!("re-encrypted {resealed}, but {unopened} could not be decrypted: {why}")))
        }
    }
}
