//! Exchanges the code of an event. The code is claimed first, as in a launch, so that no code is sent twice. A code
//! that was never sent is retried a few times while it may still be valid.

use super::{EventKind, EventState, Processor, code_context, work::CODE_LIFETIME};
use crate::server::{
    activation::DueEvent,
    clock::Epoch,
    connectors::{ConnectorError, entrata::ApiCredentials},
    metrics::ReplaySource,
    storage::{self, audit, event_queue, launch_codes},
};

/// Seconds between the tries for a code that could not be sent; five tries in all.
const RETRY_PAUSES: &[Epoch] = &[5, 20, 60, 180];

impl Processor {
    pub(super) async fn exchange(&self, event: DueEvent) -> storage::Result<()> {
        let (Some(sealed), Some(hash)) = (&event.code, event.code_hash.clone()) else {
            return self.mark_unverified(&event, "it has no code").await;
        };
        let Ok(code) = self.vault.open(&code_context(&event.id), sealed) else {
            tracing::error!(event = event.id.as_str(), "could not decrypt the code of an activation event");
            return self.mark_unverified(&event, "its code could not be opened").await;
        };
        let (id, now, tries) = (event.id.clone(), self.core.clock.now(), event.tries + 1);
        let (hash_to_claim, client) = (hash.clone(), event.client());
        let claimed = self.core.storage.write(move |mut tx| async move {
            if !event_queue::set_state(&mut tx, &id, EventState::Exchanging, Some(now), tries).await? {
                return Ok::<_, storage::Error>(None);
            }
            let claimed = launch_codes::claim(&mut tx, &hash_to_claim, now).await?;
            if !claimed {
                audit::insert_replay(&mut tx, &hash_to_claim, &client, now).await?;
            }
            Ok(Some(claimed))
        });
        match claimed.await? {
            Some(true) => {}
            Some(false) => {
                self.core.metrics.replayed(ReplaySource::ByEvent);
                return self.mark_unverified(&event, "its code was used before").await;
            }
            // Another event settled it meanwhile.
            None => return Ok(()),
        }
        match self.access.entrata.exchange(&code).await {
            // When the event names no company, the code tells it.
            Ok((token, info)) if event.subdomain.is_empty() || info.subdomain.as_str() == event.subdomain => {
                let event = DueEvent { subdomain: info.subdomain.as_str().to_owned(), ..event };
                if event.kind == EventKind::Suspended {
                    let api_credentials = ApiCredentials { subdomain: info.subdomain, token: token.secret };
                    self.check_with(&event, &api_credentials, &info.company).await
                } else {
                    self.verified(&event, &info.company).await
                }
            }
            Ok(_) => self.mark_unverified(&event, "its code is another company's").await,
            Err(ConnectorError::Unreachable { .. }) => self.retry_later(&event, hash, now, tries).await,
            Err(ConnectorError::ClientRefused(status)) => {
                tracing::error!(
                    status,
                    company = event.subdomain,
                    kind = ?event.kind,
                    "Entrata refused Latchkey's own credentials, so an event was not checked: check ENTRATA_CLIENT_ID, \
                     ENTRATA_CLIENT_SECRET and the allow-listed addresses; a company that should be active again needs \
                     `latchkey company enable`"
                );
                self.mark_unverified(&event, "Entrata refused Latchkey's credentials").await
            }
            Err(error) => {
                tracing::info!(%error, "could not exchange the code of an activation event");
                self.mark_unverified(&event, "its code was not exchanged").await
            }
        }
    }

    /// Nothing was sent: releases the code and retries later, if it may be valid for that long.
    async fn retry_later(&self, event: &DueEvent, hash: Vec<u8>, now: Epoch, tries: i64) -> storage::Result<()> {
        let pause = usize::try_from(tries - 1).ok().and_then(|n| RETRY_PAUSES.get(n));
        let due_at = pause.map(|pause| now + pause).filter(|at| *at < event.received_at + CODE_LIFETIME);
        let id = event.id.clone();
        let write = self.core.storage.write(move |mut tx| async move {
            launch_codes::release(&mut tx, &hash).await?;
            match due_at {
                Some(_) => event_queue::set_state(&mut tx, &id, EventState::Waiting, due_at, tries).await.map(|_| ()),
                None => Ok(()),
            }
        });
        write.await?;
        match due_at {
            Some(_) => Ok(()),
            None => self.mark_unverified(event, "Entrata was not reached").await,
        }
    }
}
