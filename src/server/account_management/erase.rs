//! Erases an account with everything stored about the person, in one transaction. Rows are deleted per table and not
//! one by one, so that a person with thousands of rows doesn't block the writer. Only audit rows stay, with random ids
//! that belong to no account.

use crate::server::{
    account::{Account, forget_all_attempts},
    audit::{AuditAction, AuditSubject, ClientInfo},
    clock::Epoch,
    ids::IdentityId,
    storage::{self, Tx, audit, deletion, known_browsers, provider_grants, unconfirmed_links},
};

/// Erases an account, overwrites what is deleted, and records it. Returns the ids of the identities that were deleted.
pub(super) async fn erase(
    tx: &mut Tx,
    account: &Account,
    action: AuditAction,
    client: &ClientInfo,
    now: Epoch,
) -> storage::Result<Vec<IdentityId>> {
    storage::overwrite_deleted(&mut *tx, true).await?;
    let identities = erase_rows(&mut *tx, account, now).await?;
    let subject = AuditSubject { account: Some(&account.id), ..AuditSubject::default() };
    audit::insert(&mut *tx, action, subject, client, now).await?;
    storage::overwrite_deleted(tx, false).await?;
    Ok(identities)
}

async fn erase_rows(tx: &mut Tx, account: &Account, now: Epoch) -> storage::Result<Vec<IdentityId>> {
    let id = &account.id;
    let identities = deletion::identities_of_account(&mut *tx, id, now).await?;
    deletion::delete_visits(&mut *tx, id, &identities, now).await?;
    unconfirmed_links::delete_of_account(&mut *tx, id).await?;
    deletion::delete_identities(&mut *tx, id, &identities).await?;
    known_browsers::delete_of_account(&mut *tx, id).await?;
    provider_grants::delete_of_account(&mut *tx, id).await?;
    forget_all_attempts(&mut *tx, account).await?;
    deletion::blank_audit(&mut *tx, id, &identities).await?;
    deletion::delete_account(tx, id).await?;
    Ok(identities)
}
