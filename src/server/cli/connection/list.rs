//! `latchkey connection list`

use super::overview;
use crate::server::{
    cli::{CliError, account::unknown_account, table::print},
    storage::{Storage, accounts, connections},
};

pub async fn run(storage: &Storage, account: Option<&str>, json: bool) -> Result<(), CliError> {
    let listed = if let Some(email) = account {
        let (account, _) =
            accounts::find_by_email(storage.reader(), email).await?.ok_or_else(|| unknown_account(email))?;
        let theirs = connections::list(storage.reader(), &account.id).await?;
        theirs.into_iter().map(|connection| (connection, Some(account.email.clone()))).collect()
    } else {
        connections::list_all(storage.reader()).await?
    };
    let table = overview::list(listed);
    print(&if json { format!("{:#}\n", table.json()) } else { table.to_string() })
}
