//! Registering an account. Nothing is kept unless every field is right.

use secrecy::SecretString;

use super::{Account, Accounts, Busy, VerifiedPassword, new_password::judge};
use crate::server::{
    audit::{AuditAction, AuditSubject, ClientInfo},
    clock::Epoch,
    storage::{self, accounts, audit, registrations},
    text,
    visit::Visit,
};

/// Accounts that may be registered from one pending visit: somebody may mistype, and nobody should take other people's
/// e-mails.
const FROM_ONE_VISIT: i64 = 5;
/// Seconds after which an account that was registered and never linked is deleted.
const UNLINKED: Epoch = 24 * 60 * 60;

/// What somebody typed to register.
pub struct Registration {
    pub name: String,
    pub email: String,
    pub password: SecretString,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    NameMissing,
    NotAnEmail,
    PasswordTooShort,
    PasswordTooLong,
    /// One that many people use.
    PasswordCommon,
    /// Hardly more than the person's name, or the place's.
    PasswordObvious,
    EmailTaken,
}

#[derive(Debug)]
pub enum RegisterError {
    /// The fields that are wrong.
    Refused(Vec<Refusal>),
    /// So many were registered from the visit already.
    TooMany,
    Busy,
    Database(storage::Error),
}

impl From<storage::Error> for RegisterError {
    fn from(e: storage::Error) -> Self {
        Self::Database(e)
    }
}

impl From<Busy> for RegisterError {
    fn from(Busy: Busy) -> Self {
        Self::Busy
    }
}

impl Accounts {
    /// Makes an account by the operator's word.
    ///
    /// # Errors
    /// Every field that is wrong, at once; an e-mail that has an account, in whatever case it is written.
    pub async fn register(
        &self,
        registration: Registration,
        client: ClientInfo,
    ) -> Result<VerifiedPassword, RegisterError> {
        self.add(registration, None, client).await
    }

    /// Makes an account from a pending visit. It is deleted after a day unless it is linked before.
    ///
    /// # Errors
    /// As `register`, or more than five from one visit.
    pub async fn register_from(
        &self,
        visit: &Visit,
        registration: Registration,
        client: ClientInfo,
    ) -> Result<VerifiedPassword, RegisterError> {
        // Asked here for sparing the hash, and again where it counts.
        if registrations::count(self.core.storage.reader(), &visit.id).await? >= FROM_ONE_VISIT {
            return Err(RegisterError::TooMany);
        }
        self.add(registration, Some(visit.id.clone()), client).await
    }

    async fn add(
        &self,
        registration: Registration,
        visit: Option<String>,
        client: ClientInfo,
    ) -> Result<VerifiedPassword, RegisterError> {
        let Registration { name, email, password } = registration;
        let (name, email) = (self::name(&name), email.trim().to_owned());
        let mut refusals: Vec<Refusal> = name.as_ref().err().copied().into_iter().collect();
        let name = name.unwrap_or_default();
        if !is_email(&email) {
            refusals.push(Refusal::NotAnEmail);
        }
        refusals.extend(judge(&password, &name, &email).err());
        if !refusals.is_empty() {
            return Err(RegisterError::Refused(refusals));
        }
        let hash = self.hasher.hash(self.hasher.place()?, password).await?;
        let account = Account { id: self.core.rng.id(), email, name, disabled: false };
        let (row, verified, now) = (account.clone(), VerifiedPassword::new(account, &hash), self.core.clock.now());
        let add = self.core.storage.write(move |mut tx| async move {
            if !accounts::insert(&mut tx, &row, &hash, now).await? {
                return Err(RegisterError::Refused(vec![Refusal::EmailTaken]));
            }
            if let Some(visit) = &visit {
                if !registrations::increment(&mut tx, visit, FROM_ONE_VISIT).await? {
                    return Err(RegisterError::TooMany);
                }
                accounts::schedule_expiry(&mut tx, &row.id, now + UNLINKED).await?;
            }
            let about = AuditSubject { account: Some(&row.id), ..AuditSubject::default() };
            Ok(audit::insert(&mut tx, AuditAction::Registered, about, &client, now).await?)
        });
        add.await?;
        Ok(verified)
    }
}

/// A name as it is kept: fit to be shown, at most 100 characters.
pub(super) fn name(typed: &str) -> Result<String, Refusal> {
    Some(text::shown(typed, 100)).filter(|name| !name.is_empty()).ok_or(Refusal::NameMissing)
}

/// One `@` with something on both sides, no white space or control characters, at most 254 bytes (RFC 5321 §4.5.3.1.3).
/// More than this only a message to the address could tell.
pub(super) fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'))
        && text.len() <= 254
        && text::shown(text, 254) == text
        && !text.contains(' ')
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn an_e_mail_has_two_sides_and_nothing_that_hides() {
        for good in ["a@b", "jane.doe+x@acme.example", "ü@ä.example"] {
            assert!(is_email(good), "{good}");
        }
        let long = format!("{}@b", "a".repeat(254));
        for bad in ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\u{202E}", "a@b\n", long.as_str()] {
            assert!(!is_email(bad), "{bad:?}");
        }
    }
}
