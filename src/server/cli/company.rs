//! `latchkey company`: who there is, keeping a company out, and letting it in again.

use clap::Subcommand;

use super::{
    Failed,
    account::accounts,
    database,
    table::{Table, at, print},
};
use crate::server::{
    account::ClientInfo,
    config::Vars,
    storage::{Storage, overviews},
};

#[derive(Subcommand)]
pub enum Command {
    /// List companies with subdomain, name, known and linked Entrata users, last launch, and when they were disabled, or suspended by Entrata.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Disable a company: end its sessions and refuse its launches.
    Disable { subdomain: String },
    /// Enable a company that was disabled, or that Entrata suspended. Sessions that were ended stay ended.
    Enable { subdomain: String },
}

impl Command {
    pub async fn run(self, vars: &Vars) -> Result<(), Failed> {
        let storage = database(vars).await?;
        let done = match self {
            Self::List { json } => list(&storage, json).await,
            Self::Disable { subdomain } => set_enabled(&storage, &subdomain, true).await,
            Self::Enable { subdomain } => set_enabled(&storage, &subdomain, false).await,
        };
        storage.close().await;
        done
    }
}

async fn list(storage: &Storage, json: bool) -> Result<(), Failed> {
    let mut table = Table::new(&["SUBDOMAIN", "NAME", "USERS", "LINKED", "LAST LAUNCH", "DISABLED", "SUSPENDED"]);
    for company in overviews::companies(storage.reader()).await? {
        table.row(vec![
            Some(company.subdomain),
            Some(company.name),
            Some(company.identities.to_string()),
            Some(company.linked.to_string()),
            at(Some(company.launched_at)),
            at(company.disabled_at),
            at(company.suspended_at),
        ]);
    }
    print(&if json { format!("{:#}\n", table.json()) } else { table.to_string() })
}

async fn set_enabled(storage: &Storage, subdomain: &str, off: bool) -> Result<(), Failed> {
    if !accounts(storage).set_company_enabled(subdomain, off, ClientInfo::command_line()).await? {
        return Err(Failed::Said(format!("no company {subdomain} has opened Latchkey yet")));
    }
    println!("{} {subdomain}", if off { "disabled" } else { "enabled" });
    Ok(())
}
