//! The operations on visits. Each method calls the function of the file that implements it.

use secrecy::SecretString;

use super::{
    ActiveSession, Bearer, BrowserContext, BrowserKey, ConfirmError, Cookie, LiveSession, NewTabError, OpenError,
    ProbeOutcome, RenewedCredential, SessionCredential, SignInEvidence, SignedOut, Token, UnlinkError, UnlinkReason,
    Visit, VisitSignInError, active_sessions, acts_as, bearer, confirm, confirm_password, cookie_probe, known_browsers,
    new_tab, open, session, session_data, sign_in, sign_out, unlink,
};
use crate::server::{
    account::{Account, VerifiedPassword},
    audit::ClientInfo,
    clock::Epoch,
    core::Core,
    ids::{IdentityId, SessionId, VisitId},
    storage,
    vault::Vault,
};

#[derive(Clone)]
pub struct Visits {
    core: Core,
    vault: Vault,
}

impl Visits {
    pub fn new(core: Core, vault: Vault) -> Self {
        Self { core, vault }
    }

    /// The current time.
    pub fn now(&self) -> Epoch {
        self.core.clock.now()
    }
}

/// Session credentials.
impl Visits {
    /// Finds the live browser session of a cookie.
    pub async fn browser(&self, id: &str) -> storage::Result<Option<LiveSession>> {
        session::find(&self.core, id).await
    }

    /// Finds the live visit of a bearer token, with the token's successor if it is time for one.
    pub async fn bearer(&self, token: &str, client: ClientInfo) -> storage::Result<Option<(Bearer, Option<Token>)>> {
        bearer::accept(&self.core, token, client).await
    }

    /// Chooses among several valid cookies the one that opens the requested visit, or any visit if none is requested.
    pub async fn choose(
        &self,
        live: Vec<SessionCredential>,
        visit: Option<&VisitId>,
    ) -> storage::Result<Option<SessionCredential>> {
        open::choose(&self.core, live, visit).await
    }

    /// Decides in a visit's first page whether the cookie works for the visit, and issues a bearer token if not.
    pub async fn cookie_probe(
        &self,
        visit_id: &VisitId,
        ticket: &str,
        credential: Option<&SessionCredential>,
        earlier: Option<&str>,
        client: ClientInfo,
    ) -> Result<ProbeOutcome, OpenError> {
        cookie_probe::probe(&self.core, visit_id, ticket, credential, earlier, client).await
    }

    /// Remembers the browser for the visit's account. Returns the browser's new cookie.
    pub async fn remember(&self, visit_id: &VisitId, old: Option<BrowserKey>) -> storage::Result<Option<SecretString>> {
        known_browsers::remember(&self.core, visit_id, old).await
    }

    /// Saves a session's data (JSON). Returns false if the session no longer exists.
    pub async fn save_data(&self, session_id: &SessionId, data: String) -> storage::Result<bool> {
        session_data::save(&self.core, session_id, data).await
    }

    /// Returns a session's data (JSON) and when the session expires.
    pub async fn data(&self, session_id: &SessionId) -> storage::Result<Option<(String, Epoch)>> {
        session_data::load(&self.core, session_id).await
    }
}

/// Opening visits.
impl Visits {
    /// Opens the visit at an address. Does not check [`Visit::may_act`].
    pub async fn open(&self, id: &VisitId, credential: Option<&SessionCredential>) -> Result<Visit, OpenError> {
        open::open(&self.core, id, credential).await
    }

    /// Returns the open visit of this browser in which a password was entered last, if that was within five minutes.
    pub async fn last_authenticated(&self, credential: Option<&SessionCredential>) -> storage::Result<Option<Visit>> {
        let now = self.now();
        let open = self.all_open(credential).await?.into_iter();
        Ok(open.filter(|visit| visit.is_recently_authenticated(now)).max_by_key(|visit| visit.password_verified_at))
    }

    /// Returns the linked visits that this browser may open, newest first, without the properties of their identities.
    pub async fn all_open(&self, credential: Option<&SessionCredential>) -> storage::Result<Vec<Visit>> {
        open::all_open(&self.core, credential).await
    }

    /// Whether a visit that was opened a while ago is still live and acts as the account.
    pub async fn still_acts_as(&self, visit_id: &VisitId, account: &Account) -> storage::Result<bool> {
        acts_as::still_acts_as(&self.core, visit_id, &account.id).await
    }

    /// Makes the one-time ticket that opens the visit in a new tab.
    pub fn new_tab_ticket(&self, visit: &Visit) -> SecretString {
        new_tab::ticket(&self.vault, visit)
    }

    /// Begins a visit like this one in another tab. Returns its id and the tab's cookie.
    pub async fn open_in_new_tab(
        &self,
        visit_id: &VisitId,
        ticket: &str,
        browser: BrowserContext,
    ) -> Result<(VisitId, Cookie), NewTabError> {
        new_tab::open(&self.core, &self.vault, visit_id, ticket, browser).await
    }
}

/// Signing in and linking.
impl Visits {
    /// Begins a visit of an account without a launch. Returns its id, the browser's new cookie, and the ticket of its
    /// first page.
    pub async fn begin(
        &self,
        verified: VerifiedPassword,
        browser: BrowserContext,
    ) -> Result<(VisitId, Cookie, SecretString), VisitSignInError> {
        sign_in::sign_in_directly(&self.core, verified, browser).await
    }

    /// Signs an account in to a pending visit. The link then waits for confirmation.
    pub async fn sign_in(
        &self,
        visit: &Visit,
        evidence: SignInEvidence,
        credential: &SessionCredential,
        client: ClientInfo,
    ) -> Result<RenewedCredential, VisitSignInError> {
        sign_in::sign_in(&self.core, &self.vault, visit, evidence, credential, client).await
    }

    /// The ticket for the confirmation form of an unconfirmed visit.
    pub fn ticket(&self, visit: &Visit) -> Option<SecretString> {
        confirm::open_ticket(&self.vault, visit)
    }

    /// Links the visit's identity to the account that signed in.
    pub async fn confirm(
        &self,
        visit_id: &VisitId,
        credential: Option<&SessionCredential>,
        ticket: &str,
        client: ClientInfo,
    ) -> Result<RenewedCredential, ConfirmError> {
        confirm::confirm(&self.core, visit_id, credential, ticket, client).await
    }

    /// Forgets the sign-in of an unconfirmed visit.
    pub async fn decline(&self, visit: &Visit, client: ClientInfo) -> storage::Result<()> {
        confirm::decline(&self.core, visit, client).await
    }

    /// Links a pending visit to the account of its identity, after the password was entered in the unknown browser.
    pub async fn admit(
        &self,
        visit: &Visit,
        verified: VerifiedPassword,
        credential: &SessionCredential,
        client: ClientInfo,
    ) -> Result<RenewedCredential, VisitSignInError> {
        known_browsers::admit(&self.core, visit, verified, credential, client).await
    }

    /// Records that the account's password was entered again in a linked visit.
    pub async fn confirm_password(
        &self,
        visit: &Visit,
        verified: &VerifiedPassword,
        credential: &SessionCredential,
        client: ClientInfo,
    ) -> Result<RenewedCredential, VisitSignInError> {
        confirm_password::confirm_password(&self.core, visit, verified, credential, client).await
    }

    /// Unlinks an identity from the visit's account. Returns what is left of the browser session if it was the
    /// visit's own identity.
    pub async fn unlink(
        &self,
        visit: &Visit,
        account: &Account,
        identity_id: &IdentityId,
        reason: UnlinkReason,
        client: ClientInfo,
    ) -> Result<Option<SignedOut>, UnlinkError> {
        unlink::unlink(&self.core, visit, account, identity_id, reason, client).await
    }
}

/// Active sessions and signing out.
impl Visits {
    /// Returns the live visits of an account, most recently used first.
    pub async fn active_sessions(&self, account: &Account) -> storage::Result<Vec<ActiveSession>> {
        active_sessions::list(&self.core, account).await
    }

    /// Ends a visit of the account.
    pub async fn end_active_session(&self, account: &Account, id: &VisitId, client: ClientInfo) -> storage::Result<()> {
        active_sessions::end(&self.core, account, id, client).await
    }

    /// Ends all visits of the account except this one.
    pub async fn end_others(&self, account: &Account, this: &Visit, client: ClientInfo) -> storage::Result<()> {
        sign_out::sign_out_others(&self.core, account, this, client).await
    }

    /// Ends this visit and the ones that earlier launches left behind in this browser.
    pub async fn sign_out(&self, visit: &Visit, client: ClientInfo) -> storage::Result<SignedOut> {
        sign_out::sign_out(&self.core, visit, client).await
    }

    /// Ends all visits of the account.
    pub async fn sign_out_everywhere(
        &self,
        visit: &Visit,
        account: &Account,
        client: ClientInfo,
    ) -> storage::Result<SignedOut> {
        sign_out::sign_out_everywhere(&self.core, visit, account, client).await
    }
}
