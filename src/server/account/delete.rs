//! Deleting an account, with all that is kept of it, in one transaction: rows go by the table and not one by one, so that nobody who has
//! thousands stops the one writer. What stays is its audit, by random ids that stand for nobody, for whoever has to know that it was.

use super::{Account, Accounts, Proven, lock::Tried};
use crate::server::{
    clock::Epoch,
    db::{
        self, Connection, accounts, attempts,
        audit::{self, About, Seen, What},
        erasures, known_browsers, pending_links, visits,
    },
    visit::{SignedOut, Visit, acts_as},
};

/// What a deleted account leaves to its caller.
#[derive(Debug)]
pub struct Deleted {
    /// Of the browser session from which it was done.
    pub session: SignedOut,
    /// The identities that went with it, for whoever keeps something by them.
    pub identities: Vec<String>,
}

#[derive(Debug)]
pub enum DeleteError {
    /// The visit ended, or the password was changed, meanwhile.
    Over,
    Database(db::Error),
}

impl From<db::Error> for DeleteError {
    fn from(e: db::Error) -> Self {
        Self::Database(e)
    }
}

impl Account {
    /// Whether somebody typed its e-mail, in whatever case.
    pub fn is_called(&self, typed: &str) -> bool {
        accounts::fold(typed) == accounts::fold(&self.email)
    }
}

impl Accounts {
    /// Deletes an account, from a visit of it; other accounts in the same browser sessions stay. Entrata users who led to it are unknown from
    /// now on.
    ///
    /// # Errors
    /// See [`DeleteError`]; everything is there then as it was.
    pub async fn delete(&self, proven: Proven, here: &Visit) -> Result<Deleted, DeleteError> {
        let (here, session, now) = (here.id.clone(), here.session_id.clone(), self.clock.now());
        self.db
            .write(move |c| {
                Box::pin(async move {
                    let account = &proven.account;
                    if !acts_as(&mut *c, &here, &account.id, now).await? || !proven.still(&mut *c).await? {
                        return Err(DeleteError::Over);
                    }
                    erasures::overwriting(&mut *c, true).await?;
                    let identities = erase(&mut *c, account, now).await?;
                    // Of whoever did it nothing is noted either; that its sessions ended goes without saying.
                    let about = About { account: Some(&account.id), ..About::default() };
                    audit::insert(&mut *c, What::AccountDeleted, about, &Seen::default(), now).await?;
                    erasures::overwriting(&mut *c, false).await?;
                    let others = visits::any_live(c, &session, now).await?;
                    let session = if others { SignedOut::OthersGoOn } else { SignedOut::Entirely };
                    Ok(Deleted { session, identities })
                })
            })
            .await
    }
}

/// The identities that went.
async fn erase(c: &mut Connection, account: &Account, now: Epoch) -> db::Result<Vec<String>> {
    let Account { id, email, .. } = account;
    let identities = erasures::identities(&mut *c, id, now).await?;
    erasures::visits(&mut *c, id, &identities, now).await?;
    pending_links::drop_of_account(&mut *c, id).await?;
    erasures::links(&mut *c, id, &identities).await?;
    known_browsers::forget(&mut *c, id).await?;
    for tried in [Tried::Email(email), Tried::Inside(id), Tried::EmailFor(id)] {
        attempts::clear(&mut *c, &tried.hash()).await?;
    }
    erasures::audit(&mut *c, id, &identities).await?;
    erasures::account(c, id).await?;
    Ok(identities)
}
