//! One launch from code to outcome. It runs in a task of its own and outlives its request: a browser that goes away must not leave a
//! spent code without its visit.

use crate::server::core::Core;
use secrecy::SecretString;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use super::{
    Code,
    limits::RefusedLaunches,
    running::{self, Ended},
};
use crate::server::{
    account::AccessDenied,
    clock::Epoch,
    connectors::{ConnectorError, entrata::EntrataOauth},
    metrics::{Launched, ReplaySource},
    refusals::Verdict,
    storage::{self, audit, launch_codes, visits},
    vault::Vault,
    visit::{Browser, BrowserContext, Cookie, IssuedFor, NewSessionIds, SessionCredential, Visit, next_id},
};

/// What a launch comes to.
#[derive(Debug)]
pub enum Outcome {
    /// In, or held: what the visit shows, the browser's new cookie unless it carries a good one, and with a new visit its page's ticket.
    Arrived { visit: Box<Visit>, cookie: Option<Cookie>, ticket: Option<SecretString> },
    /// Entrata refused the code.
    Refused,
    /// Entrata refused this server (its client id, secret or address), whatever the code was.
    ClientRefused,
    /// The code was launched before, elsewhere or too long ago.
    Spent,
    /// Known, but disabled.
    AccessDenied(AccessDenied),
    /// Entrata did not answer, or nothing that is understood. `free`: nothing had been sent, the code may be used again.
    Unavailable { free: bool, slow: bool },
    /// The database takes no writes just now. `free`: nothing had been sent.
    StorageUnavailable { free: bool },
    /// Too many launches of the same browser or address were refused; nothing was sent. Seconds to wait.
    TooMany { seconds: Epoch },
    /// We failed ourselves; the log says how.
    Failed,
}

#[derive(Clone)]
pub struct Launches {
    pub(super) core: Core,
    pub(super) vault: Vault,
    pub(super) issuer: String,
    /// Whether a browser has to be known for the account (`NEW_BROWSER=ask`).
    pub(super) asks: bool,
    entrata: EntrataOauth,
    running: running::Running,
    refused: RefusedLaunches,
    tasks: TaskTracker,
}

impl Launches {
    /// Lets at most so many launches wait until it is known whether those before them are refused.
    pub fn waiting_at_most(self, most: usize) -> Self {
        let refused = RefusedLaunches::new(self.core.clock.clone(), most);
        Self { refused, ..self }
    }

    /// Whether a linked identity in a browser that is not known for its account has to be asked for the password.
    pub fn asking(self, asks: bool) -> Self {
        Self { asks, ..self }
    }

    pub fn new(core: Core, vault: Vault, entrata: EntrataOauth, issuer: String) -> Self {
        let (running, tasks) = (running::Running::default(), TaskTracker::new());
        let refused = RefusedLaunches::new(core.clock.clone(), usize::MAX);
        Self { core, vault, issuer, asks: false, entrata, running, refused, tasks }
    }

    /// Launches, for a browser that presents itself so.
    pub async fn launch(&self, code: Code, presented: BrowserContext) -> Outcome {
        let reserved = match self.refused.reserve(&presented).await {
            Ok(reserved) => reserved,
            Err(seconds) => {
                let outcome = Outcome::TooMany { seconds };
                outcome.log();
                self.core.metrics.launched(outcome.counted());
                return outcome;
            }
        };
        let this = self.clone();
        let run = async move {
            let outcome = this.run(&code, presented).await.unwrap_or_else(|e| {
                tracing::error!(error = %e, "the database failed a launch");
                if e.is_transient() { Outcome::StorageUnavailable { free: false } } else { Outcome::Failed }
            });
            // Here and not where the request is answered: who goes away before the answer is counted all the same.
            reserved.end(outcome.verdict());
            outcome.log();
            this.core.metrics.launched(outcome.counted());
            outcome
        };
        self.tasks.spawn(run.in_current_span()).await.unwrap_or(Outcome::Failed)
    }

    /// Waits for the launches that still run; none should begin any more.
    pub async fn finish(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    async fn run(&self, code: &Code, presented: BrowserContext) -> storage::Result<Outcome> {
        let hash = code.hash();
        let mine = match self.running.enter(hash, presented.browser.as_ref().map(|b| b.session_id.as_str())) {
            running::Place::Taken(mut over) => {
                // Noted once its visit is there, which the answer need not wait for.
                let this = self.clone();
                let note = async move {
                    let _ = over.wait_for(Option::is_some).await;
                    if let Err(e) = this.note_replay(hash, presented).await {
                        tracing::error!(error = %e, "could not record a replayed code");
                    }
                };
                drop(self.tasks.spawn(note.in_current_span()));
                return Ok(Outcome::Spent);
            }
            running::Place::Wait(mut over) => {
                let ended = over.wait_for(Option::is_some).await.ok().and_then(|ended| *ended);
                return match ended {
                    Some(Ended::Arrived) => self.again(hash, presented).await,
                    Some(Ended::AccessDenied(denied)) => Ok(Outcome::AccessDenied(denied)),
                    Some(Ended::Refused) => Ok(Outcome::Refused),
                    Some(Ended::ClientRefused) => Ok(Outcome::ClientRefused),
                    Some(Ended::Unavailable { free, slow }) => Ok(Outcome::Unavailable { free, slow }),
                    Some(Ended::Otherwise) | None => Ok(Outcome::Failed),
                };
            }
            running::Place::Mine(guard) => guard,
        };
        let now = self.core.clock.now();
        let claim =
            self.core.storage.write_alone(move |mut tx| async move { launch_codes::claim(&mut tx, &hash, now).await });
        let claimed = match claim.await {
            Err(e) if e.is_transient() => {
                tracing::error!(error = %e, "could not claim a code");
                mine.over(Ended::Unavailable { free: true, slow: false });
                return Ok(Outcome::StorageUnavailable { free: true });
            }
            claimed => claimed?,
        };
        if !claimed {
            mine.over(Ended::Arrived);
            return self.again(hash, presented).await;
        }
        let began_at = self.core.clock.now_micros();
        let outcome = match self.entrata.exchange(code.secret()).await {
            Ok((token, info)) => self.resolve(hash, (token, info, began_at), presented).await?,
            Err(error) => {
                tracing::warn!(%error, "could not read the user from Entrata");
                if matches!(error, ConnectorError::Unreachable { .. }) {
                    self.core
                        .storage
                        .write_alone(move |mut tx| async move { launch_codes::release(&mut tx, &hash).await })
                        .await?;
                }
                error.into()
            }
        };
        mine.over(outcome.ended());
        Ok(outcome)
    }

    /// The same code again: what its launch shows now, to the browser that launched it.
    async fn again(&self, hash: [u8; 32], presented: BrowserContext) -> storage::Result<Outcome> {
        let outcome = self.resume(hash, presented.browser.clone()).await?;
        if matches!(outcome, Outcome::Spent) {
            self.note_replay(hash, presented).await?;
        }
        Ok(outcome)
    }

    async fn note_replay(&self, hash: [u8; 32], presented: BrowserContext) -> storage::Result<()> {
        self.core.metrics.replayed(ReplaySource::ByLaunch);
        let now = self.core.clock.now();
        self.core
            .storage
            .write_alone(
                move |mut tx| async move { audit::insert_replay(&mut tx, &hash, &presented.client, now).await },
            )
            .await
    }

    async fn resume(&self, hash: [u8; 32], browser: Option<Browser>) -> storage::Result<Outcome> {
        let Some(browser) = browser else { return Ok(Outcome::Spent) };
        let now = self.core.clock.now();
        let Some(visit) = visits::find_by_code(self.core.storage.reader(), &hash, now).await? else {
            return Ok(Outcome::Spent);
        };
        if visit.session_id != browser.session_id {
            return Ok(Outcome::Spent);
        }
        if let Err(denied) = visit.may_act() {
            return Ok(Outcome::AccessDenied(denied));
        }
        let visit = Box::new(visit);
        if visit.opens_to(&SessionCredential::Cookie(browser.clone())) {
            return Ok(Outcome::Arrived { visit, cookie: None, ticket: None });
        }
        // The launch's answer, and with it the new id, never reached this browser (a reload, a double click). It holds a live id of the
        // same session and the code, so it gets the next id in place of the lost one; but not once a password was given there.
        let fresh = NewSessionIds::draw(&self.core.rng);
        let cookie = Some(fresh.cookie());
        let replaced = self.core.storage.write(move |mut tx| async move {
            let visit = visits::find_by_code(&mut tx, &hash, now).await?;
            if visit.is_none_or(|v| v.by_password || v.session_id != browser.session_id) {
                return Ok(false);
            }
            next_id(&mut tx, Some(&browser), IssuedFor::Launch, &fresh, now).await.map(|_| true)
        });
        Ok(if replaced.await? { Outcome::Arrived { visit, cookie, ticket: None } } else { Outcome::Spent })
    }
}

impl From<ConnectorError> for Outcome {
    fn from(error: ConnectorError) -> Self {
        match error {
            ConnectorError::Unreachable { slow } => Self::Unavailable { free: true, slow },
            ConnectorError::TooSlow => Self::Unavailable { free: false, slow: true },
            ConnectorError::Overloaded
            | ConnectorError::Down(_)
            | ConnectorError::Transient
            | ConnectorError::Limited(_)
            | ConnectorError::NotUnderstood(_) => Self::Unavailable { free: false, slow: false },
            ConnectorError::ClientRefused(_) => Self::ClientRefused,
            ConnectorError::TokenRejected
            | ConnectorError::NotPermitted
            | ConnectorError::NotEnabled
            | ConnectorError::PastTheEnd
            | ConnectorError::Refused(_) => Self::Refused,
        }
    }
}

impl Outcome {
    /// What somebody is told who waited for it.
    fn ended(&self) -> Ended {
        match self {
            Self::Arrived { .. } => Ended::Arrived,
            Self::Refused => Ended::Refused,
            Self::ClientRefused => Ended::ClientRefused,
            Self::AccessDenied(denied) => Ended::AccessDenied(*denied),
            Self::Unavailable { free, slow } => Ended::Unavailable { free: *free, slow: *slow },
            Self::Spent | Self::StorageUnavailable { .. } | Self::TooMany { .. } | Self::Failed => Ended::Otherwise,
        }
    }

    /// What it is to the limit of refused launches. Only a new visit shows that Entrata accepted the code just now.
    fn verdict(&self) -> Verdict {
        match self {
            Self::Refused => Verdict::Refused,
            Self::Arrived { ticket: Some(_), .. } => Verdict::Accepted,
            _ => Verdict::Unknown,
        }
    }

    fn counted(&self) -> Launched {
        match self {
            Self::Arrived { ticket: None, .. } => Launched::Again,
            Self::Arrived { visit, .. } if visit.account.is_some() => Launched::Linked,
            Self::Arrived { .. } => Launched::Pending,
            Self::Refused => Launched::Refused,
            Self::ClientRefused => Launched::ClientRefused,
            Self::Spent => Launched::Spent,
            Self::AccessDenied(_) => Launched::AccessDenied,
            Self::Unavailable { .. } => Launched::Unavailable,
            Self::StorageUnavailable { .. } => Launched::StorageUnavailable,
            Self::TooMany { .. } => Launched::TooMany,
            Self::Failed => Launched::Failed,
        }
    }

    fn log(&self) {
        match self {
            Self::Arrived { visit, .. } => {
                let outcome = if visit.account.is_some() { "linked" } else { "held" };
                let company = visit.identity.as_ref().map(|i| i.subdomain.as_str());
                tracing::info!(outcome, visit = visit.id, company, "launch");
            }
            Self::Refused => tracing::info!(outcome = "refused", "launch"),
            Self::ClientRefused => tracing::info!(outcome = "client refused", "launch"),
            Self::Spent => tracing::info!(outcome = "spent", "launch"),
            Self::AccessDenied(what) => tracing::info!(outcome = "disabled", ?what, "launch"),
            Self::Unavailable { free, slow } => tracing::info!(outcome = "unavailable", free, slow, "launch"),
            Self::StorageUnavailable { free } => tracing::info!(outcome = "no room", free, "launch"),
            Self::TooMany { seconds } => tracing::info!(outcome = "too many", seconds, "launch"),
            Self::Failed => tracing::info!(outcome = "failed", "launch"),
        }
    }
}
