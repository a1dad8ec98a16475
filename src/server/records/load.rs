//! Reading a list, page after page, telling how far it is. It goes on though nobody waits any more: whoever comes back finds it read.

use std::{collections::HashSet, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt;

use super::{
    Kept, Key, Records, Trouble, Weighed,
    select::in_own_order,
    shelf::{Place, Progress},
};
use crate::server::{
    clock::Epoch,
    entrata::{Fault, Lease, ListedProperty, Page, Part, Reach, Resident, Services},
    identity::Identity,
};

/// Rows that are asked for at once.
const PAGE: u32 = 500;
/// Rows of a list that are kept.
const MOST: usize = 100_000;
/// Seconds that a reading waits for the company's allowance, in all.
const PATIENCE: Epoch = 90;

/// Rows that can be asked for page by page.
pub trait Source: Weighed + Clone + Send + Sync + 'static {
    fn id(&self) -> &str;

    /// Into the order in which they are shown when nobody asks for another, so that a page of them is quickly found.
    fn put_in_order(_: &mut [Self]) {}

    fn page(
        services: &Services,
        reach: &Reach,
        property: &str,
        page: Page,
    ) -> impl Future<Output = Result<Part<Self>, Fault>> + Send;
}

/// Reads a list and puts it into its place.
pub(super) async fn load<T: Source>(records: Records, identity: Identity, key: Key, place: Place<T>) {
    let reading = Reading { records: &records, identity: &identity, key: &key, place: &place, patience: PATIENCE };
    // Whoever waits is told, also of our own faults.
    let outcome = AssertUnwindSafe(reading.run()).catch_unwind().await.unwrap_or(Err(Trouble::Failed));
    if let Err(trouble) = &outcome {
        tracing::warn!(company = identity.subdomain, ?trouble, "a list could not be read");
    }
    place.send_modify(|state| state.ended(outcome));
    records.make_room();
}

struct Reading<'a, T> {
    records: &'a Records,
    identity: &'a Identity,
    key: &'a Key,
    place: &'a Place<T>,
    /// Seconds that may still be waited for the allowance.
    patience: Epoch,
}

impl<T: Source> Reading<'_, T> {
    async fn run(mut self) -> Result<Kept<T>, Trouble> {
        let (mut rows, mut known): (Vec<T>, HashSet<String>) = Default::default();
        let mut progress = Progress::default();
        let mut cut = false;
        for number in 1.. {
            let Some(part) = self.page(number, &mut progress).await? else { break };
            let (came, before) = (part.rows.len(), rows.len());
            // Rows move between pages while they are read.
            rows.extend(part.rows.into_iter().filter(|row| known.insert(row.id().to_owned())));
            cut = rows.len() > MOST;
            rows.truncate(MOST);
            let pages =
                part.total.map(|total| u32::try_from(total.div_ceil(u64::from(PAGE)).max(1)).unwrap_or(u32::MAX));
            progress = Progress { page: number, pages: pages.or(progress.pages), rows: rows.len(), waits: None };
            self.tell(progress);
            // Where nothing is said of a next page, one that has nothing tells the end: a service may give fewer at once than were asked for.
            let more_than_asked = usize::try_from(PAGE).is_ok_and(|page| came > page);
            let is_last = progress.pages.map_or(part.has_next == Some(false), |of| number >= of) || more_than_asked;
            // A page that brought nothing new comes from a service that knows no pages.
            if cut || is_last || rows.len() == before {
                break;
            }
        }
        // Nothing is kept of what may not be read any more by now.
        self.reach().await?;
        T::put_in_order(&mut rows);
        let weight = rows.iter().map(Weighed::weight).sum();
        Ok(Kept { rows: Arc::new(rows), read_at: self.records.now(), cut, weight })
    }

    /// A page; none past the end. The token is looked up for each, and with it whether anything keeps the company out by now.
    async fn page(&mut self, number: u32, progress: &mut Progress) -> Result<Option<Part<T>>, Trouble> {
        loop {
            let reach = self.reach().await?;
            let page = Page { number, size: PAGE };
            match T::page(&self.records.services, &reach, &self.key.property, page).await {
                Ok(part) => return Ok(Some(part)),
                Err(Fault::PastTheEnd) => return Ok(None),
                Err(Fault::Limited(Some(seconds))) if seconds <= self.patience => {
                    self.patience -= seconds;
                    progress.waits = Some(seconds);
                    self.tell(*progress);
                    tokio::time::sleep(Duration::from_secs(seconds.unsigned_abs())).await;
                }
                Err(fault) => {
                    tracing::info!(company = self.identity.subdomain, %fault, page = number, "a page did not come");
                    return Err((&fault).into());
                }
            }
        }
    }

    async fn reach(&self) -> Result<Reach, Trouble> {
        let reach = self.records.identities.reach(self.identity).await.map_err(|e| {
            tracing::error!(error = %e, "a token could not be looked up");
            Trouble::Failed
        })?;
        reach.ok_or(Trouble::OpenAgain)
    }

    fn tell(&self, progress: Progress) {
        self.place.send_modify(|state| state.progress = Some(progress));
    }
}

impl Source for ListedProperty {
    fn id(&self) -> &str {
        &self.id
    }

    async fn page(services: &Services, reach: &Reach, _: &str, page: Page) -> Result<Part<Self>, Fault> {
        services.properties(reach, page).await
    }
}

impl Source for Resident {
    fn id(&self) -> &str {
        &self.id
    }

    fn put_in_order(rows: &mut [Self]) {
        in_own_order(rows);
    }

    async fn page(services: &Services, reach: &Reach, property: &str, page: Page) -> Result<Part<Self>, Fault> {
        services.customers(reach, property, page).await
    }
}

impl Source for Lease {
    fn id(&self) -> &str {
        &self.id
    }

    async fn page(services: &Services, reach: &Reach, property: &str, page: Page) -> Result<Part<Self>, Fault> {
        services.leases(reach, property, page).await
    }
}
