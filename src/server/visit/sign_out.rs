//! Signing out. Ends this visit and the ones that earlier clicks on the same tile left behind in this browser, but
//! not a later tab of the same identity. The browser session ends with its last live visit.

use super::{Visit, close};
use crate::server::{
    account::Account,
    audit::{AuditAction, ClientInfo},
    clock::Epoch,
    core::Core,
    ids::{AccountId, SessionId, VisitId},
    storage::{self, Tx, browser_sessions, revocation, unconfirmed_links, visits},
};

/// What is left of the browser session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedOut {
    /// Other visits of the browser session are still open.
    SessionOpen,
    /// No visit is left, so the browser no longer needs its cookie.
    SessionEnded,
}

impl SignedOut {
    pub async fn of_session(tx: &mut Tx, session_id: &SessionId, now: Epoch) -> storage::Result<Self> {
        let any = visits::session_has_live(tx, session_id, now).await?;
        Ok(if any { Self::SessionOpen } else { Self::SessionEnded })
    }
}

/// Ends a visit, with those left behind and a sign-in that waits for confirmation.
pub(super) async fn sign_out(core: &Core, visit: &Visit, client: ClientInfo) -> storage::Result<SignedOut> {
    let (id, session, now) = (visit.id.clone(), visit.session_id.clone(), core.clock.now());
    let end = core.storage.write(move |mut tx| async move {
        let ended = revocation::with_unused(&mut tx, &id, now).await?;
        unconfirmed_links::delete_of_visit(&mut tx, &id).await?;
        close(&mut tx, &ended, AuditAction::SessionEnded, &client, now).await?;
        browser_sessions::delete_without_visits(&mut tx, &[&session], now).await?;
        SignedOut::of_session(&mut tx, &session, now).await
    });
    end.await
}

/// Ends all visits of the account and forgets its sign-ins that wait for confirmation. Other accounts in the same
/// browser session stay signed in.
pub(super) async fn sign_out_everywhere(
    core: &Core,
    visit: &Visit,
    account: &Account,
    client: ClientInfo,
) -> storage::Result<SignedOut> {
    let (account, session, now) = (account.id.clone(), visit.session_id.clone(), core.clock.now());
    let end = core.storage.write(move |mut tx| async move {
        end_all(&mut tx, &account, None, &client, now).await?;
        browser_sessions::delete_without_visits(&mut tx, &[&session], now).await?;
        SignedOut::of_session(&mut tx, &session, now).await
    });
    end.await
}

/// Ends all visits of the account except this one and forgets its sign-ins that wait for confirmation, even those in
/// this browser: pending visits aren't listed, and confirming one later would give access to somebody who knew the
/// password.
pub(super) async fn sign_out_others(
    core: &Core,
    account: &Account,
    this: &Visit,
    client: ClientInfo,
) -> storage::Result<()> {
    let (account, this, now) = (account.id.clone(), this.id.clone(), core.clock.now());
    let end =
        core.storage.write(move |mut tx| async move { end_all(&mut tx, &account, Some(&this), &client, now).await });
    end.await
}

async fn end_all(
    tx: &mut Tx,
    account: &AccountId,
    except: Option<&VisitId>,
    client: &ClientInfo,
    now: Epoch,
) -> storage::Result<()> {
    unconfirmed_links::delete_of_account(&mut *tx, account).await?;
    let ended = revocation::all_of_account(&mut *tx, account, except, now).await?;
    close(tx, &ended, AuditAction::SessionEnded, client, now).await
}
