//! `latchkey company`: keeping a company out, and letting it in again.

use clap::Subcommand;

use super::{Failed, account::accounts, database};
use crate::server::{account::Seen, config::Vars};

#[derive(Subcommand)]
pub enum Command {
    /// Keep everybody out who comes from a company.
    Disable { subdomain: String },
    /// Let a company in again that was disabled, or that Entrata suspended; what was open before stays ended.
    Enable { subdomain: String },
}

impl Command {
    pub async fn run(self, vars: &Vars) -> Result<(), Failed> {
        let (subdomain, off) = match self {
            Self::Disable { subdomain } => (subdomain, true),
            Self::Enable { subdomain } => (subdomain, false),
        };
        let db = database(vars).await?;
        let known = accounts(&db).switch_company(&subdomain, off, Seen::command_line()).await;
        db.close().await;
        if !known? {
            return Err(Failed::Said(format!("no company {subdomain} ever opened the app")));
        }
        println!("{} {subdomain}", if off { "disabled" } else { "enabled" });
        Ok(())
    }
}
