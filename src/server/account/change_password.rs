//! Changing a password, once the one that counts so far was given, or by the operator. Whoever came in elsewhere is out; so is what waits
//! for a confirmation, and no browser is known any more.

use secrecy::SecretString;

use super::{Account, Accounts, Busy, Refusal, new_password::judge};
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
        judge(&new, &account.name, &account.email).map_err(ChangeError::Refused)?;
        let (id, here, now) = (account.id.clone(), here.map(|visit| visit.id.clone()), self.clock.now());
        let old = accounts::password_hash(self.db.reader(), &id).await?.ok_or(db::Error::RowNotFound)?;
        let hash = self.hasher.hash(self.hasher.place()?, new).await?;
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
