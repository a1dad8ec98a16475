//! A code that was launched before. The browser that launched it gets the same visit again; any other is refused, and
//! the audit records it.

use super::{LaunchError, LaunchOutcome, OpenedVisit};
use crate::server::{
    audit::ClientInfo,
    core::Core,
    metrics::ReplaySource,
    storage::{self, audit, visits},
    visit::{Browser, BrowserContext, Cookie, IssuedFor, NewSessionIds, SessionCredential, next_id},
};

/// Opens the visit that the code launched, for the browser that launched it.
pub(super) async fn open_again(core: &Core, hash: [u8; 32], browser: BrowserContext) -> LaunchOutcome {
    let outcome = match browser.browser {
        Some(session) => resume(core, hash, session).await,
        None => Err(LaunchError::Spent),
    };
    if matches!(outcome, Err(LaunchError::Spent)) {
        record(core, hash, browser.client).await?;
    }
    outcome
}

/// Records that a code was reused and refused.
pub(super) async fn record(core: &Core, hash: [u8; 32], client: ClientInfo) -> storage::Result<()> {
    core.metrics.replayed(ReplaySource::ByLaunch);
    let now = core.clock.now();
    let record =
        core.storage.write_alone(move |mut tx| async move { audit::insert_replay(&mut tx, &hash, &client, now).await });
    record.await
}

async fn resume(core: &Core, hash: [u8; 32], browser: Browser) -> LaunchOutcome {
    let visit = visits::find_by_code(core.storage.reader(), &hash, core.clock.now()).await?;
    let visit = visit.filter(|visit| visit.session_id == browser.session_id).ok_or(LaunchError::Spent)?;
    visit.may_act().map_err(LaunchError::AccessDenied)?;
    let cookie = match SessionCredential::Cookie(browser) {
        presented if visit.opens_to(&presented) => None,
        SessionCredential::Cookie(browser) => Some(replace_lost_id(core, hash, browser).await?),
        SessionCredential::Bearer(_) => return Err(LaunchError::Spent),
    };
    Ok(OpenedVisit { visit: Box::new(visit), cookie, ticket: None })
}

/// Issues the browser's next id when the launch's response was lost (a reload, a double click). The browser holds a
/// live id of the same session and the code. Refused once a password was entered for the visit.
async fn replace_lost_id(core: &Core, hash: [u8; 32], browser: Browser) -> Result<Cookie, LaunchError> {
    let (ids, now) = (NewSessionIds::draw(&core.rng), core.clock.now());
    let cookie = ids.cookie();
    let replace = core.storage.write(move |mut tx| async move {
        let visit = visits::find_by_code(&mut tx, &hash, now).await?;
        if visit.is_none_or(|visit| visit.by_password || visit.session_id != browser.session_id) {
            return Err(LaunchError::Spent);
        }
        next_id(&mut tx, Some(&browser), IssuedFor::Launch, &ids, now).await?;
        Ok(())
    });
    replace.await?;
    Ok(cookie)
}
