//! Registers an account. Stores nothing unless every field is valid.

use secrecy::SecretString;

use super::{Account, Busy, Hasher, Refusal, VerifiedPassword, check_password, is_email, parse_name};
use crate::server::{
    audit::{AuditAction, AuditSubject, ClientInfo},
    clock::Epoch,
    core::Core,
    ids::VisitId,
    storage::{self, accounts, audit, registrations},
};

/// Accounts that may be registered from one pending visit: people mistype their email, and nobody should take other
/// people's.
const MAX_PER_VISIT: i64 = 5;
/// Seconds after which an account is deleted unless it has been linked.
const UNLINKED_LIFETIME: Epoch = 24 * 60 * 60;

/// The fields of the registration form.
pub struct Registration {
    pub name: String,
    pub email: String,
    pub password: SecretString,
}

#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    #[error("invalid fields: {0:?}")]
    Refused(Vec<Refusal>),
    #[error("too many accounts were registered from this visit")]
    TooMany,
    #[error(transparent)]
    Busy(#[from] Busy),
    #[error(transparent)]
    Database(#[from] storage::Error),
}

/// Registers an account for the operator.
///
/// # Errors
/// All invalid fields at once, or an email that already has an account.
pub async fn register(
    core: &Core,
    hasher: &Hasher,
    registration: Registration,
    client: ClientInfo,
) -> Result<VerifiedPassword, RegisterError> {
    add(core, hasher, registration, None, client).await
}

/// Registers an account from a pending visit. It is deleted after a day unless it has been linked.
///
/// # Errors
/// As [`register`], or when five accounts were registered from the visit.
pub async fn register_from_visit(
    core: &Core,
    hasher: &Hasher,
    visit_id: &VisitId,
    registration: Registration,
    client: ClientInfo,
) -> Result<VerifiedPassword, RegisterError> {
    // Checked here to avoid computing a hash, and again in the transaction.
    if registrations::count(core.storage.reader(), visit_id).await? >= MAX_PER_VISIT {
        return Err(RegisterError::TooMany);
    }
    add(core, hasher, registration, Some(visit_id.clone()), client).await
}

async fn add(
    core: &Core,
    hasher: &Hasher,
    registration: Registration,
    visit_id: Option<VisitId>,
    client: ClientInfo,
) -> Result<VerifiedPassword, RegisterError> {
    let (name, email, password) = validate(registration).map_err(RegisterError::Refused)?;
    let hash = hasher.hash(password).await?;
    let account = Account { id: core.rng.id().into(), email, name, disabled: false };
    let (row, verified, now) = (account.clone(), VerifiedPassword::new(account, &hash), core.clock.now());
    let write = core.storage.write(move |mut tx| async move {
        if !accounts::insert(&mut tx, &row, &hash, now).await? {
            return Err(RegisterError::Refused(vec![Refusal::EmailTaken]));
        }
        if let Some(visit_id) = &visit_id {
            if !registrations::increment(&mut tx, visit_id, MAX_PER_VISIT).await? {
                return Err(RegisterError::TooMany);
            }
            accounts::schedule_expiry(&mut tx, &row.id, now + UNLINKED_LIFETIME).await?;
        }
        let subject = AuditSubject { account: Some(&row.id), ..AuditSubject::default() };
        Ok(audit::insert(&mut tx, AuditAction::Registered, subject, &client, now).await?)
    });
    write.await?;
    Ok(verified)
}

/// Returns the name, email and password as they are stored, or everything that is wrong with them.
fn validate(registration: Registration) -> Result<(String, String, SecretString), Vec<Refusal>> {
    let Registration { name, email, password } = registration;
    let (name, email) = (parse_name(&name), email.trim().to_owned());
    let mut refusals: Vec<Refusal> = name.as_ref().err().copied().into_iter().collect();
    let name = name.unwrap_or_default();
    if !is_email(&email) {
        refusals.push(Refusal::NotAnEmail);
    }
    refusals.extend(check_password(&password, &name, &email).err());
    if refusals.is_empty() { Ok((name, email, password)) } else { Err(refusals) }
}
