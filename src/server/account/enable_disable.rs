//! Turning accounts and companies off and on. What is off is out at its next request, by every way; turned on again, what was open
//! before is over, and so is what waited for a confirmation: being kept out is an end, not a pause.

use super::Accounts;
use crate::server::{
    storage::{
        self, accounts,
        audit::{self, AuditAction, AuditSubject, ClientInfo},
        companies, event_queue, revocation, unconfirmed_links,
    },
    visit::close,
};

impl Accounts {
    /// Turns the account of an e-mail off or on; false when there is none. Where it is so already, nothing changes.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn set_enabled(&self, email: &str, off: bool, client: ClientInfo) -> storage::Result<bool> {
        let (email, now) = (email.to_owned(), self.clock.now());
        let (at, what) =
            if off { (Some(now), AuditAction::AccountDisabled) } else { (None, AuditAction::AccountEnabled) };
        self.storage
            .write(move |c| {
                Box::pin(async move {
                    let Some(id) = accounts::set_disabled(&mut *c, &email, at).await? else {
                        return Ok(accounts::by_email(c, &email).await?.is_some());
                    };
                    let about = AuditSubject { account: Some(&id), ..AuditSubject::default() };
                    audit::insert(&mut *c, what, about, &client, now).await?;
                    accounts::cancel_expiry(&mut *c, &id).await?;
                    unconfirmed_links::drop_of_account(&mut *c, &id).await?;
                    if !off {
                        let ended = revocation::all_of_account(&mut *c, &id, None, now).await?;
                        close(c, &ended, AuditAction::SessionEnded, &client, now).await?;
                    }
                    Ok(true)
                })
            })
            .await
    }

    /// Turns the companies of a subdomain off or on, a suspension by Entrata included: whoever turns on knows better. False when nobody
    /// ever came from there.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn set_company_enabled(&self, subdomain: &str, off: bool, client: ClientInfo) -> storage::Result<bool> {
        let (subdomain, now) = (subdomain.to_ascii_lowercase(), self.clock.now());
        let what = if off { AuditAction::CompanyDisabled } else { AuditAction::CompanyEnabled };
        self.storage
            .write(move |c| {
                Box::pin(async move {
                    let changed = if off {
                        companies::disable(&mut *c, &subdomain, now).await?
                    } else {
                        // What was told before would keep it out again.
                        event_queue::give_up_of_company(&mut *c, &subdomain).await?;
                        companies::enable(&mut *c, &subdomain).await?
                    };
                    if changed == 0 {
                        return companies::is_known(c, &subdomain).await;
                    }
                    let about = AuditSubject { detail: &subdomain, ..AuditSubject::default() };
                    audit::insert(&mut *c, what, about, &client, now).await?;
                    if !off {
                        let ended = revocation::of_company(&mut *c, &subdomain, now).await?;
                        close(c, &ended, AuditAction::SessionEnded, &client, now).await?;
                    }
                    Ok(true)
                })
            })
            .await
    }
}
