//! Waiting for lists that are being read; and, once they are there, whether whoever asked may still see them.

use std::time::Duration;

use futures_util::{Stream, stream};
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, timeout_at},
};

use crate::server::{
    account::Account,
    identity::Identity,
    pages::ListName,
    records::{Progress, State},
    visit::Visit,
    web::{App, error::Error},
};

/// How long a page waits for all its lists; the reading goes on behind it.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How long a refresh waits before its page is shown with what was read before.
const QUICK: Duration = Duration::from_secs(5);

/// When a page that begins to wait now stops waiting.
pub fn patience() -> Instant {
    Instant::now() + PATIENCE
}

/// A list as it stands once there is something to show, or when it took too long.
pub async fn settled<T: Send + Sync + 'static>(mut list: watch::Receiver<State<T>>, until: Instant) -> State<T> {
    // The other end is kept by the shelf, or by the reading itself.
    let _ = timeout_at(until, list.wait_for(State::is_settled)).await;
    list.borrow().clone()
}

/// Waits a little for lists that are read anew, so that the page which follows has them if that is quick.
pub async fn read_anew<T: Send + Sync + 'static>(lists: impl IntoIterator<Item = watch::Receiver<State<T>>>) {
    let until = Instant::now() + QUICK;
    for mut list in lists {
        let _ = timeout_at(until, list.wait_for(|state| state.progress.is_none())).await;
    }
}

/// Looks again, after a wait that may have been long: the visit may have ended meanwhile, the user been unlinked, the company kept out.
///
/// The identities as they are by now: a newer launch may have named other properties.
///
/// # Errors
/// When the person may no longer see it.
pub async fn may_still(
    app: &App,
    visit: &Visit,
    account: &Account,
    identities: &[&str],
) -> Result<Vec<Identity>, Error> {
    if !app.visits.still_acts_as(&visit.id, account).await? {
        return Err(Error::NeedsSession);
    }
    let own = app.identities.of_account(account).await?;
    let now = identities.iter().map(|id| own.iter().find(|one| one.id == *id).cloned());
    now.collect::<Option<_>>().ok_or(Error::NeedsSession)
}

/// The same for a page of one property.
///
/// # Errors
/// When the person may no longer see it, or the newest launch does not name the property.
pub async fn may_still_see(
    app: &App,
    (visit, account): (&Visit, &Account),
    identity: &str,
    property: &str,
) -> Result<(), Error> {
    let now = may_still(app, visit, account, &[identity]).await?;
    if now.iter().all(|identity| identity.may_see(property)) { Ok(()) } else { Err(Error::NotFound) }
}

/// Whether a list has something to show now.
pub fn is_settled<T>(list: &watch::Receiver<State<T>>) -> bool {
    list.borrow().is_settled()
}

/// Sends the progress of several lists, until all of them have something to show.
pub struct Steps {
    until: Instant,
    tell: mpsc::UnboundedSender<(ListName, Progress)>,
    told: mpsc::UnboundedReceiver<(ListName, Progress)>,
}

impl Steps {
    pub fn new(until: Instant) -> Self {
        let (tell, told) = mpsc::unbounded_channel();
        Self { until, tell, told }
    }

    /// Also tells of a list that is being read.
    pub fn of<T: Send + Sync + 'static>(&self, name: ListName, mut list: watch::Receiver<State<T>>) {
        let (tell, until) = (self.tell.clone(), self.until);
        tokio::spawn(async move {
            let mut last: Option<Progress> = None;
            loop {
                let (settled, progress) = {
                    let state = list.borrow_and_update();
                    (state.is_settled(), state.progress)
                };
                if settled {
                    return;
                }
                if let Some(progress) = progress.filter(|progress| last.as_ref() != Some(progress)) {
                    last = Some(progress);
                    if tell.send((name.clone(), progress)).is_err() {
                        return;
                    }
                }
                if !matches!(timeout_at(until, list.changed()).await, Ok(Ok(()))) {
                    return;
                }
            }
        });
    }

    /// The lines, until the last list is there.
    pub fn lines(self) -> impl Stream<Item = (ListName, Progress)> + Send + 'static {
        let Self { tell, told, .. } = self;
        drop(tell);
        stream::unfold(told, |mut told| async move { told.recv().await.map(|step| (step, told)) })
    }
}
