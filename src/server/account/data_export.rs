//! Everything that is held on a person, as one file: whatever a row of theirs says, and would go with their account. Left out is what is no
//! word on them but a key to something: hashes of passwords, codes, cookies and bearers, Entrata's tokens, tickets. And what may be somebody
//! else's, though an account's end takes it along: in doubt a file tells less than is deleted.

use serde::Serialize;

use super::{Account, Accounts, throttle::AttemptTarget};
use crate::server::{
    audit::AuditEvent,
    clock::{Epoch, exact},
    identity::{LinkedIdentity, UnlinkedIdentity},
    property_data::NamedPlace,
    storage::{
        self, accounts, active_sessions, attempts, audit, browser_sessions, deletion, identities, known_browsers,
        links, unconfirmed_links,
    },
    visit::{Typed, UnconfirmedSignIn, VisitRecord},
};

/// Events that are read at once.
const PART: i64 = 2_000;

/// Times are UTC, RFC 3339. Ids are Latchkey's own, random; user ids are Entrata's.
#[derive(Serialize)]
pub struct DataExport {
    exported_at: String,
    account: Person,
    linked_users: Vec<LinkedUser>,
    /// Those that were unlinked, and that nobody else has or is about to have since.
    unlinked_users: Vec<UnlinkedUser>,
    sessions: Vec<Session>,
    known_browsers: KnownBrowsers,
    pending_confirmations: Vec<WaitingLink>,
    /// Passwords that were tried for the e-mail, passwords given again by whoever was in, e-mails asked for: as far as they count still.
    attempts: Vec<Counted>,
    /// What was typed, under the account's e-mail, into forms whose time was over.
    typed: Vec<TypedForm>,
    /// Whole, the newest first.
    history: Vec<Happened>,
    /// What happened with the Entrata users while they led to no account.
    history_before_linking: Vec<Happened>,
}

#[derive(Serialize)]
struct Person {
    id: String,
    email: String,
    name: String,
    created_at: Option<String>,
}

#[derive(Serialize)]
struct LinkedUser {
    id: String,
    entrata: String,
    company: String,
    subdomain: String,
    user_id: String,
    linked_at: String,
    first_opened_at: Option<String>,
    last_opened_at: Option<String>,
    /// As Entrata told at the last opening.
    properties: Vec<NamedPlace>,
}

#[derive(Serialize)]
struct UnlinkedUser {
    id: String,
    entrata: String,
    company: String,
    subdomain: String,
    user_id: String,
    unlinked_at: String,
    first_opened_at: Option<String>,
    /// This and what follows are missing where it was opened since: by whom, is not known.
    last_opened_at: Option<String>,
    properties: Option<Vec<NamedPlace>>,
}

/// But for the password, which is not kept.
#[derive(Serialize)]
struct TypedForm {
    company: Option<String>,
    at: String,
    name: String,
    email: String,
}

#[derive(Serialize)]
struct Session {
    id: String,
    company: Option<String>,
    subdomain: Option<String>,
    user_id: Option<String>,
    browser: String,
    credential: &'static str,
    started_at: String,
    last_used_at: String,
    password_entered_at: Option<String>,
    ended_at: Option<String>,
}

/// Browsers in which the password was given, where new ones have to (`NEW_BROWSER=ask`): when that was.
#[derive(Serialize)]
struct KnownBrowsers {
    count: usize,
    since: Vec<String>,
}

#[derive(Serialize)]
struct WaitingLink {
    company: String,
    subdomain: String,
    user_id: String,
    expires_at: String,
}

#[derive(Serialize)]
struct Counted {
    of: &'static str,
    count: i64,
    last_at: String,
    locked_until: Option<String>,
}

#[derive(Serialize)]
struct Happened {
    at: String,
    event: &'static str,
    company: Option<String>,
    subdomain: Option<String>,
    user_id: Option<String>,
    address: String,
    browser: String,
    detail: String,
}

impl Accounts {
    /// # Errors
    /// Those of the database.
    pub async fn data_export(&self, account: &Account) -> storage::Result<DataExport> {
        let (storage, id, now) = (self.core.storage.reader(), account.id.as_str(), self.core.clock.now());
        let known: Vec<String> = known_browsers::list_times(storage, id).await?.into_iter().map(exact).collect();
        let mut counted = Vec::new();
        let tried = [
            ("sign-in passwords", AttemptTarget::Email(&account.email)),
            ("password confirmations", AttemptTarget::Inside(id)),
            ("email changes", AttemptTarget::EmailFor(id)),
        ];
        for (of, tried) in tried {
            let found = attempts::find(storage, &tried.hash()).await?;
            counted.extend(found.map(|a| Counted {
                of,
                count: a.failures,
                last_at: exact(a.last_at),
                locked_until: (a.throttled_until > now).then(|| exact(a.throttled_until)),
            }));
        }
        let (unlinked_users, before) = self.of_identities(id, now).await?;
        Ok(DataExport {
            exported_at: exact(now),
            account: Person {
                id: account.id.clone(),
                email: account.email.clone(),
                name: account.name.clone(),
                created_at: accounts::created_at(storage, id).await?.map(exact),
            },
            linked_users: links::list(storage, id).await?.into_iter().map(LinkedUser::from).collect(),
            unlinked_users,
            sessions: active_sessions::list_records(storage, id).await?.into_iter().map(Session::from).collect(),
            known_browsers: KnownBrowsers { count: known.len(), since: known },
            pending_confirmations: unconfirmed_links::list_of_account(storage, id, now)
                .await?
                .into_iter()
                .map(From::from)
                .collect(),
            attempts: counted,
            typed: self.typed(account).await?,
            history: self.all_that_happened(id).await?,
            history_before_linking: before,
        })
    }

    /// Of the identities that an account's end takes along, those that were unlinked, and what happened with any of them while it was nobody's.
    async fn of_identities(&self, account_id: &str, now: Epoch) -> storage::Result<(Vec<UnlinkedUser>, Vec<Happened>)> {
        let (storage, mut users, mut before) = (self.core.storage.reader(), Vec::new(), Vec::new());
        for id in deletion::identities_of_account(storage, account_id, now).await? {
            users.extend(identities::find_unlinked(storage, &id, account_id).await?.map(UnlinkedUser::from));
            before.extend(audit::list_without_account(storage, &id, account_id).await?);
        }
        before.sort_by_key(|event| std::cmp::Reverse(event.number));
        Ok((users, before.into_iter().map(Happened::from).collect()))
    }

    /// A browser may be shared, so words under another e-mail are not taken for this person's.
    async fn typed(&self, account: &Account) -> storage::Result<Vec<TypedForm>> {
        let data = browser_sessions::list_data_of_account(self.core.storage.reader(), &account.id).await?;
        let typed = data.iter().filter_map(|data| Typed::of_data(data));
        Ok(typed.filter(|typed| account.is_called(&typed.email)).map(TypedForm::from).collect())
    }

    async fn all_that_happened(&self, account_id: &str) -> storage::Result<Vec<Happened>> {
        let (mut all, mut before) = (Vec::new(), None);
        loop {
            let part = audit::list_of_account(self.core.storage.reader(), account_id, before, PART).await?;
            let Some(last) = part.last() else { return Ok(all) };
            before = Some(last.number);
            all.extend(part.into_iter().map(Happened::from));
        }
    }
}

/// A time that may not have come yet, which is kept as 0.
fn ever(at: Epoch) -> Option<String> {
    (at > 0).then(|| exact(at))
}

impl From<LinkedIdentity> for LinkedUser {
    fn from(LinkedIdentity { identity, linked_at, first_seen_at }: LinkedIdentity) -> Self {
        Self {
            properties: identity.properties(),
            id: identity.id,
            entrata: identity.issuer,
            company: identity.company,
            subdomain: identity.subdomain,
            user_id: identity.user_id,
            linked_at: exact(linked_at),
            first_opened_at: ever(first_seen_at),
            last_opened_at: ever(identity.launched_at),
        }
    }
}

impl From<UnlinkedIdentity> for UnlinkedUser {
    fn from(UnlinkedIdentity { identity, unlinked_at, first_seen_at }: UnlinkedIdentity) -> Self {
        let own = identity.launched_at < unlinked_at;
        Self {
            properties: own.then(|| identity.properties()),
            id: identity.id,
            entrata: identity.issuer,
            company: identity.company,
            subdomain: identity.subdomain,
            user_id: identity.user_id,
            unlinked_at: exact(unlinked_at),
            first_opened_at: ever(first_seen_at).filter(|_| first_seen_at < unlinked_at),
            last_opened_at: ever(identity.launched_at).filter(|_| own),
        }
    }
}

impl From<Typed> for TypedForm {
    fn from(Typed { company, at, name, email }: Typed) -> Self {
        Self { company, at: exact(at), name, email }
    }
}

impl From<VisitRecord> for Session {
    fn from(record: VisitRecord) -> Self {
        let (company, subdomain, user_id) = match record.launched_by {
            Some((company, subdomain, user_id)) => (Some(company), Some(subdomain), Some(user_id)),
            None => (None, None, None),
        };
        Self {
            id: record.id,
            company,
            subdomain,
            user_id,
            browser: record.browser,
            credential: if record.by_bearer { "bearer" } else { "cookie" },
            started_at: exact(record.began_at),
            last_used_at: exact(record.used_at),
            password_entered_at: record.password_verified_at.map(exact),
            ended_at: record.ended_at.map(exact),
        }
    }
}

impl From<UnconfirmedSignIn> for WaitingLink {
    fn from(UnconfirmedSignIn { company, subdomain, user_id, expires_at }: UnconfirmedSignIn) -> Self {
        Self { company, subdomain, user_id, expires_at: exact(expires_at) }
    }
}

impl From<AuditEvent> for Happened {
    fn from(event: AuditEvent) -> Self {
        let AuditEvent { at, what, identity, address, browser, detail, .. } = event;
        let (company, subdomain, user_id) = match identity {
            Some(identity) => (Some(identity.company), Some(identity.subdomain), Some(identity.user_id)),
            None => (None, None, None),
        };
        Self { at: exact(at), event: what.name(), company, subdomain, user_id, address, browser, detail }
    }
}
