//! Waiting for lists that are being read.

use std::time::Duration;

use futures_util::{Stream, stream};
use tokio::{
    sync::{mpsc, watch},
    time::timeout,
};

use crate::server::{
    pages::progress_line,
    records::{Progress, State},
};

/// How long a page waits for its lists; the reading goes on behind it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A list as it stands once there is something to show, or when it took too long.
pub async fn settled<T: Send + Sync + 'static>(mut list: watch::Receiver<State<T>>) -> State<T> {
    // The other end is kept by the shelf, or by the reading itself.
    let _ = timeout(PATIENCE, list.wait_for(State::is_settled)).await;
    list.borrow().clone()
}

/// Whether a list has something to show now.
pub fn is_settled<T>(list: &watch::Receiver<State<T>>) -> bool {
    list.borrow().is_settled()
}

/// Tells the steps of several readings, each with the name of what is read, until all of them have something to show.
pub struct Steps {
    tell: mpsc::UnboundedSender<String>,
    told: mpsc::UnboundedReceiver<String>,
}

impl Steps {
    pub fn new() -> Self {
        let (tell, told) = mpsc::unbounded_channel();
        Self { tell, told }
    }

    /// Also tells of a list that is being read.
    pub fn of<T: Send + Sync + 'static>(&self, name: &str, mut list: watch::Receiver<State<T>>) {
        let (name, tell) = (name.to_owned(), self.tell.clone());
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
                    if tell.send(progress_line(&name, progress)).is_err() {
                        return;
                    }
                }
                if !matches!(timeout(PATIENCE, list.changed()).await, Ok(Ok(()))) {
                    return;
                }
            }
        });
    }

    /// The lines, until the last list is there.
    pub fn lines(self) -> impl Stream<Item = String> + Send + 'static {
        let Self { tell, told } = self;
        drop(tell);
        stream::unfold(told, |mut told| async move { told.recv().await.map(|line| (line, told)) })
    }
}
