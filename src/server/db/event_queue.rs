//! `events` that are still to be worked: which comes next, and moving one on.

use sqlx::{Row, SqliteExecutor, sqlite::SqliteRow};

use super::{
    Result,
    events::{KINDS, Kind, STATES, State, named},
};
use crate::server::{clock::Epoch, vault::Sealed};

/// An event to be worked.
#[derive(Debug, Clone)]
pub struct Due {
    pub id: String,
    pub number: i64,
    pub cid: String,
    pub kind: Kind,
    pub came_at: Epoch,
    pub address: String,
    pub subdomain: String,
    pub state: State,
    pub tries: i64,
    pub code: Option<Sealed>,
    pub code_hash: Option<Vec<u8>>,
}

/// How many events are still to be worked.
pub async fn waiting(db: impl SqliteExecutor<'_>) -> Result<i64> {
    sqlx::query_scalar("select count(*) from events where due_at is not null").fetch_one(db).await
}

/// The event to be worked next: those that name a company which we know come before all others, made-up ones among them.
pub async fn next(db: impl SqliteExecutor<'_>, issuer: &str, now: Epoch) -> Result<Option<Due>> {
    let row = sqlx::query(
        "select e.* from events e left join companies c on c.issuer = $1 and c.subdomain = e.subdomain
         where e.due_at <= $2 and e.state in ('waiting', 'reported')
         order by c.subdomain is null, e.due_at, e.number limit 1",
    )
    .bind(issuer)
    .bind(now)
    .fetch_optional(db)
    .await?;
    row.as_ref().map(due).transpose()
}

/// At most a hundred events whose code waits and came before `time`.
pub async fn expired(db: impl SqliteExecutor<'_>, time: Epoch) -> Result<Vec<Due>> {
    let rows = sqlx::query(
        "select * from events where due_at is not null and state = 'waiting' and came_at <= $1 order by number limit 100",
    );
    rows.bind(time).fetch_all(db).await?.iter().map(due).collect()
}

/// Events whose code was taken when the server stopped: whether it was sent is not known.
pub async fn broken_off(db: impl SqliteExecutor<'_>) -> Result<Vec<Due>> {
    let rows = sqlx::query("select * from events where due_at is not null and state = 'asking' order by number");
    rows.fetch_all(db).await?.iter().map(due).collect()
}

/// Moves an event on. Once nothing is left to do, and whenever it does not wait for its exchange any more, its code is dropped.
pub async fn settle(
    db: impl SqliteExecutor<'_>,
    id: &str,
    state: State,
    due_at: Option<Epoch>,
    tries: i64,
) -> Result<()> {
    sqlx::query(
        "update events set state = $2, due_at = $3, tries = $4,
                code = case when $2 in ('waiting', 'asking') then code end,
                code_key = case when $2 in ('waiting', 'asking') then code_key end
         where id = $1",
    )
    .bind(id)
    .bind(state.name())
    .bind(due_at)
    .bind(tries)
    .execute(db)
    .await
    .map(|_| ())
}

/// Gives all that was reported of a company since a time the same answer.
pub async fn settle_reported(db: impl SqliteExecutor<'_>, subdomain: &str, since: Epoch, state: State) -> Result<u64> {
    sqlx::query(
        "update events set state = $3, due_at = null where subdomain = $1 and state = 'reported' and came_at >= $2",
    )
    .bind(subdomain)
    .bind(since)
    .bind(state.name())
    .execute(db)
    .await
    .map(|done| done.rows_affected())
}

/// Whether a report of a company is waiting to be checked.
pub async fn is_being_checked(db: impl SqliteExecutor<'_>, subdomain: &str) -> Result<bool> {
    sqlx::query_scalar(
        "select exists (select 1 from events where subdomain = $1 and state = 'reported' and due_at is not null)",
    )
    .bind(subdomain)
    .fetch_one(db)
    .await
}

/// Lets the events in the same state that name the same company wait.
pub async fn postpone(db: impl SqliteExecutor<'_>, like: &Due, until: Epoch) -> Result<()> {
    sqlx::query(
        "update events set due_at = $3
         where due_at < $3 and state = $4 and subdomain = $1 and ($1 <> '' or cid = $2)",
    )
    .bind(&like.subdomain)
    .bind(&like.cid)
    .bind(until)
    .bind(like.state.name())
    .execute(db)
    .await
    .map(|_| ())
}

fn due(row: &SqliteRow) -> Result<Due> {
    let code = match row.try_get::<Option<Vec<u8>>, _>("code")? {
        Some(bytes) => Some(Sealed { bytes, key_id: row.try_get("code_key")? }),
        None => None,
    };
    Ok(Due {
        id: row.try_get("id")?,
        number: row.try_get("number")?,
        cid: row.try_get("cid")?,
        kind: named(KINDS, row.try_get("kind")?)?,
        came_at: row.try_get("came_at")?,
        address: row.try_get("address")?,
        subdomain: row.try_get("subdomain")?,
        state: named(STATES, row.try_get("state")?)?,
        tries: row.try_get("tries")?,
        code,
        code_hash: row.try_get("code_hash")?,
    })
}
