//! Disabling and enabling an account. Disabling takes effect at the next request, however the person is signed in.
//! Enabling ends every session that was open before, so a stolen session doesn't work again.

use crate::server::{
    audit::{AuditAction, AuditSubject, ClientInfo},
    clock::Epoch,
    core::Core,
    ids::AccountId,
    storage::{self, Tx, accounts, audit, revocation, unconfirmed_links},
    visit::close,
};

/// Disables the account with this email. Returns false if there is none; a disabled one stays as it is.
pub async fn disable(core: &Core, email: &str, client: ClientInfo) -> storage::Result<bool> {
    let (email, now) = (email.to_owned(), core.clock.now());
    let write = core.storage.write(move |mut tx| async move {
        let Some(id) = accounts::set_disabled(&mut tx, &email, Some(now)).await? else {
            return Ok(accounts::find_by_email(&mut tx, &email).await?.is_some());
        };
        record(&mut tx, &id, AuditAction::AccountDisabled, &client, now).await?;
        Ok(true)
    });
    write.await
}

/// Enables the account with this email, and ends the visits that were open before. Returns false if there is none; an
/// enabled one stays as it is.
pub async fn enable(core: &Core, email: &str, client: ClientInfo) -> storage::Result<bool> {
    let (email, now) = (email.to_owned(), core.clock.now());
    let write = core.storage.write(move |mut tx| async move {
        let Some(id) = accounts::set_disabled(&mut tx, &email, None).await? else {
            return Ok(accounts::find_by_email(&mut tx, &email).await?.is_some());
        };
        record(&mut tx, &id, AuditAction::AccountEnabled, &client, now).await?;
        let ended = revocation::all_of_account(&mut tx, &id, None, now).await?;
        close(&mut tx, &ended, AuditAction::SessionEnded, &client, now).await?;
        Ok(true)
    });
    write.await
}

/// Records the change and drops pending confirmations. Cancels the account's scheduled deletion, because the operator
/// takes care of it.
async fn record(
    tx: &mut Tx,
    account_id: &AccountId,
    action: AuditAction,
    client: &ClientInfo,
    now: Epoch,
) -> storage::Result<()> {
    let subject = AuditSubject { account: Some(account_id), ..AuditSubject::default() };
    audit::insert(&mut *tx, action, subject, client, now).await?;
    accounts::cancel_expiry(&mut *tx, account_id).await?;
    unconfirmed_links::delete_of_account(tx, account_id).await.map(|_| ())
}
