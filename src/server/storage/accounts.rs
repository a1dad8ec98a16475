//! `accounts`: people as Latchkey knows them.

use crate::server::account::Account;
use crate::server::clock::Epoch;
use crate::server::storage::Result;
use crate::server::storage::Row;
use crate::server::storage::query::{Executor, query, scalar};

/// What the e-mail is found by.
pub fn fold(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Adds an account; false when the e-mail has one already.
pub async fn insert(db: impl Executor<'_>, account: &Account, password_hash: &str, now: Epoch) -> Result<bool> {
    query(
        "insert into accounts (id, email, email_folded, name, password_hash, created_at)
         values ($1, $2, $3, $4, $5, $6) on conflict (email_folded) do nothing",
    )
    .bind(&account.id)
    .bind(&account.email)
    .bind(fold(&account.email))
    .bind(&account.name)
    .bind(password_hash)
    .bind(now)
    .execute(db)
    .await
    .map(|done| done == 1)
}

/// Lets an account be deleted at a time, unless it is linked before.
pub async fn expires_unless_linked(db: impl Executor<'_>, id: &str, at: Epoch) -> Result<()> {
    query("update accounts set unlinked_until = $2 where id = $1").bind(id).bind(at).execute(db).await.map(|_| ())
}

/// Cancels the scheduled deletion: the account has been linked, or an operator looks after it.
pub async fn cancel_expiry(db: impl Executor<'_>, id: &str) -> Result<()> {
    query("update accounts set unlinked_until = null where id = $1 and unlinked_until is not null")
        .bind(id)
        .execute(db)
        .await
        .map(|_| ())
}

/// Accounts that were registered and not linked in time, or the one of an id if it is such; not those whose
/// confirmation waits.
pub async fn never_linked(db: impl Executor<'_>, id: Option<&str>, now: Epoch, most: i64) -> Result<Vec<Account>> {
    query(
        "select a.id as account_id, a.email, a.name as account_name, a.disabled_at as account_disabled_at
         from accounts a
         where a.unlinked_until <= $1 and a.id = coalesce($2, a.id)
           and not exists (select 1 from links l where l.account_id = a.id)
           and not exists (select 1 from unconfirmed_links p where p.account_id = a.id and p.expires_at > $1)
         order by a.unlinked_until limit $3",
    )
    .bind(now)
    .bind(id)
    .bind(most)
    .fetch_all(db)
    .await?
    .iter()
    .map(from_row)
    .collect()
}

/// The account of an e-mail, with the hash of its password.
pub async fn by_email(db: impl Executor<'_>, email: &str) -> Result<Option<(Account, String)>> {
    let row = query(
        "select id as account_id, email, name as account_name, disabled_at as account_disabled_at, password_hash
         from accounts where email_folded = $1",
    )
    .bind(fold(email))
    .fetch_optional(db)
    .await?;
    row.map(|row| Ok((from_row(&row)?, row.get("password_hash")?))).transpose()
}

/// Whether an account still has this password, by its hash, and is not disabled.
pub async fn is_still(db: impl Executor<'_>, id: &str, hash: &str) -> Result<bool> {
    scalar("select exists (select 1 from accounts where id = $1 and password_hash = $2 and disabled_at is null)")
        .bind(id)
        .bind(hash)
        .fetch_one(db)
        .await
}

/// Changes an account's password, unless it is not `old` any more.
pub async fn set_password(db: impl Executor<'_>, id: &str, old: &str, new: &str) -> Result<bool> {
    query("update accounts set password_hash = $3 where id = $1 and password_hash = $2")
        .bind(id)
        .bind(old)
        .bind(new)
        .execute(db)
        .await
        .map(|done| done == 1)
}

/// Changes an account's name; false when that is its name already.
pub async fn set_name(db: impl Executor<'_>, id: &str, name: &str) -> Result<bool> {
    query("update accounts set name = $2 where id = $1 and name <> $2")
        .bind(id)
        .bind(name)
        .execute(db)
        .await
        .map(|done| done == 1)
}

/// Changes an account's e-mail; false when another account has it.
pub async fn set_email(db: impl Executor<'_>, id: &str, email: &str) -> Result<bool> {
    query(
        "update accounts set email = $2, email_folded = $3
         where id = $1 and not exists (select 1 from accounts o where o.email_folded = $3 and o.id <> $1)",
    )
    .bind(id)
    .bind(email)
    .bind(fold(email))
    .execute(db)
    .await
    .map(|done| done == 1)
}

/// When an account was made.
pub async fn created_at(db: impl Executor<'_>, id: &str) -> Result<Option<Epoch>> {
    scalar("select created_at from accounts where id = $1").bind(id).fetch_optional(db).await
}

/// Disables (`Some(now)`) or enables an account: its id; none when there is none of that e-mail, or it is so already.
pub async fn set_disabled(db: impl Executor<'_>, email: &str, at: Option<Epoch>) -> Result<Option<String>> {
    scalar(
        "update accounts set disabled_at = $2
         where email_folded = $1 and (disabled_at is null) <> ($2 is null) returning id",
    )
    .bind(fold(email))
    .bind(at)
    .fetch_optional(db)
    .await
}

/// Reads the columns `account_id, email, account_name, account_disabled_at` of any query.
pub(super) fn from_row(row: &Row) -> Result<Account> {
    Ok(Account {
        id: row.get("account_id")?,
        email: row.get("email")?,
        name: row.get("account_name")?,
        disabled: row.get::<Option<Epoch>>("account_disabled_at")?.is_some(),
    })
}
