//! `accounts`: people as Latchkey knows them.

use crate::server::{
    account::Account,
    clock::Epoch,
    ids::AccountId,
    storage::{
        Result, Row,
        query::{Executor, query, scalar},
    },
};

/// Returns the form of an email address by which accounts are found: trimmed and in lower case.
pub fn fold(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Adds an account. Returns false if another account has the email.
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
    .changes_one(db)
    .await
}

/// Returns the account with an email, and the hash of its password.
pub async fn find_by_email(db: impl Executor<'_>, email: &str) -> Result<Option<(Account, String)>> {
    query(
        "select id as account_id, email, name as account_name, disabled_at as account_disabled_at, password_hash
         from accounts where email_folded = $1",
    )
    .bind(fold(email))
    .find(db, |row| Ok((from_row(row)?, row.get("password_hash")?)))
    .await
}

/// Whether an account has this password hash and is not disabled.
pub async fn has_password(db: impl Executor<'_>, id: &AccountId, hash: &str) -> Result<bool> {
    scalar("select exists (select 1 from accounts where id = $1 and password_hash = $2 and disabled_at is null)")
        .bind(id)
        .bind(hash)
        .fetch_one(db)
        .await
}

/// Returns when an account was created.
pub async fn created_at(db: impl Executor<'_>, id: &AccountId) -> Result<Option<Epoch>> {
    scalar("select created_at from accounts where id = $1").bind(id).fetch_optional(db).await
}

/// Returns accounts that were registered and not linked in time; if `id` is given, only that one. Skips accounts with a
/// link that waits for confirmation.
pub async fn list_never_linked(
    db: impl Executor<'_>,
    id: Option<&AccountId>,
    now: Epoch,
    most: i64,
) -> Result<Vec<Account>> {
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
    .list(db, from_row)
    .await
}

/// Schedules an account's deletion, unless it is linked before.
pub async fn schedule_expiry(db: impl Executor<'_>, id: &AccountId, at: Epoch) -> Result<()> {
    query("update accounts set unlinked_until = $2 where id = $1").bind(id).bind(at).run(db).await
}

/// Cancels the scheduled deletion: the account was linked, or an operator has taken charge of it.
pub async fn cancel_expiry(db: impl Executor<'_>, id: &AccountId) -> Result<()> {
    query("update accounts set unlinked_until = null where id = $1 and unlinked_until is not null")
        .bind(id)
        .run(db)
        .await
}

/// Replaces an account's password hash. Returns false if it is no longer `old`.
pub async fn set_password(db: impl Executor<'_>, id: &AccountId, old: &str, new: &str) -> Result<bool> {
    query("update accounts set password_hash = $3 where id = $1 and password_hash = $2")
        .bind(id)
        .bind(old)
        .bind(new)
        .changes_one(db)
        .await
}

/// Changes an account's name. Returns false if it has that name already.
pub async fn set_name(db: impl Executor<'_>, id: &AccountId, name: &str) -> Result<bool> {
    query("update accounts set name = $2 where id = $1 and name <> $2").bind(id).bind(name).changes_one(db).await
}

/// Changes an account's email. Returns false if another account has it.
pub async fn set_email(db: impl Executor<'_>, id: &AccountId, email: &str) -> Result<bool> {
    query(
        "update accounts set email = $2, email_folded = $3
         where id = $1 and not exists (select 1 from accounts o where o.email_folded = $3 and o.id <> $1)",
    )
    .bind(id)
    .bind(email)
    .bind(fold(email))
    .changes_one(db)
    .await
}

/// Disables (`Some(now)`) or enables an account. Returns its id, or `None` if there is no such account or it already is
/// in that state.
pub async fn set_disabled(db: impl Executor<'_>, email: &str, at: Option<Epoch>) -> Result<Option<AccountId>> {
    let update = match at {
        Some(_) => "update accounts set disabled_at = $2 where email_folded = $1 and disabled_at is null returning id",
        None => "update accounts set disabled_at = $2 where email_folded = $1 and disabled_at is not null returning id",
    };
    scalar(update).bind(fold(email)).bind(at).fetch_optional(db).await
}

/// Reads the columns `account_id, email, account_name, account_disabled_at`.
pub(super) fn from_row(row: &Row) -> Result<Account> {
    Ok(Account {
        id: row.get("account_id")?,
        email: row.get("email")?,
        name: row.get("account_name")?,
        disabled: row.has("account_disabled_at")?,
    })
}
