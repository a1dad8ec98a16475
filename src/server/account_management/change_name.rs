//! Changes an account's name.

use super::ChangeError;
use crate::server::{
    account::{Account, parse_name},
    audit::{AuditAction, AuditSubject, ClientInfo},
    core::Core,
    storage::{accounts, audit},
    visit::{Visit, acts_as},
};

/// Changes the name of the account that a visit acts as. The same name changes nothing.
///
/// # Errors
/// When the name is empty or the visit has ended; nothing is changed then.
pub async fn change_name(
    core: &Core,
    account: &Account,
    visit: &Visit,
    name: &str,
    client: ClientInfo,
) -> Result<(), ChangeError> {
    let name = parse_name(name).map_err(ChangeError::Refused)?;
    let (account_id, visit_id, now) = (account.id.clone(), visit.id.clone(), core.clock.now());
    let write = core.storage.write(move |mut tx| async move {
        if !acts_as(&mut tx, &visit_id, &account_id, now).await? {
            return Err(ChangeError::Over);
        }
        if accounts::set_name(&mut tx, &account_id, &name).await? {
            let subject =
                AuditSubject { account: Some(&account_id), visit: Some(&visit_id), ..AuditSubject::default() };
            audit::insert(&mut tx, AuditAction::NameChanged, subject, &client, now).await?;
        }
        Ok(())
    });
    write.await
}
