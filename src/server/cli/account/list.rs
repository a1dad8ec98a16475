//! `latchkey account list` and `show`: who there is, who leads to them, where they are signed in.

use crate::server::{
    cli::{
        Failed,
        table::{Table, at, print},
    },
    clock::Clock,
    identity::LinkedIdentity,
    storage::{Storage, accounts, active_sessions, links, overviews},
    text::escaped,
};

pub async fn list(storage: &Storage, json: bool) -> Result<(), Failed> {
    let mut table = Table::new(&["EMAIL", "NAME", "LINKS", "LAST USE", "DISABLED"]);
    for account in overviews::accounts(storage.reader(), None).await? {
        table.row(vec![
            Some(account.email),
            Some(account.name),
            Some(account.links.to_string()),
            at(account.signed_in_at.max(account.used_at)),
            at(account.disabled_at),
        ]);
    }
    print(&if json { format!("{:#}\n", table.json()) } else { table.to_string() })
}

pub async fn show(storage: &Storage, email: &str, json: bool) -> Result<(), Failed> {
    let found = overviews::accounts(storage.reader(), Some(&accounts::fold(email))).await?;
    let account = found.into_iter().next();
    let account = account.ok_or_else(|| Failed::Said(format!("no account found for {}", escaped(email))))?;
    let mut facts = Table::new(&["EMAIL", "NAME", "CREATED", "LAST USE", "DISABLED"]);
    facts.row(vec![
        Some(account.email),
        Some(account.name),
        at(Some(account.created_at)),
        at(account.signed_in_at.max(account.used_at)),
        at(account.disabled_at),
    ]);
    let mut linked = Table::new(&["COMPANY", "SUBDOMAIN", "USER ID", "LINKED", "FIRST USE", "LAST USE"]);
    for LinkedIdentity { identity, linked_at, first_seen_at } in links::list(storage.reader(), &account.id).await? {
        linked.row(vec![
            Some(identity.company),
            Some(identity.subdomain),
            Some(identity.user_id),
            at(Some(linked_at)),
            at(Some(first_seen_at)),
            at(Some(identity.launched_at)),
        ]);
    }
    let mut open = Table::new(&["COMPANY", "SUBDOMAIN", "BROWSER", "CREDENTIAL", "STARTED", "LAST USE"]);
    for stay in active_sessions::list(storage.reader(), &account.id, Clock::default().now()).await? {
        let (company, subdomain) = stay.company.unzip();
        let credential = if stay.by_bearer { "bearer" } else { "cookie" };
        let (began, used) = (at(Some(stay.began_at)), at(Some(stay.used_at)));
        open.row(vec![company, subdomain, Some(stay.browser), Some(credential.to_owned()), began, used]);
    }
    if json {
        let account = facts.json()[0].take();
        let whole =
            serde_json::json!({"account": account, "linked_users": linked.json(), "open_sessions": open.json()});
        print(&format!("{whole:#}\n"))
    } else {
        print(&format!("{facts}\nLinked Entrata users\n{linked}\nOpen sessions\n{open}"))
    }
}
