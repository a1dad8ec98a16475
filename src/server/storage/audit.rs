//! `audit`: every change of who may get in, written in the transaction of the change. Rows are inserted and, after their time, swept;
//! never updated (a trigger refuses) but for blanking those of an account that is deleted.

use crate::server::clock::Epoch;
use crate::server::storage::Row;
use crate::server::storage::query::{Executor, Statement, Value, building, query, scalar};
use crate::server::storage::{Error, Reader, Result, Tx, revocation::RevokedVisit};

/// Rows that one command inserts.
const AT_ONCE: usize = 100;

/// What a request is noted as: the prefix of its address, and its browser's name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientInfo {
    /// An IPv4 address or an IPv6 /64; empty for the command line.
    pub address: String,
    pub browser: String,
}

impl ClientInfo {
    pub fn command_line() -> Self {
        Self { address: String::new(), browser: "Command line".to_owned() }
    }
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditAction {
    Registered,
    SignedIn,
    /// A launched visit continued as an account that was signed in in the same browser; no password was given.
    Continued,
    /// A linked identity came in by its launch.
    Launched,
    /// A visit was opened in a tab of its own.
    TabOpened,
    /// A wrong password.
    Failed,
    Linked,
    Declined,
    Unlinked,
    /// Unlinked because it was somebody else's doing.
    Disowned,
    PasswordChanged,
    NameChanged,
    EmailChanged,
    /// The account was deleted: nothing else is left of it but these rows, blanked.
    AccountDeleted,
    /// An account that was registered and not linked in time was deleted.
    RegistrationExpired,
    SessionEnded,
    /// A bearer was used after its successor: somebody had a copy.
    SessionStolen,
    /// A code came again: from another browser than the one that it let in, in an event, or though it had let nobody in.
    CodeReplayed,
    KeysRotated,
    AccountDisabled,
    AccountEnabled,
    CompanyDisabled,
    CompanyEnabled,
    /// Entrata keeps the app from a company; each visit that ended by it has a row of its own.
    CompanySuspended,
    CompanyActivated,
    /// A launch that Entrata accepted lifted a suspension that no web service had confirmed.
    SuspensionLifted,
}

/// All there is, by their names in the database.
const NAMES: &[(AuditAction, &str)] = &[
    (AuditAction::Registered, "registered"),
    (AuditAction::SignedIn, "signed_in"),
    (AuditAction::Continued, "continued"),
    (AuditAction::Launched, "launched"),
    (AuditAction::TabOpened, "tab_opened"),
    (AuditAction::Failed, "failed"),
    (AuditAction::Linked, "linked"),
    (AuditAction::Declined, "declined"),
    (AuditAction::Unlinked, "unlinked"),
    (AuditAction::Disowned, "disowned"),
    (AuditAction::PasswordChanged, "password_changed"),
    (AuditAction::NameChanged, "name_changed"),
    (AuditAction::EmailChanged, "email_changed"),
    (AuditAction::AccountDeleted, "account_deleted"),
    (AuditAction::RegistrationExpired, "registration_expired"),
    (AuditAction::SessionEnded, "session_ended"),
    (AuditAction::SessionStolen, "session_stolen"),
    (AuditAction::CodeReplayed, "code_replayed"),
    (AuditAction::KeysRotated, "keys_rotated"),
    (AuditAction::AccountDisabled, "account_disabled"),
    (AuditAction::AccountEnabled, "account_enabled"),
    (AuditAction::CompanyDisabled, "company_disabled"),
    (AuditAction::CompanyEnabled, "company_enabled"),
    (AuditAction::CompanySuspended, "company_suspended"),
    (AuditAction::CompanyActivated, "company_activated"),
    (AuditAction::SuspensionLifted, "suspension_lifted"),
];

impl AuditAction {
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(what, _)| *what == self).map_or("", |(_, name)| name)
    }

    fn of(name: &str) -> Result<Self> {
        let found = NAMES.iter().find(|(_, n)| *n == name).map(|(what, _)| *what);
        found.ok_or_else(|| Error::unknown("audit.what", name))
    }
}

/// Whom and what it is about, as far as there is one.
#[derive(Debug, Clone, Copy, Default)]
pub struct AuditSubject<'a> {
    pub account: Option<&'a str>,
    pub identity: Option<&'a str>,
    pub visit: Option<&'a str>,
    pub detail: &'a str,
}

/// A row as the person is shown it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub number: i64,
    pub at: Epoch,
    pub what: AuditAction,
    pub identity: Option<SubjectIdentity>,
    pub address: String,
    pub browser: String,
    pub detail: String,
}

/// The identity that an event is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectIdentity {
    pub id: String,
    pub company: String,
    pub subdomain: String,
    pub user_id: String,
    /// Whether it leads to the account still.
    pub linked: bool,
}

pub async fn insert(
    db: impl Executor<'_>,
    what: AuditAction,
    about: AuditSubject<'_>,
    client: &ClientInfo,
    now: Epoch,
) -> Result<()> {
    query(
        "insert into audit (at, what, account_id, identity_id, visit_id, address, browser, detail)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(now)
    .bind(what.name())
    .bind(about.account)
    .bind(about.identity)
    .bind(about.visit)
    .bind(&client.address)
    .bind(&client.browser)
    .bind(about.detail)
    .execute(db)
    .await
    .map(|_| ())
}

/// A row for each visit of an account that ended; many in one command, since an account may have had thousands open.
pub async fn ended(
    tx: &mut Tx,
    what: AuditAction,
    ended: &[RevokedVisit],
    client: &ClientInfo,
    now: Epoch,
) -> Result<()> {
    let of_accounts: Vec<&RevokedVisit> = ended.iter().filter(|visit| visit.account_id.is_some()).collect();
    for part in of_accounts.chunks(AT_ONCE) {
        ended_rows(what, part, client, now).execute(&mut *tx).await?;
    }
    Ok(())
}

fn ended_rows(what: AuditAction, visits: &[&RevokedVisit], client: &ClientInfo, now: Epoch) -> Statement {
    let row = |visit: &&RevokedVisit| {
        [
            Value::from(now),
            what.name().into(),
            visit.account_id.as_deref().into(),
            visit.identity_id.as_deref().into(),
            (&visit.id).into(),
            (&client.address).into(),
            (&client.browser).into(),
        ]
    };
    building("insert into audit (at, what, account_id, identity_id, visit_id, address, browser) ")
        .push_rows(visits.iter().map(row))
}

/// Rows about nobody's codes that are kept an hour, at the most: anybody can make a code up and bring it twice.
const MOST_OF_NOBODY: i64 = 60;

/// Notes that a code came again from somewhere, at most once in an hour for each address: as the visit's that it let in; else (an event had
/// used it, or Entrata refused it) as nobody's.
pub async fn replayed(db: impl Executor<'_>, code: &[u8], client: &ClientInfo, now: Epoch) -> Result<()> {
    query(
        "insert into audit (at, what, account_id, identity_id, visit_id, address, browser)
         select $2, 'code_replayed', v.account_id, v.identity_id, v.id, $3, $4 from visits v
         where v.code = $1
           and not exists (select 1 from audit a where a.visit_id = v.id and a.what = 'code_replayed'
                                                   and a.address = $3 and a.at > $2 - 3600)
         union all
         select $2, 'code_replayed', null, null, null, $3, $4
         where not exists (select 1 from visits v where v.code = $1)
           and not exists (select 1 from audit a where a.visit_id is null and a.what = 'code_replayed'
                                                   and a.address = $3 and a.at > $2 - 3600)
           and (select count(*) from audit a
                where a.visit_id is null and a.what = 'code_replayed' and a.at > $2 - 3600) < $5",
    )
    .bind(code)
    .bind(now)
    .bind(&client.address)
    .bind(&client.browser)
    .bind(MOST_OF_NOBODY)
    .execute(db)
    .await
    .map(|_| ())
}

/// What happened to an account, the newest first: at most `most` events, those before the number `before` where one is given.
pub async fn of_account(db: impl Executor<'_>, account_id: &str, before: Option<i64>, most: i64) -> Result<Vec<Event>> {
    query(
        "select e.number, e.at, e.what, e.address, e.browser, e.detail,
                i.id, i.subdomain, i.user_id, c.name, l.account_id is not null as linked
         from audit e
         left join identities i on i.id = e.identity_id
         left join companies c on c.issuer = i.issuer and c.subdomain = i.subdomain
         left join links l on l.identity_id = i.id and l.account_id = e.account_id
         where e.account_id = $1 and e.number < $2
         order by e.number desc limit $3",
    )
    .bind(account_id)
    .bind(before.unwrap_or(i64::MAX))
    .bind(most)
    .fetch_all(db)
    .await?
    .iter()
    .map(from_row)
    .collect()
}

/// What happened with an identity while it led to no account, the newest first. Nothing where another account than this one ever had to do
/// with it, since it may be that one's.
pub async fn of_stranger(db: &Reader, identity_id: &str, account_id: &str) -> Result<Vec<Event>> {
    let rows = query(
        "select e.number, e.at, e.what, e.address, e.browser, e.detail, i.id, i.subdomain, i.user_id, c.name, 0 as linked
         from audit e
         join identities i on i.id = e.identity_id
         join companies c on c.issuer = i.issuer and c.subdomain = i.subdomain
         where e.account_id is null and e.identity_id = $1
         order by e.number desc",
    )
    .bind(identity_id)
    .fetch_all(db)
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let others: bool = scalar("select exists (select 1 from audit where identity_id = $1 and account_id <> $2)")
        .bind(identity_id)
        .bind(account_id)
        .fetch_one(db)
        .await?;
    if others { Ok(Vec::new()) } else { rows.iter().map(from_row).collect() }
}

fn from_row(row: &Row) -> Result<Event> {
    let identity = match row.get::<Option<String>>("id")? {
        Some(id) => Some(SubjectIdentity {
            id,
            company: row.get("name")?,
            subdomain: row.get("subdomain")?,
            user_id: row.get("user_id")?,
            linked: row.flag("linked")?,
        }),
        None => None,
    };
    Ok(Event {
        number: row.get("number")?,
        at: row.get("at")?,
        what: AuditAction::of(&row.get::<String>("what")?)?,
        identity,
        address: row.get("address")?,
        browser: row.get("browser")?,
        detail: row.get("detail")?,
    })
}
