//! `latchkey company`: lists, disables and enables companies.

use clap::Subcommand;

use super::{
    Failed, database,
    table::{Table, at, print},
};
use crate::server::{audit::ClientInfo, company, config::Vars, core::Core, storage::Storage};

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
            Self::Disable { subdomain } => disable(storage.clone(), &subdomain).await,
            Self::Enable { subdomain } => enable(storage.clone(), &subdomain).await,
        };
        storage.close().await;
        done
    }
}

async fn list(storage: &Storage, json: bool) -> Result<(), Failed> {
    let mut table = Table::new(&["SUBDOMAIN", "NAME", "USERS", "LINKED", "LAST LAUNCH", "DISABLED", "SUSPENDED"]);
    for company in company::list(storage).await? {
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

async fn disable(storage: Storage, subdomain: &str) -> Result<(), Failed> {
    let known = company::disable(&Core::for_command(storage), subdomain, ClientInfo::command_line()).await?;
    report(known, "disabled", subdomain)
}

async fn enable(storage: Storage, subdomain: &str) -> Result<(), Failed> {
    let known = company::enable(&Core::for_command(storage), subdomain, ClientInfo::command_line()).await?;
    report(known, "enabled", subdomain)
}

fn report(known: bool, what: &str, subdomain: &str) -> Result<(), Failed> {
    if !known {
        return Err(Failed::Said(format!("no company {subdomain} has opened Latchkey yet")));
    }
    println!("{what} {subdomain}");
    Ok(())
}
