//! `latchkey account list`

use crate::server::{
    cli::{
        CliError,
        table::{Table, print, time},
    },
    storage::{Storage, overviews},
};

pub async fn run(storage: &Storage, json: bool) -> Result<(), CliError> {
    let mut table = Table::new(&["EMAIL", "NAME", "LINKS", "LAST USE", "DISABLED"]);
    for account in overviews::accounts(storage.reader(), None).await? {
        let last_use = account.last_use();
        table.row(vec![
            Some(account.email),
            Some(account.name),
            Some(account.links.to_string()),
            time(last_use),
            time(account.disabled_at),
        ]);
    }
    print(&if json { format!("{:#}\n", table.json()) } else { table.to_string() })
}
