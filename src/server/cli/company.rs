//! `latchkey company`: keeping a company out, and letting it in again.

use clap::Subcommand;

use super::{Failed, database};
use crate::server::{
    account::{About, Seen, What},
    clock::Clock,
    config::Vars,
    db::{self, audit, companies, endings},
    visit::close,
};

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
        let now = Clock::default().now();
        let (at, what) = if disabled { (Some(now), What::CompanyDisabled) } else { (None, What::CompanyEnabled) };
        let (db, name) = (database(vars).await?, subdomain.clone());
        let set = db.write(move |c| {
            Box::pin(async move {
                let many = companies::set_disabled(&mut *c, &name, at).await?;
                if many > 0 {
                    let about = About { detail: &name, ..About::default() };
                    audit::insert(&mut *c, what, about, &Seen::command_line(), now).await?;
                    if !disabled {
                        let ended = endings::of_company(&mut *c, &name, now).await?;
                        close(c, &ended, What::SessionEnded, &Seen::command_line(), now).await?;
                    }
                }
                Ok::<_, db::Error>(many)
            })
        });
        let many = set.await?;
        db.close().await;
        if many == 0 {
            return Err(Failed::Said(format!("no company {subdomain} ever opened the app")));
        }
        println!("{} {subdomain}", if disabled { "disabled" } else { "enabled" });
        Ok(())
    }
}
