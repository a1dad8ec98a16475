//! `latchkey connection list`

use super::overview;
use crate::server::{
    cli::{CliError, account::unknown_account, table::print},
    storage::{Storage, accounts, connections},
};

pub async fn run(storage: &Storage, account: Option<&str>, json: bool) -> Result<(), CliError> {
    let mut listed = connections::list_all(storage.reader()).await?;
    if let Some(email) = account {
        let (account, _) =
            accounts::find_by_email(storage.reader(), email).await?.ok_or_else(|| unknown_account(email))?;
        listed.retain(|(connection, _)| connection.account.as_ref() == Some(&account.id));
    }
    let table = overview::list(listed);
    print(&if json { format!("{:#}\n", table.json()) } else { table.to_string() })
}
