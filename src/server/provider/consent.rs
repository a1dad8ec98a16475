//! The consent form. Its ticket is sealed and names the visit, the account and the request, so that a form works only
//! for what its page showed, in the browser that it was shown in, once, and for ten minutes.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{AuthorizationRequest, ConnectionId, request::redirect, tokens::code_hash};
use crate::server::{
    account::Account,
    audit::{AuditAction, AuditSubject, ClientInfo},
    clock::Epoch,
    core::Core,
    digest::digest,
    ids::{AccountId, GrantId, VisitId},
    metrics::ProviderOutcome,
    storage::{self, Tx, audit, provider_grants, provider_grants::NewGrant, visits},
    vault::{Sealed, Vault},
    visit::Visit,
};

/// Seconds that a consent form can be posted.
const FORM_LIFETIME: Epoch = 10 * 60;
/// Seconds that a code can be exchanged.
const CODE_LIFETIME: Epoch = 60;
/// Grants of one account.
const MAX_GRANTS: i64 = 100;
/// The associated data that tickets are sealed with.
const PLACE: &str = "provider.consent";

/// What a ticket says.
#[derive(Serialize, Deserialize)]
pub struct Consent {
    visit: String,
    account: String,
    connection: i64,
    redirect_uri: String,
    expires_at: Epoch,
    nonce: String,
}

#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    /// The form was posted before, or its visit no longer acts as the account.
    #[error("the consent form is no longer valid")]
    NotPending,
    /// The account has 100 grants.
    #[error("the account has too many grants")]
    TooMany,
    #[error(transparent)]
    Database(#[from] storage::Error),
}

impl Consent {
    /// The visit whose browser may post the form.
    pub fn visit_id(&self) -> VisitId {
        self.visit.clone().into()
    }

    fn hash(&self) -> [u8; 32] {
        digest("provider consent", self.nonce.as_bytes())
    }

    fn connection_id(&self) -> ConnectionId {
        ConnectionId::stored(self.connection)
    }
}

pub(super) fn ticket(
    core: &Core,
    vault: &Vault,
    visit: &Visit,
    account: &Account,
    request: &AuthorizationRequest,
) -> SecretString {
    let consent = Consent {
        visit: visit.id.to_string(),
        account: account.id.to_string(),
        connection: request.connection_id.number(),
        redirect_uri: request.redirect_uri().to_owned(),
        expires_at: core.clock.now() + FORM_LIFETIME,
        nonce: core.rng.id(),
    };
    let plain = Zeroizing::new(serde_json::to_string(&consent).unwrap_or_default());
    let sealed = vault.seal(PLACE, &plain);
    format!("{}.{}", sealed.key_id, URL_SAFE_NO_PAD.encode(sealed.bytes)).into()
}

pub(super) fn open(core: &Core, vault: &Vault, ticket: &str) -> Option<Consent> {
    let (key_id, bytes) = ticket.rsplit_once('.')?;
    let sealed = Sealed { key_id: key_id.to_owned(), bytes: URL_SAFE_NO_PAD.decode(bytes).ok()? };
    let plain = vault.open(PLACE, &sealed).ok()?;
    let consent: Consent = serde_json::from_str(plain.expose_secret()).ok()?;
    let now = core.clock.now();
    (now < consent.expires_at && consent.expires_at <= now + FORM_LIFETIME).then_some(consent)
}

/// Stores the approval with a new code. It replaces an earlier one of the account for the same connection at once; one
/// of another account only when the code is exchanged, because anybody may ask for any number.
pub(super) async fn approve(
    core: &Core,
    consent: Consent,
    visit: &Visit,
    client: ClientInfo,
) -> Result<SecretString, ConsentError> {
    let (id, code, now) = (GrantId::from(core.rng.id()), SecretString::from(core.rng.ticket()), core.clock.now());
    let (code_hash, visit_id, connection_id) = (code_hash(&code), visit.id.clone(), consent.connection_id());
    let to = redirect(&consent.redirect_uri, connection_id, "code", code.expose_secret()).into();
    let approve = core.storage.write(move |mut tx| async move {
        let account = spend(&mut tx, &consent, &visit_id, now).await?;
        provider_grants::delete_of_connection(&mut tx, &account, connection_id).await?;
        provider_grants::delete_expired_of(&mut tx, &account, now).await?;
        if provider_grants::count(&mut tx, &account).await? >= MAX_GRANTS {
            return Err(ConsentError::TooMany);
        }
        let new = NewGrant {
            id: &id,
            account_id: &account,
            connection_id,
            redirect_uri: &consent.redirect_uri,
            code_hash: &code_hash,
            code_expires_at: now + CODE_LIFETIME,
        };
        provider_grants::insert(&mut tx, new, now).await?;
        let detail = connection_id.to_string();
        let subject = AuditSubject {
            account: Some(&account),
            visit: Some(&visit_id),
            detail: &detail,
            ..AuditSubject::default()
        };
        Ok(audit::insert(&mut tx, AuditAction::GrantApproved, subject, &client, now).await?)
    });
    approve.await?;
    core.metrics.provider(ProviderOutcome::Approved);
    Ok(to)
}

pub(super) async fn deny(core: &Core, consent: Consent, visit: &Visit) -> Result<SecretString, ConsentError> {
    let to = redirect(&consent.redirect_uri, consent.connection_id(), "error", "access_denied").into();
    let (visit_id, now) = (visit.id.clone(), core.clock.now());
    core.storage.write(move |mut tx| async move { spend(&mut tx, &consent, &visit_id, now).await }).await?;
    core.metrics.provider(ProviderOutcome::Denied);
    Ok(to)
}

/// Spends a ticket. Returns the account that it names and that its visit still acts as.
async fn spend(tx: &mut Tx, consent: &Consent, visit_id: &VisitId, now: Epoch) -> Result<AccountId, ConsentError> {
    let account = AccountId::from(consent.account.clone());
    let visit = visits::find(&mut *tx, visit_id, now).await?.filter(|visit| visit.id == consent.visit_id());
    let acts = visit.is_some_and(|visit| visit.acts_as(&account) && visit.may_act().is_ok());
    if !acts || !provider_grants::spend_ticket(tx, &consent.hash(), consent.expires_at).await? {
        return Err(ConsentError::NotPending);
    }
    Ok(account)
}
