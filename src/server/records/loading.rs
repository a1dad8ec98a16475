//! Waits for lists that are being read, and reports their progress to the page that waits.

use std::time::Duration;

use futures_util::{
    Stream, StreamExt,
    stream::{self, BoxStream},
};
use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};

use super::{Progress, State};

/// The state of a list, which can be watched while it is read.
pub type List<T> = watch::Receiver<State<T>>;

/// How long a page waits for all its lists. Reading continues after that.
pub const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// How long a refresh waits before its page is shown with the earlier list.
const REFRESH_WAIT: Duration = Duration::from_secs(5);

/// What a list holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListName {
    Properties,
    /// The properties of the company with this name, where a page loads the properties of several.
    PropertiesOf(String),
    Residents,
    Leases,
}

/// Lists that one page needs, with one deadline for all of them.
pub struct Loading {
    deadline: Instant,
    is_settled: bool,
    progress: Vec<BoxStream<'static, (ListName, Progress)>>,
}

impl Loading {
    /// Starts the time that a page may wait.
    pub fn start() -> Self {
        Self { deadline: Instant::now() + LONGEST_WAIT, is_settled: true, progress: Vec::new() }
    }

    /// When the page stops waiting.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Adds a list.
    #[must_use]
    pub fn and<T: Send + Sync + 'static>(mut self, name: ListName, list: &List<T>) -> Self {
        if !list.borrow().is_settled() {
            self.is_settled = false;
            self.progress.push(progress(name, list.clone(), self.deadline).boxed());
        }
        self
    }

    /// Whether every list has something to show, so that the page need not wait.
    pub fn is_settled(&self) -> bool {
        self.is_settled
    }

    /// Returns each change of a list's progress with the list's name. Ends when all lists have something to show.
    pub fn progress(self) -> impl Stream<Item = (ListName, Progress)> + Send + 'static {
        stream::select_all(self.progress)
    }
}

fn progress<T: Send + Sync + 'static>(
    name: ListName,
    list: List<T>,
    deadline: Instant,
) -> impl Stream<Item = (ListName, Progress)> + Send + 'static {
    stream::unfold((list, None::<Progress>), move |(mut list, mut last)| {
        let name = name.clone();
        async move {
            loop {
                let (is_settled, progress) = {
                    let state = list.borrow_and_update();
                    (state.is_settled(), state.progress)
                };
                if is_settled {
                    return None;
                }
                if let Some(progress) = progress.filter(|progress| last != Some(*progress)) {
                    last = Some(progress);
                    return Some(((name, progress), (list, last)));
                }
                timeout_at(deadline, list.changed()).await.ok()?.ok()?;
            }
        }
    })
}

/// Returns a list's state once it has something to show, or at the deadline.
pub async fn settled<T: Send + Sync + 'static>(mut list: List<T>, deadline: Instant) -> State<T> {
    // Fails only when the list was dropped, and then its last state is what there is to show.
    let _ = timeout_at(deadline, list.wait_for(State::is_settled)).await;
    list.borrow().clone()
}

/// Waits a short time until lists have been read again, so that the page that follows shows them.
pub(super) async fn wait_until_read<T: Send + Sync + 'static>(lists: impl IntoIterator<Item = List<T>>) {
    let deadline = Instant::now() + REFRESH_WAIT;
    for mut list in lists {
        let _ = timeout_at(deadline, list.wait_for(|state| state.progress.is_none())).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(rows: Option<usize>) -> State<()> {
        let mut state = State::default();
        state.progress = rows.map(|rows| Progress { rows, ..Progress::default() });
        state
    }

    #[tokio::test]
    async fn progress_is_reported_until_every_list_has_something_to_show() {
        let (residents, list) = watch::channel(state(Some(0)));
        let (_, settled) = watch::channel(state(None));
        let loading = Loading::start().and(ListName::Residents, &list).and(ListName::Leases, &settled);
        assert!(!loading.is_settled());
        let mut progress = Box::pin(loading.progress().map(|(name, progress)| (name, progress.rows)));
        assert_eq!(progress.next().await, Some((ListName::Residents, 0)));
        residents.send_replace(state(Some(500)));
        assert_eq!(progress.next().await, Some((ListName::Residents, 500)));
        residents.send_replace(state(None));
        assert_eq!(progress.next().await, None);
        assert!(Loading::start().and(ListName::Leases, &settled).is_settled());
    }
}
