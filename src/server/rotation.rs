//! Rotating keys: what older keys sealed is sealed anew with the first one, a little at a time beside a running server. What a launch
//! seals meanwhile is left as it is; interrupted, it goes on where it was.

use secrecy::ExposeSecret;

use super::{
    activation::code_place,
    audit::{AuditAction, AuditSubject, ClientInfo},
    clock::Clock,
    identity::token_place,
    vault::Vault,
    visit::ticket_place,
};
use crate::server::storage::{
    self, Storage, audit,
    sealed::{self, SealedRow, SealedTable},
};

/// Rows that one transaction seals anew: a launch may be waiting for the writer.
const PART: i64 = 100;

/// How a rotation stands, or ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    pub resealed: u64,
    /// Rows that are still sealed with older keys.
    pub left: i64,
    /// Of those: rows that can't be opened, their key being missing or their content altered.
    pub unopened: u64,
}

/// Seals anew whatever is not sealed with the first key; `tell` hears of every part.
///
/// # Errors
/// Those of the database; what was sealed by then stays so.
pub async fn rotate(
    storage: &Storage,
    vault: &Vault,
    clock: &Clock,
    mut tell: impl FnMut(Progress),
) -> storage::Result<Progress> {
    let mut progress =
        Progress { left: sealed::left(storage.reader(), vault.first_key()).await?, ..Progress::default() };
    for table in [SealedTable::Identities, SealedTable::UnconfirmedLinks, SealedTable::Events] {
        let mut after = String::new();
        loop {
            let rows = sealed::with_other_keys(storage.reader(), table, vault.first_key(), &after, PART).await?;
            let Some(last) = rows.last() else { break };
            after.clone_from(&last.id);
            let (mut anew, now) = (Vec::new(), clock.now());
            for row in rows {
                let place = place(table, &row);
                match vault.open(&place, &row.sealed) {
                    Ok(plain) => anew.push((row, vault.seal(&place, plain.expose_secret()))),
                    Err(_) => progress.unopened += 1,
                }
            }
            let key = vault.first_key().to_owned();
            let resealed = storage
                .write(move |mut tx| async move {
                    let mut resealed = 0;
                    for (row, fresh) in &anew {
                        resealed += sealed::replace(&mut tx, table, row, fresh).await?;
                    }
                    if resealed > 0 {
                        let detail = format!("{key}:{resealed}");
                        let about = AuditSubject { detail: &detail, ..AuditSubject::default() };
                        audit::insert(&mut tx, AuditAction::KeysRotated, about, &ClientInfo::command_line(), now)
                            .await?;
                    }
                    Ok::<_, storage::Error>(resealed)
                })
                .await?;
            progress.resealed += resealed;
            // Counted anew in the end only: that reads every row.
            progress.left -= i64::try_from(resealed).unwrap_or(0);
            tell(progress);
        }
    }
    progress.left = sealed::left(storage.reader(), vault.first_key()).await?;
    Ok(progress)
}

/// What a row's content is sealed for.
fn place(table: SealedTable, row: &SealedRow) -> String {
    match table {
        SealedTable::Identities => token_place(&row.issuer, &row.subdomain, &row.user_id),
        SealedTable::UnconfirmedLinks => ticket_place(&row.id),
        SealedTable::Events => code_place(&row.id),
    }
}
