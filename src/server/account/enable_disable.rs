//! Turning accounts and companies off and on. What is off is out at its next request, by every way; turned on again, what was open
//! before is over, and so is what waited for a confirmation: being kept out is an end, not a pause.

use super::Accounts;
use crate::server::{
    audit::{AuditAction, AuditSubject, ClientInfo},
    storage::{self, accounts, audit, companies, event_queue, revocation, unconfirmed_links},
    visit::close,
};

impl Accounts {
    /// Turns the account of an e-mail off or on; false when there is none. Where it is so already, nothing changes.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn set_enabled(&self, email: &str, off: bool, client: ClientInfo) -> storage::Result<bool> {
        let (email, now) = (email.to_owned(), self.core.clock.now());
        let (at, what) =
            if off { (Some(now), AuditAction::AccountDisabled) } else { (None, AuditAction::AccountEnabled) };
        self.core
            .storage
            .write(move |mut tx| async move {
                let Some(id) = accounts::set_disabled(&mut tx, &email, at).await? else {
                    return Ok(accounts::find_by_email(&mut tx, &email).await?.is_some());
                };
                let about = AuditSubject { account: Some(&id), ..AuditSubject::default() };
                audit::insert(&mut tx, what, about, &client, now).await?;
                accounts::cancel_expiry(&mut tx, &id).await?;
                unconfirmed_links::delete_of_account(&mut tx, &id).await?;
                if !off {
                    let ended = revocation::all_of_account(&mut tx, &id, None, now).await?;
                    close(&mut tx, &ended, AuditAction::SessionEnded, &client, now).await?;
                }
                Ok(true)
            })
            .await
    }

    /// Turns the companies of a subdomain off or on, a suspension by Entrata included: whoever turns on knows better. False when nobody
    /// ever came from there.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn set_company_enabled(&self, subdomain: &str, off: bool, client: ClientInfo) -> storage::Result<bool> {
        let (subdomain, now) = (subdomain.to_ascii_lowercase(), self.core.clock.now());
        let what = if off { AuditAction::CompanyDisabled } else { AuditAction::CompanyEnabled };
        self.core
            .storage
            .write(move |mut tx| async move {
                let changed = if off {
                    companies::disable(&mut tx, &subdomain, now).await?
                } else {
                    // What was told before would keep it out again.
                    event_queue::close_of_company(&mut tx, &subdomain).await?;
                    companies::enable(&mut tx, &subdomain).await?
                };
                if changed == 0 {
                    return companies::is_known(&mut tx, &subdomain).await;
                }
                let about = AuditSubject { detail: &subdomain, ..AuditSubject::default() };
                audit::insert(&mut tx, what, about, &client, now).await?;
                if !off {
                    let ended = revocation::of_company(&mut tx, &subdomain, now).await?;
                    close(&mut tx, &ended, AuditAction::SessionEnded, &client, now).await?;
                }
                Ok(true)
            })
            .await
    }
}
