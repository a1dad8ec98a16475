//! `latchkey account show`

use super::unknown_account;
use crate::server::{
    account::AccountOverview,
    cli::{
        CliError,
        table::{Table, print, time},
    },
    core::Core,
    identity::LinkedIdentity,
    ids::AccountId,
    storage::{self, accounts, active_sessions, links, overviews},
};

pub async fn run(core: &Core, email: &str, json: bool) -> Result<(), CliError> {
    let found = overviews::accounts(core.storage.reader(), Some(&accounts::fold(email))).await?;
    let account = found.into_iter().next().ok_or_else(|| unknown_account(email))?;
    let linked = linked_users(core, &account.id).await?;
    let open = open_sessions(core, &account.id).await?;
    let account = overview(account);
    print(&if json {
        let account = account.json()[0].take();
        let all = serde_json::json!({"account": account, "linked_users": linked.json(), "open_sessions": open.json()});
        format!("{all:#}\n")
    } else {
        format!("{account}\nLinked Entrata users\n{linked}\nOpen sessions\n{open}")
    })
}

fn overview(account: AccountOverview) -> Table {
    let mut table = Table::new(&["EMAIL", "NAME", "CREATED", "LAST USE", "DISABLED"]);
    let last_use = account.last_use();
    table.row(vec![
        Some(account.email),
        Some(account.name),
        time(Some(account.created_at)),
        time(last_use),
        time(account.disabled_at),
    ]);
    table
}

async fn linked_users(core: &Core, account_id: &AccountId) -> storage::Result<Table> {
    let mut table = Table::new(&["COMPANY", "SUBDOMAIN", "USER ID", "LINKED", "FIRST USE", "LAST USE"]);
    for link in links::list(core.storage.reader(), account_id).await? {
        let LinkedIdentity { identity, linked_at, first_seen_at } = link;
        table.row(vec![
            Some(identity.company),
            Some(identity.subdomain),
            Some(identity.user_id),
            time(Some(linked_at)),
            time(Some(first_seen_at)),
            time(Some(identity.launched_at)),
        ]);
    }
    Ok(table)
}

async fn open_sessions(core: &Core, account_id: &AccountId) -> storage::Result<Table> {
    let mut table = Table::new(&["COMPANY", "SUBDOMAIN", "BROWSER", "CREDENTIAL", "STARTED", "LAST USE"]);
    for session in active_sessions::list(core.storage.reader(), account_id, core.clock.now()).await? {
        let (company, subdomain) = session.company.unzip();
        let credential = if session.by_bearer { "bearer" } else { "cookie" };
        let (started, used) = (time(Some(session.began_at)), time(Some(session.used_at)));
        table.row(vec![company, subdomain, Some(session.browser), Some(credential.to_owned()), started, used]);
    }
    Ok(table)
}
