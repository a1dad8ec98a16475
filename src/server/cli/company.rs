//! `latchkey company`: keeping a company out, and letting it in again.

use clap::Subcommand;

use super::{Failed, database};
use crate::server::{clock::Clock, config::Vars, db::companies};

#[derive(Subcommand)]
pub enum Command {
    /// Keep everybody out who comes from a company.
    Disable { subdomain: String },
    /// Let a disabled company in again.
    Enable { subdomain: String },
}

impl Command {
    pub async fn run(self, vars: &Vars) -> Result<(), Failed> {
        let (subdomain, disabled) = match self {
            Self::Disable { subdomain } => (subdomain.to_ascii_lowercase(), true),
            Self::Enable { subdomain } => (subdomain.to_ascii_lowercase(), false),
        };
        let at = disabled.then(|| Clock::default().now());
        let (db, name) = (database(vars).await?, subdomain.clone());
        let many = db.write(move |c| Box::pin(async move { companies::set_disabled(c, &name, at).await })).await?;
        db.close().await;
        if many == 0 {
            return Err(Failed::Said(format!("no company {subdomain} ever opened the app")));
        }
        println!("{} {subdomain}", if disabled { "disabled" } else { "enabled" });
        Ok(())
    }
}
