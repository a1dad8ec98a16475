//! Resolves a launch: stores what Entrata returned about the user, and begins a visit, linked if the identity has an
//! account, otherwise pending. One transaction, so a launch is stored completely or not at all.

use secrecy::{ExposeSecret, SecretString};

use super::{LaunchError, LaunchOutcome, Launches, OpenedVisit};
use crate::server::{
    account::{AccessDenied, Account, may_enter},
    audit::{AuditAction, AuditSubject},
    clock::{Clock, Epoch},
    company::{self, CompanyStatus},
    connectors::{Token, entrata::UserInfo},
    identity::{Identity, LaunchProfile, LaunchedIdentity, token_place},
    ids::{IdentityId, VisitId},
    storage::{self, Tx, audit, companies, identities},
    vault::Sealed,
    visit::{
        BrowserContext, BrowserKey, Cookie, IssuedFor, NewSessionIds, NewVisit, PageTicket, Visit, VisitState, begin,
        next_id,
    },
};

/// What the exchange of a code returned.
pub(super) struct Exchanged {
    pub token: Token,
    pub user: UserInfo,
    /// When the exchange began, in microseconds since the epoch.
    pub began_at: i64,
}

pub(super) async fn resolve(
    launches: &Launches,
    code_hash: [u8; 32],
    exchanged: Exchanged,
    browser: BrowserContext,
) -> LaunchOutcome {
    let launch = Launch::prepare(launches, code_hash, exchanged, browser);
    let (cookie, ticket) = (launch.cookie(), launch.ticket());
    // Commit even if access is denied, to keep the newest token and properties.
    let visit = launches.core.storage.write(move |mut tx| async move { launch.store(&mut tx).await });
    let visit = visit.await.map_err(LaunchError::from)?.map_err(LaunchError::AccessDenied)?;
    Ok(OpenedVisit { visit: Box::new(visit), cookie: Some(cookie), ticket: Some(ticket) })
}

/// Everything that the transaction stores, sealed and generated before it begins.
struct Launch {
    now: Epoch,
    clock: Clock,
    code_hash: [u8; 32],
    issuer: String,
    user: UserInfo,
    /// JSON.
    properties: String,
    token: Sealed,
    token_expires_at: Option<Epoch>,
    exchange_began_at: i64,
    browser: BrowserContext,
    ask_new_browsers: bool,
    /// The id of the identity, if it is new.
    identity_id: IdentityId,
    visit_id: VisitId,
    session_ids: NewSessionIds,
    page_ticket: PageTicket,
}

impl Launch {
    fn prepare(launches: &Launches, code_hash: [u8; 32], exchanged: Exchanged, browser: BrowserContext) -> Self {
        let Exchanged { token, user, began_at } = exchanged;
        let (rng, clock) = (&launches.core.rng, launches.core.clock.clone());
        let now = clock.now();
        let place = token_place(&launches.issuer, user.subdomain.as_str(), &user.user_id);
        Self {
            now,
            clock,
            code_hash,
            issuer: launches.issuer.clone(),
            properties: serde_json::to_string(&user.properties).unwrap_or_else(|_| "[]".into()),
            user,
            token: launches.vault.seal(&place, token.secret.expose_secret()),
            token_expires_at: token.expires_in.map(|lifetime| now.saturating_add(lifetime)),
            exchange_began_at: began_at,
            browser,
            ask_new_browsers: launches.ask_new_browsers,
            identity_id: rng.id().into(),
            visit_id: rng.id().into(),
            session_ids: NewSessionIds::draw(rng),
            page_ticket: PageTicket::draw(rng, now),
        }
    }

    fn cookie(&self) -> Cookie {
        self.session_ids.cookie()
    }

    fn ticket(&self) -> SecretString {
        self.page_ticket.secret.clone()
    }

    async fn store(self, tx: &mut Tx) -> storage::Result<Result<Visit, AccessDenied>> {
        let LaunchedIdentity { mut identity, account } = self.store_profile(&mut *tx).await?;
        self.lift_suspension(&mut *tx, &mut identity).await?;
        let access = match &account {
            Some(account) => may_enter(account, identity.company_status),
            None => company::may_act(identity.company_status).map_err(AccessDenied::from),
        };
        if let Err(denied) = access {
            return Ok(Err(denied));
        }
        let state = self.state(&mut *tx, identity, account).await?;
        self.begin(tx, state).await.map(Ok)
    }

    async fn store_profile(&self, tx: &mut Tx) -> storage::Result<LaunchedIdentity> {
        let profile = LaunchProfile {
            issuer: &self.issuer,
            subdomain: self.user.subdomain.as_str(),
            company: &self.user.company,
            user_id: &self.user.user_id,
            properties: &self.properties,
            token: &self.token,
            token_expires_at: self.token_expires_at,
            exchange_began_at: self.exchange_began_at,
        };
        identities::upsert_launched(tx, &self.identity_id, profile, &self.clock).await
    }

    /// Lifts a suspension that no web service confirmed: Entrata just accepted a launch from this company, so the
    /// suspension can't be real.
    async fn lift_suspension(&self, tx: &mut Tx, identity: &mut Identity) -> storage::Result<()> {
        if identity.company_status != CompanyStatus::Suspended
            || !companies::lift_unconfirmed(&mut *tx, &identity.issuer, &identity.subdomain).await?
        {
            return Ok(());
        }
        identity.company_status = CompanyStatus::Open;
        let subject = AuditSubject { detail: &identity.subdomain, ..AuditSubject::default() };
        audit::insert(tx, AuditAction::SuspensionLifted, subject, &self.browser.client, self.now).await
    }

    /// The state in which the visit begins: linked if the identity has an account and this browser needs no password.
    async fn state(&self, tx: &mut Tx, identity: Identity, account: Option<Account>) -> storage::Result<VisitState> {
        match account {
            Some(account) if self.needs_password(tx, &account).await? => {
                Ok(VisitState::Pending { identity, linked_to: Some(account.id) })
            }
            Some(account) => Ok(VisitState::Linked { identity: Some(identity), account }),
            None => Ok(VisitState::Pending { identity, linked_to: None }),
        }
    }

    /// Whether the account's password is needed, because it was never entered in this browser. Without the browser's
    /// cookie, as with bearer tokens, no browser can be remembered, and the password is needed each time.
    async fn needs_password(&self, tx: &mut Tx, account: &Account) -> storage::Result<bool> {
        match self.browser.key {
            _ if !self.ask_new_browsers => Ok(false),
            Some(key) => Ok(!BrowserKey::knows(key, tx, &account.id, self.now).await?),
            None => Ok(true),
        }
    }

    async fn begin(self, tx: &mut Tx, state: VisitState) -> storage::Result<Visit> {
        let presented = self.browser.browser;
        let session = next_id(&mut *tx, presented.as_ref(), IssuedFor::Launch, &self.session_ids, self.now).await?;
        let presented = presented.filter(|browser| browser.session_id == session.session_id);
        let visit = Visit::begun_now(self.visit_id, session, state, self.now);
        let new = NewVisit {
            visit: &visit,
            code: Some(&self.code_hash),
            presented_number: presented.map_or(0, |browser| browser.number),
            ticket: Some(&self.page_ticket),
            client: &self.browser.client,
        };
        begin(tx, new, AuditAction::Launched, self.now).await?;
        Ok(visit)
    }
}
