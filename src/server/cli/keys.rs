//! `latchkey keys`: encryption keys, making them and changing over to a new one.

use clap::Subcommand;
use zeroize::Zeroizing;

use super::{Failed, database, table::print};
use crate::server::{
    clock::Clock,
    config::{self, Vars},
    rng::Rng,
    rotation::{Progress, rotate},
    vault::{self, Vault},
};

#[derive(Subcommand)]
pub enum Command {
    /// Print a new key for ENCRYPTION_KEYS.
    Generate,
    /// Re-encrypt everything with the first key of ENCRYPTION_KEYS. The server can keep running.
    Rotate,
}

impl Command {
    pub async fn run(self, vars: &Vars) -> Result<(), Failed> {
        match self {
            Self::Generate => {
                let id: String = Rng.bytes::<4>().iter().map(|b| format!("{b:02x}")).collect();
                let key = Zeroizing::new(vault::generate(&id, &Rng));
                print(&Zeroizing::new(format!("{}\n", *key)))
            }
            Self::Rotate => rotate_all(vars).await,
        }
    }
}

async fn rotate_all(vars: &Vars) -> Result<(), Failed> {
    let keys = config::encryption_keys(vars).map_err(Failed::Settings)?;
    let (storage, vault) = (database(vars).await?, Vault::new(keys, Rng));
    let clock = Clock::default();
    let done = rotate(&storage, &vault, &clock, |Progress { resealed, left, .. }| {
        // However it is watched, it goes on.
        let _ = print(&format!("re-encrypted: {resealed}, left: {left}\n"));
    });
    let done = done.await;
    storage.close().await;
    let Progress { resealed, left, unopened } = done?;
    let key = vault.first_key();
    match (left, unopened) {
        (0, _) => print(&format!("done: re-encrypted {resealed}; everything uses key {key}\n")),
        (left, 0) => print(&format!(
            "re-encrypted {resealed}; {left} were added with an older key meanwhile, so run this again\n"
        )),
        (_, unopened) => {
            let why = "their keys are missing from ENCRYPTION_KEYS, or the data was altered";
            Err(Failed::Said(format!("re-encrypted {resealed}, but {unopened} could not be decrypted: {why}")))
        }
    }
}
