//! Reading a list, page after page, telling how far it is. It goes on though nobody waits any more: whoever comes back finds it read.

use std::{
    collections::{HashMap, HashSet},
    panic::AssertUnwindSafe,
    sync::Arc,
    time::Duration,
};

use futures_util::FutureExt;

use super::{
    CachedList, Index, Key, MemorySize, ReadError, Records,
    cache::{CacheEntry, Progress},
    select::in_own_order,
};
use crate::server::{
    clock::Epoch,
    connectors::entrata::{ApiCredentials, EntrataError, Lease, ListedProperty, Page, Part, Resident, Services},
    identity::Identity,
};

/// Rows that are asked for at once; a service may give fewer.
const PAGE: u32 = 500;
/// Rows of a list that are kept.
const MOST: usize = 100_000;
/// Seconds that a reading waits for the company's allowance, in all.
const PATIENCE: Epoch = 90;

/// Rows that can be asked for page by page.
pub trait Source: MemorySize + Clone + Send + Sync + 'static {
    fn id(&self) -> &str;

    /// Whether a row that came belongs to the list: to the properties that the newest launch named, or to the one that was asked for.
    fn belongs(&self, named: &HashSet<String>, asked_for: &str) -> bool;

    /// Puts them into the order in which they are shown when nobody asks for another, and tells what they are found and sorted by.
    fn put_in_order(_: &mut Vec<Self>) -> Vec<Index> {
        Vec::new()
    }

    fn page(
        services: &Services,
        api_credentials: &ApiCredentials,
        property: &str,
        page: Page,
    ) -> impl Future<Output = Result<Part<Self>, EntrataError>> + Send;
}

/// Reads a list and puts it into its place.
pub(super) async fn load<T: Source>(records: Records, identity: Identity, key: Key, place: CacheEntry<T>) {
    let named = identity.properties().into_iter().map(|property| property.id).collect();
    let reading =
        Reading { records: &records, identity: &identity, key: &key, place: &place, named, patience: PATIENCE };
    // Whoever waits is told, also of our own faults.
    let outcome = AssertUnwindSafe(reading.run()).catch_unwind().await.unwrap_or(Err(ReadError::Failed));
    if let Err(error) = &outcome {
        tracing::warn!(company = identity.subdomain, ?error, "a list could not be read");
    }
    place.send_modify(|state| state.ended(outcome, records.now()));
    records.make_room();
}

struct Reading<'a, T> {
    records: &'a Records,
    identity: &'a Identity,
    key: &'a Key,
    place: &'a CacheEntry<T>,
    /// The properties that the newest launch named.
    named: HashSet<String>,
    /// Seconds that may still be waited for the allowance.
    patience: Epoch,
}

/// How long a list is, as far as its answers told.
#[derive(Default)]
struct Extent {
    came: u64,
    total: Option<u64>,
    has_next: Option<bool>,
    /// Rows that a page really holds, which may be fewer than were asked for.
    in_a_page: u64,
}

impl Extent {
    fn grow<T>(&mut self, part: &Part<T>) {
        self.came += part.came;
        self.total = part.total.or(self.total);
        self.has_next = part.has_next;
        self.in_a_page = self.in_a_page.max(part.came);
    }

    /// Rows that are still to come, where their number is known.
    fn left(&self) -> Option<u64> {
        Some(self.total?.saturating_sub(self.came))
    }

    /// A next link goes on, whatever was counted; links without one are believed only where no count says that there is more. Where nothing
    /// is said, a page that has nothing tells the end.
    fn is_over(&self) -> bool {
        self.has_next != Some(true) && self.left().map_or(self.has_next == Some(false), |left| left == 0)
    }

    /// How many pages there are, after the one of this number.
    fn pages(&self, number: u32) -> Option<u32> {
        // A total that is reached before the last page is none.
        let left = self.left().filter(|left| *left > 0 || self.is_over())?;
        let more = u32::try_from(left.div_ceil(self.in_a_page.max(1))).unwrap_or(u32::MAX);
        Some(number.saturating_add(more))
    }
}

impl<T: Source> Reading<'_, T> {
    async fn run(mut self) -> Result<CachedList<T>, ReadError> {
        // The ids that came, and whether a row of each is kept: one person can stand in two properties.
        let (mut rows, mut known): (Vec<T>, HashMap<String, bool>) = Default::default();
        let (mut progress, mut extent, mut cut) = (Progress::default(), Extent::default(), false);
        for number in 1.. {
            let Some(part) = self.page(number, &mut progress).await? else { break };
            extent.grow(&part);
            let before = known.len();
            for row in part.rows {
                let belongs = row.belongs(&self.named, &self.key.property);
                let kept = known.entry(row.id().to_owned()).or_insert(false);
                // Rows move between pages while they are read, so the same one may come twice.
                if belongs && !std::mem::replace(kept, true) {
                    rows.push(row);
                }
            }
            cut = rows.len() > MOST || known.len() > 2 * MOST;
            rows.truncate(MOST);
            progress = Progress { page: number, pages: extent.pages(number), rows: rows.len(), waits: None };
            self.tell(progress);
            // A page that brought nothing new comes from a service that knows no pages.
            if cut || extent.is_over() || known.len() == before {
                break;
            }
        }
        if known.len() > rows.len() && !cut {
            let (company, dropped) = (&self.identity.subdomain, known.len() - rows.len());
            tracing::warn!(company, dropped, "dropped rows of properties outside the launch or the request");
        }
        // Nothing is kept of what may not be read any more by now.
        self.api_credentials().await?;
        let read_at = self.records.now();
        let keep = move || {
            let index = T::put_in_order(&mut rows);
            let size = rows.iter().map(MemorySize::size).chain(index.iter().map(Index::size)).sum();
            CachedList { rows: Arc::new(rows), index: Arc::new(index), read_at, cut, size }
        };
        // Folding and sorting a long list takes a while.
        tokio::task::spawn_blocking(keep).await.map_err(|_| ReadError::Failed)
    }

    /// A page; none past the end. The token is looked up for each, and with it whether anything keeps the company out by now.
    async fn page(&mut self, number: u32, progress: &mut Progress) -> Result<Option<Part<T>>, ReadError> {
        loop {
            let api_credentials = self.api_credentials().await?;
            let page = Page { number, size: PAGE };
            match T::page(&self.records.services, &api_credentials, &self.key.property, page).await {
                Ok(part) => return Ok(Some(part)),
                Err(EntrataError::PastTheEnd) => return Ok(None),
                Err(EntrataError::Limited(Some(seconds))) if seconds <= self.patience => {
                    self.patience -= seconds;
                    progress.waits = Some(seconds);
                    self.tell(*progress);
                    tokio::time::sleep(Duration::from_secs(seconds.unsigned_abs())).await;
                }
                Err(error) => {
                    tracing::info!(company = self.identity.subdomain, %error, page = number, "could not read a page of a list");
                    return Err(ReadError::of(&error, &self.key.property));
                }
            }
        }
    }

    async fn api_credentials(&self) -> Result<ApiCredentials, ReadError> {
        let api_credentials = self.records.identities.api_credentials(self.identity).await.map_err(|e| {
            tracing::error!(error = %e, "could not look up a token");
            ReadError::Failed
        })?;
        api_credentials.ok_or(ReadError::OpenAgain)
    }

    fn tell(&self, progress: Progress) {
        self.place.send_modify(|state| state.progress = Some(progress));
    }
}

impl Source for ListedProperty {
    fn id(&self) -> &str {
        &self.id
    }

    fn belongs(&self, named: &HashSet<String>, _: &str) -> bool {
        named.contains(&self.id)
    }

    async fn page(
        services: &Services,
        api_credentials: &ApiCredentials,
        _: &str,
        page: Page,
    ) -> Result<Part<Self>, EntrataError> {
        services.properties(api_credentials, page).await
    }
}

impl Source for Resident {
    fn id(&self) -> &str {
        &self.id
    }

    fn belongs(&self, _: &HashSet<String>, asked_for: &str) -> bool {
        self.property.is_empty() || self.property == asked_for
    }

    fn put_in_order(rows: &mut Vec<Self>) -> Vec<Index> {
        in_own_order(rows)
    }

    async fn page(
        services: &Services,
        api_credentials: &ApiCredentials,
        property: &str,
        page: Page,
    ) -> Result<Part<Self>, EntrataError> {
        services.customers(api_credentials, property, page).await
    }
}

impl Source for Lease {
    fn id(&self) -> &str {
        &self.id
    }

    fn belongs(&self, _: &HashSet<String>, asked_for: &str) -> bool {
        self.property.is_empty() || self.property == asked_for
    }

    async fn page(
        services: &Services,
        api_credentials: &ApiCredentials,
        property: &str,
        page: Page,
    ) -> Result<Part<Self>, EntrataError> {
        services.leases(api_credentials, property, page).await
    }
}
