//! Changing a password, once the one that counts so far was given, or by the operator. Whoever came in elsewhere is out; so is what waits
//! for a confirmation, and no browser is known any more.

use secrecy::{ExposeSecret, SecretString};

use super::{
    Account, Accounts, Busy, Refusal,
    password::{LONGEST, SHORTEST},
};
use crate::server::{
    db::{
        self, accounts,
        audit::{self, About, Seen, What},
        endings, known_browsers, pending_links,
    },
    visit::{Visit, close},
};

#[derive(Debug)]
pub enum ChangeError {
    /// It is none that is taken.
    Refused(Refusal),
    Busy,
    Database(db::Error),
}

impl From<db::Error> for ChangeError {
    fn from(e: db::Error) -> Self {
        Self::Database(e)
    }
}

impl From<Busy> for ChangeError {
    fn from(Busy: Busy) -> Self {
        Self::Busy
    }
}

/// The passwords of at least eight characters that people choose most, in lower case, sorted: from zxcvbn's list, which was drawn from
/// breaches (MIT licence, © Dan Wheeler and Dropbox; by way of @zxcvbn-ts/language-common).
const COMMON: &str = include_str!("common_passwords.txt");

/// Whether many people use it, in whatever case: those are tried first by whoever guesses (ASVS 5.0 6.2.4).
fn is_common(password: &str) -> bool {
    let password = password.to_lowercase();
    let lines: Vec<&str> = COMMON.lines().collect();
    lines.binary_search(&password.as_str()).is_ok()
}

/// Whether a password is one that an account may have.
///
/// # Errors
/// What is wrong with it.
pub(super) fn judge(password: &SecretString) -> Result<(), Refusal> {
    let password = password.expose_secret();
    match () {
        () if password.chars().count() < SHORTEST => Err(Refusal::PasswordTooShort),
        () if password.len() > LONGEST => Err(Refusal::PasswordTooLong),
        () if is_common(password) => Err(Refusal::PasswordCommon),
        () => Ok(()),
    }
}

impl Accounts {
    /// Changes an account's password; all its visits end but the one in which it was changed.
    ///
    /// # Errors
    /// See [`ChangeError`]; nothing is changed then.
    pub async fn change_password(
        &self,
        account: &Account,
        here: Option<&Visit>,
        new: SecretString,
        seen: Seen,
    ) -> Result<(), ChangeError> {
        judge(&new).map_err(ChangeError::Refused)?;
        let (id, here, now) = (account.id.clone(), here.map(|visit| visit.id.clone()), self.clock.now());
        let old = accounts::password_hash(self.db.reader(), &id).await?.ok_or(db::Error::RowNotFound)?;
        let hash = self.hasher.hash(new).await?;
        self.db
            .write(move |c| {
                Box::pin(async move {
                    // Somebody changed it in the same moment: whose it is now, has to be asked again.
                    if !accounts::set_password(&mut *c, &id, &old, &hash).await? {
                        return Err(ChangeError::Busy);
                    }
                    pending_links::drop_of_account(&mut *c, &id).await?;
                    known_browsers::forget(&mut *c, &id).await?;
                    let about = About { account: Some(&id), visit: here.as_deref(), ..About::default() };
                    audit::insert(&mut *c, What::PasswordChanged, about, &seen, now).await?;
                    let ended = endings::all_of_account(&mut *c, &id, here.as_deref(), now).await?;
                    close(c, &ended, What::SessionEnded, &seen, now).await?;
                    Ok(())
                })
            })
            .await
    }
}
