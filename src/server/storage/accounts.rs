//! `accounts`: people as Latchkey knows them.

use sqlx::{Row, SqliteExecutor, sqlite::SqliteRow};

use crate::server::clock::Epoch;
use crate::server::storage::Result;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: String,
    pub email: String,
    pub name: String,
    pub disabled: bool,
}

/// What the e-mail is found by.
pub fn fold(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Adds an account; false when the e-mail has one already.
pub async fn insert(db: impl SqliteExecutor<'_>, account: &Account, password_hash: &str, now: Epoch) -> Result<bool> {
    sqlx::query(
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
    .map(|done| done.rows_affected() == 1)
}

/// Lets an account be deleted at a time, unless it is linked before.
pub async fn expires_unless_linked(db: impl SqliteExecutor<'_>, id: &str, at: Epoch) -> Result<()> {
    sqlx::query("update accounts set unlinked_until = $2 where id = $1").bind(id).bind(at).execute(db).await.map(|_| ())
}

/// Cancels the scheduled deletion: the account has been linked, or an operator looks after it.
pub async fn cancel_expiry(db: impl SqliteExecutor<'_>, id: &str) -> Result<()> {
    sqlx::query("update accounts set unlinked_until = null where id = $1 and unlinked_until is not null")
        .bind(id)
        .execute(db)
        .await
        .map(|_| ())
}

/// Accounts that were registered and not linked in time, or the one of an id if it is such; not those whose
/// confirmation waits.
pub async fn never_linked(
    db: impl SqliteExecutor<'_>,
    id: Option<&str>,
    now: Epoch,
    most: i64,
) -> Result<Vec<Account>> {
    sqlx::query(
        "select a.id as account_id, a.email, a.name as account_name, a.disabled_at as account_disabled_at
         from accounts a
         where a.unlinked_until <= $1 and a.id = coalesce($2, a.id)
           and not exists (select 1 from links l where l.account_id = a.id)
           and not exists (select 1 from pending_links p where p.account_id = a.id and p.expires_at > $1)
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
pub async fn by_email(db: impl SqliteExecutor<'_>, email: &str) -> Result<Option<(Account, String)>> {
    let row = sqlx::query(
        "select id as account_id, email, name as account_name, disabled_at as account_disabled_at, password_hash
         from accounts where email_folded = $1",
    )
    .bind(fold(email))
    .fetch_optional(db)
    .await?;
    row.map(|row| Ok((from_row(&row)?, row.try_get("password_hash")?))).transpose()
}

/// Whether an account still has this password, by its hash, and is not disabled.
pub async fn is_still(db: impl SqliteExecutor<'_>, id: &str, hash: &str) -> Result<bool> {
    sqlx::query_scalar(
        "select exists (select 1 from accounts where id = $1 and password_hash = $2 and disabled_at is null)",
    )
    .bind(id)
    .bind(hash)
    .fetch_one(db)
    .await
}

/// Changes an account's password, unless it is not `old` any more.
pub async fn set_password(db: impl SqliteExecutor<'_>, id: &str, old: &str, new: &str) -> Result<bool> {
    sqlx::query("update accounts set password_hash = $3 where id = $1 and password_hash = $2")
        .bind(id)
        .bind(old)
        .bind(new)
        .execute(db)
        .await
        .map(|done| done.rows_affected() == 1)
}

/// Changes an account's name; false when that is its name already.
pub async fn set_name(db: impl SqliteExecutor<'_>, id: &str, name: &str) -> Result<bool> {
    sqlx::query("update accounts set name = $2 where id = $1 and name <> $2")
        .bind(id)
        .bind(name)
        .execute(db)
        .await
        .map(|done| done.rows_affected() == 1)
}

/// Changes an account's e-mail; false when another account has it.
pub async fn set_email(db: impl SqliteExecutor<'_>, id: &str, email: &str) -> Result<bool> {
    sqlx::query(
        "update accounts set email = $2, email_folded = $3
         where id = $1 and not exists (select 1 from accounts o where o.email_folded = $3 and o.id <> $1)",
    )
    .bind(id)
    .bind(email)
    .bind(fold(email))
    .execute(db)
    .await
    .map(|done| done.rows_affected() == 1)
}

/// When an account was made.
pub async fn created_at(db: impl SqliteExecutor<'_>, id: &str) -> Result<Option<Epoch>> {
    sqlx::query_scalar("select created_at from accounts where id = $1").bind(id).fetch_optional(db).await
}

/// Disables (`Some(now)`) or enables an account: its id; none when there is none of that e-mail, or it is so already.
pub async fn set_disabled(db: impl SqliteExecutor<'_>, email: &str, at: Option<Epoch>) -> Result<Option<String>> {
    sqlx::query_scalar(
        "update accounts set disabled_at = $2
         where email_folded = $1 and (disabled_at is null) <> ($2 is null) returning id",
    )
    .bind(fold(email))
    .bind(at)
    .fetch_optional(db)
    .await
}

/// Reads the columns `account_id, email, account_name, account_disabled_at` of any query.
pub(super) fn from_row(row: &SqliteRow) -> Result<Account> {
    Ok(Account {
        id: row.try_get("account_id")?,
        email: row.try_get("email")?,
        name: row.try_get("account_name")?,
        disabled: row.try_get::<Option<Epoch>, _>("account_disabled_at")?.is_some(),
    })
}
