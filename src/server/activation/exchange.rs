//! Exchanging the code of an event: taken first, as a launch takes its own, so that no code is ever sent twice, whoever brings it. What
//! was never sent may be tried again, a few times, while it may still live.

use super::{Activation, EventKind, EventState, code_place, work::CODE_LIFE};
use crate::server::{
    activation::DueEvent,
    clock::Epoch,
    connectors::entrata::{ApiCredentials, EntrataError},
    metrics::Came,
    storage::{self, audit, event_queue, launch_codes},
};

/// Seconds after which what was not sent is tried again: five tries in all.
const PAUSES: &[Epoch] = &[5, 20, 60, 180];

impl Activation {
    pub(super) async fn exchange(&self, event: DueEvent) -> storage::Result<()> {
        let (Some(sealed), Some(hash)) = (&event.code, event.code_hash.clone()) else {
            return self.unverified(&event, "it has no code").await;
        };
        let Ok(code) = self.vault.open(&code_place(&event.id), sealed) else {
            tracing::error!(event = event.id, "could not decrypt the code of an activation event");
            return self.unverified(&event, "its code could not be opened").await;
        };
        let (id, now, tries) = (event.id.clone(), self.core.clock.now(), event.tries + 1);
        let (taking, client) = (hash.clone(), event.client());
        let taken = self.core.storage.write(move |mut tx| async move {
            if !event_queue::settle(&mut tx, &id, EventState::Exchanging, Some(now), tries).await? {
                return Ok::<_, storage::Error>(None);
            }
            let taken = launch_codes::claim(&mut tx, &taking, now).await?;
            if !taken {
                audit::replayed(&mut tx, &taking, &client, now).await?;
            }
            Ok(Some(taken))
        });
        match taken.await? {
            Some(true) => {}
            Some(false) => {
                self.core.metrics.replayed(Came::ByEvent);
                return self.unverified(&event, "its code was used before").await;
            }
            // It was settled meanwhile.
            None => return Ok(()),
        }
        match self.outside.entrata.exchange(&code).await {
            // Where the event names no company, the code says which it is.
            Ok((token, info)) if event.subdomain.is_empty() || info.subdomain.as_str() == event.subdomain => {
                let event = DueEvent { subdomain: info.subdomain.as_str().to_owned(), ..event };
                if event.kind == EventKind::Suspended {
                    let api_credentials = ApiCredentials { subdomain: info.subdomain, token: token.secret };
                    self.check_with(&event, &api_credentials, &info.company).await
                } else {
                    self.verified(&event, &info.company).await
                }
            }
            Ok(_) => self.unverified(&event, "its code is another company's").await,
            Err(EntrataError::Unreachable { .. }) => self.again_later(&event, hash, now, tries).await,
            Err(EntrataError::ClientRefused(status)) => {
                tracing::error!(
                    status,
                    company = event.subdomain,
                    kind = ?event.kind,
                    "Entrata refused Latchkey's own credentials, so an event was not checked: check ENTRATA_CLIENT_ID, ENTRATA_CLIENT_SECRET \
                     and the allow-listed addresses; a company that should be active again needs `latchkey company enable`"
                );
                self.unverified(&event, "Entrata refused Latchkey's credentials").await
            }
            Err(error) => {
                tracing::info!(%error, "could not exchange the code of an activation event");
                self.unverified(&event, "its code was not exchanged").await
            }
        }
    }

    /// Nothing was sent: the code is free again, and tried later if it may live that long.
    async fn again_later(&self, event: &DueEvent, hash: Vec<u8>, now: Epoch, tries: i64) -> storage::Result<()> {
        let pause = usize::try_from(tries - 1).ok().and_then(|n| PAUSES.get(n));
        let due_at = pause.map(|pause| now + pause).filter(|at| *at < event.received_at + CODE_LIFE);
        let id = event.id.clone();
        let write = self.core.storage.write(move |mut tx| async move {
            launch_codes::release(&mut tx, &hash).await?;
            match due_at {
                Some(_) => event_queue::settle(&mut tx, &id, EventState::Waiting, due_at, tries).await.map(|_| ()),
                None => Ok(()),
            }
        });
        write.await?;
        match due_at {
            Some(_) => Ok(()),
            None => self.unverified(event, "Entrata was not reached").await,
        }
    }
}
