//! `latchkey keys`: encryption keys.

use clap::Subcommand;

use super::Failed;
use crate::server::{chance::Chance, vault};

#[derive(Subcommand)]
pub enum Command {
    /// Print a new key in the form that ENCRYPTION_KEYS takes.
    Generate,
}

impl Command {
    #[allow(clippy::unnecessary_wraps, reason = "every command has this form")]
    pub fn run(self) -> Result<(), Failed> {
        match self {
            Self::Generate => {
                let id: String = Chance.bytes::<4>().iter().map(|b| format!("{b:02x}")).collect();
                println!("{}", vault::generate(&id, &Chance));
                Ok(())
            }
        }
    }
}
