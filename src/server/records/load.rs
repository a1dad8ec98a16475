//! Reading a list page by page and reporting progress. The read continues when no page waits for it any more, so that
//! the list is ready when the user returns.

use std::{
    collections::{HashMap, HashSet},
    panic::AssertUnwindSafe,
    sync::Arc,
    time::Duration,
};

use futures_util::FutureExt;

use super::{
    CachedList, Key, ReadError, Record, Records, SearchIndex,
    cache::{CacheEntry, Progress},
    extent::Extent,
    source::PageError,
};
use crate::server::{
    clock::Epoch,
    connectors::{ConnectorError, PageRequest, RowPage},
    identity::Identity,
    property_data::MemorySize,
};

/// Rows to request per page. The source may return fewer.
const PAGE_ROWS: u32 = 500;
/// The most rows of a cached list.
const MAX_ROWS: usize = 100_000;
/// Seconds that one read may spend waiting for the source's rate limit.
const MAX_WAIT: Epoch = 90;

/// Reads a list into its cache entry.
pub(super) async fn load<R: Record>(records: Records, identity: Identity, key: Key, entry: CacheEntry<R>) {
    let named = identity.properties().into_iter().map(|place| place.id).collect();
    let load = Load { records: &records, identity: &identity, key: &key, entry: &entry, named, wait_left: MAX_WAIT };
    // Even after a panic, no request may wait forever for this entry.
    let outcome = AssertUnwindSafe(load.run()).catch_unwind().await.unwrap_or(Err(ReadError::Failed));
    if let Err(error) = &outcome {
        tracing::warn!(company = identity.subdomain, %error, "could not read a list");
    }
    entry.send_modify(|state| state.finish(outcome, records.now()));
    records.evict();
}

struct Load<'a, R> {
    records: &'a Records,
    identity: &'a Identity,
    key: &'a Key,
    entry: &'a CacheEntry<R>,
    /// The places that the newest launch named.
    named: HashSet<String>,
    /// Seconds that this read may still wait for the rate limit.
    wait_left: Epoch,
}

impl<R: Record> Load<'_, R> {
    async fn run(mut self) -> Result<CachedList<R>, ReadError> {
        // The ids so far, and whether the list has a row of each: one person may have rows in two places.
        let (mut rows, mut known): (Vec<R>, HashMap<String, bool>) = Default::default();
        let (mut progress, mut extent, mut cut) = (Progress::default(), Extent::default(), false);
        for number in 1.. {
            let Some(page) = self.page(number, &mut progress).await? else { break };
            extent.add(&page);
            let before = known.len();
            for row in page.rows {
                let belongs = row.belongs(&self.named, &self.key.place);
                let listed = known.entry(row.id().to_owned()).or_insert(false);
                // Rows move between pages during the read, so the same one may arrive twice.
                if belongs && !std::mem::replace(listed, true) {
                    rows.push(row);
                }
            }
            cut = rows.len() > MAX_ROWS || known.len() > 2 * MAX_ROWS;
            rows.truncate(MAX_ROWS);
            progress = Progress { page: number, pages: extent.pages(number), rows: rows.len(), waits: None };
            self.report(progress);
            // A page without new rows comes from a source that ignores page numbers.
            if cut || extent.is_complete() || known.len() == before {
                break;
            }
        }
        if known.len() > rows.len() && !cut {
            let (company, dropped) = (&self.identity.subdomain, known.len() - rows.len());
            tracing::warn!(company, dropped, "dropped rows of properties outside the launch or the request");
        }
        // Access may have ended during the read.
        self.records.source.check_access(self.identity).await?;
        let read_at = self.records.now();
        let sort = move || {
            let index = R::sort(&mut rows);
            let size = rows.iter().map(MemorySize::size).chain(index.iter().map(SearchIndex::size)).sum();
            CachedList { rows: Arc::new(rows), index: Arc::new(index), read_at, cut, size }
        };
        // Normalizing and sorting a long list takes a while.
        tokio::task::spawn_blocking(sort).await.map_err(|_| ReadError::Failed)
    }

    /// Reads a page; none past the end. Each time, the token is looked up again, and fails if access has ended.
    async fn page(&mut self, number: u32, progress: &mut Progress) -> Result<Option<RowPage<R>>, ReadError> {
        loop {
            let page = PageRequest { number, size: PAGE_ROWS };
            let error = match self.records.source.page(self.identity, &self.key.place, page).await {
                Ok(page) => return Ok(Some(page)),
                Err(PageError::Connector(ConnectorError::PastTheEnd)) => return Ok(None),
                Err(PageError::Credentials(error)) => return Err(error),
                Err(PageError::Connector(error)) => error,
            };
            match error.retry_after() {
                Some(seconds) if seconds <= self.wait_left => {
                    self.wait_left -= seconds;
                    progress.waits = Some(seconds);
                    self.report(*progress);
                    tokio::time::sleep(Duration::from_secs(seconds.unsigned_abs())).await;
                }
                _ => {
                    let company = &self.identity.subdomain;
                    tracing::info!(company, %error, page = number, "could not read a page of a list");
                    return Err(ReadError::of(&error, &self.key.place));
                }
            }
        }
    }

    fn report(&self, progress: Progress) {
        self.entry.send_modify(|state| state.progress = Some(progress));
    }
}
