//! `latchkey company list`

use crate::server::{
    cli::{
        CliError,
        table::{Table, print, time},
    },
    company,
    storage::Storage,
};

pub async fn run(storage: &Storage, json: bool) -> Result<(), CliError> {
    let mut table = Table::new(&["SUBDOMAIN", "NAME", "USERS", "LINKED", "LAST LAUNCH", "DISABLED", "SUSPENDED"]);
    for company in company::list(storage).await? {
        table.row(vec![
            Some(company.subdomain),
            Some(company.name),
            Some(company.identities.to_string()),
            Some(company.linked.to_string()),
            time(Some(company.launched_at)),
            time(company.disabled_at),
            time(company.suspended_at),
        ]);
    }
    print(&if json { format!("{:#}\n", table.json()) } else { table.to_string() })
}
