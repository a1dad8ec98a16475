//! Key rotation: reseals with the first key what older keys sealed, in small parts while the server runs. What a launch
//! seals meanwhile stays as it is. An interrupted rotation continues where it stopped.

use secrecy::ExposeSecret;

use super::{
    activation::code_context,
    audit::{AuditAction, AuditSubject, ClientInfo},
    clock::Clock,
    connection,
    identity::token_place,
    storage::{self, Storage, audit, sealed},
    vault::{Sealed, Vault},
    visit::ticket_place,
};

/// Rows that one transaction reseals. A launch may wait for it.
const PART: i64 = 100;

/// A sealed column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedTable {
    Identities,
    UnconfirmedLinks,
    Events,
    ConnectionAccess,
    ConnectionRenewal,
}

impl SealedTable {
    const ALL: [Self; 5] =
        [Self::Identities, Self::UnconfirmedLinks, Self::Events, Self::ConnectionAccess, Self::ConnectionRenewal];
}

/// A row with a sealed column, and what its place is derived from.
#[derive(Debug, Clone)]
pub struct SealedRow {
    /// The id of the identity, of the visit of an unconfirmed link, of the event, or of the connection.
    pub id: String,
    pub issuer: String,
    pub subdomain: String,
    pub user_id: String,
    pub sealed: Sealed,
}

impl SealedRow {
    /// Returns the place that the row's content is sealed for.
    fn place(&self, table: SealedTable) -> String {
        match table {
            SealedTable::Identities => token_place(&self.issuer, &self.subdomain, &self.user_id),
            SealedTable::UnconfirmedLinks => ticket_place(&self.id.clone().into()),
            SealedTable::Events => code_context(&self.id.clone().into()),
            SealedTable::ConnectionAccess => connection::access_context(&self.id.clone().into()),
            SealedTable::ConnectionRenewal => connection::renewal_context(&self.id.clone().into()),
        }
    }
}

/// How far a rotation is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    pub resealed: u64,
    /// Rows that are still sealed with older keys.
    pub left: i64,
    /// Of those, rows that can't be opened: their key is missing or their content was altered.
    pub unopened: u64,
}

/// Reseals everything that is not sealed with the first key. Calls `report` after each part.
///
/// # Errors
/// When the database fails. What was resealed before stays resealed.
pub async fn rotate(
    storage: &Storage,
    vault: &Vault,
    clock: &Clock,
    mut report: impl FnMut(Progress),
) -> storage::Result<Progress> {
    let left = sealed::count_other_keys(storage.reader(), vault.first_key()).await?;
    let mut progress = Progress { left, ..Progress::default() };
    for table in SealedTable::ALL {
        let mut after = String::new();
        loop {
            let rows = sealed::list_other_keys(storage.reader(), table, vault.first_key(), &after, PART).await?;
            let Some(last) = rows.last() else { break };
            after.clone_from(&last.id);
            let mut opened = Vec::new();
            for row in rows {
                let place = row.place(table);
                match vault.open(&place, &row.sealed) {
                    Ok(plain) => opened.push((row, vault.seal(&place, plain.expose_secret()))),
                    Err(_) => progress.unopened += 1,
                }
            }
            let resealed = replace(storage, table, opened, vault.first_key(), clock).await?;
            progress.resealed += resealed;
            // An estimate: counting reads every row, so it is done once, at the end.
            progress.left -= i64::try_from(resealed).unwrap_or(0);
            report(progress);
        }
    }
    progress.left = sealed::count_other_keys(storage.reader(), vault.first_key()).await?;
    Ok(progress)
}

/// Stores resealed rows in one transaction, with an audit row. Returns how many had not changed meanwhile.
async fn replace(
    storage: &Storage,
    table: SealedTable,
    rows: Vec<(SealedRow, Sealed)>,
    key: &str,
    clock: &Clock,
) -> storage::Result<u64> {
    let (key, now) = (key.to_owned(), clock.now());
    storage
        .write(move |mut tx| async move {
            let mut resealed = 0;
            for (row, sealed) in &rows {
                resealed += u64::from(sealed::replace(&mut tx, table, row, sealed).await?);
            }
            if resealed > 0 {
                let detail = format!("{key}:{resealed}");
                let about = AuditSubject { detail: &detail, ..AuditSubject::default() };
                audit::insert(&mut tx, AuditAction::KeysRotated, about, &ClientInfo::command_line(), now).await?;
            }
            Ok(resealed)
        })
        .await
}
