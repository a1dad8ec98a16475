//! Exchanging the code of an event: taken first, as a launch takes its own, so that no code is ever sent twice, whoever brings it. What
//! was never sent may be tried again, a few times, while it may still live.

use super::{Activation, Kind, State, code_place, work::CODE_LIFE};
use crate::server::{
    clock::Epoch,
    connectors::entrata::{Fault, Reach},
    metrics::Came,
    storage::{
        self, audit,
        event_queue::{self, Due},
        launch_codes,
    },
};

/// Seconds after which what was not sent is tried again: five tries in all.
const PAUSES: &[Epoch] = &[5, 20, 60, 180];

impl Activation {
    pub(super) async fn exchange(&self, event: Due) -> storage::Result<()> {
        let (Some(sealed), Some(hash)) = (&event.code, event.code_hash.clone()) else {
            return self.unproven(&event, "it has no code").await;
        };
        let Ok(code) = self.vault.open(&code_place(&event.id), sealed) else {
            tracing::error!(event = event.id, "could not decrypt the code of an activation event");
            return self.unproven(&event, "its code could not be opened").await;
        };
        let (id, now, tries) = (event.id.clone(), self.clock.now(), event.tries + 1);
        let (taking, seen) = (hash.clone(), event.seen());
        let taken = self.storage.write(move |c| {
            Box::pin(async move {
                if !event_queue::settle(&mut *c, &id, State::Asking, Some(now), tries).await? {
                    return Ok::<_, storage::Error>(None);
                }
                let taken = launch_codes::claim(&mut *c, &taking, now).await?;
                if !taken {
                    audit::replayed(c, &taking, &seen, now).await?;
                }
                Ok(Some(taken))
            })
        });
        match taken.await? {
            Some(true) => {}
            Some(false) => {
                self.metrics.replayed(Came::ByEvent);
                return self.unproven(&event, "its code was used before").await;
            }
            // It was settled meanwhile.
            None => return Ok(()),
        }
        match self.outside.entrata.exchange(&code).await {
            // Where the event names no company, the code says which it is.
            Ok((token, info)) if event.subdomain.is_empty() || info.subdomain.as_str() == event.subdomain => {
                let event = Due { subdomain: info.subdomain.as_str().to_owned(), ..event };
                if event.kind == Kind::Suspended {
                    let reach = Reach { subdomain: info.subdomain, token: token.secret };
                    self.check_with(&event, &reach, &info.company).await
                } else {
                    self.proven(&event, &info.company).await
                }
            }
            Ok(_) => self.unproven(&event, "its code is another company's").await,
            Err(Fault::Unreachable { .. }) => self.again_later(&event, hash, now, tries).await,
            Err(Fault::ClientRefused(status)) => {
                tracing::error!(
                    status,
                    company = event.subdomain,
                    kind = ?event.kind,
                    "Entrata refused Latchkey's own credentials, so an event was not checked: check ENTRATA_CLIENT_ID, ENTRATA_CLIENT_SECRET \
                     and the allow-listed addresses; a company that should be active again needs `latchkey company enable`"
                );
                self.unproven(&event, "Entrata refused Latchkey's credentials").await
            }
            Err(fault) => {
                tracing::info!(%fault, "could not exchange the code of an activation event");
                self.unproven(&event, "its code was not exchanged").await
            }
        }
    }

    /// Nothing was sent: the code is free again, and tried later if it may live that long.
    async fn again_later(&self, event: &Due, hash: Vec<u8>, now: Epoch, tries: i64) -> storage::Result<()> {
        let pause = usize::try_from(tries - 1).ok().and_then(|n| PAUSES.get(n));
        let due_at = pause.map(|pause| now + pause).filter(|at| *at < event.came_at + CODE_LIFE);
        let id = event.id.clone();
        let write = self.storage.write(move |c| {
            Box::pin(async move {
                launch_codes::release(&mut *c, &hash).await?;
                match due_at {
                    Some(_) => event_queue::settle(c, &id, State::Waiting, due_at, tries).await.map(|_| ()),
                    None => Ok(()),
                }
            })
        });
        write.await?;
        match due_at {
            Some(_) => Ok(()),
            None => self.unproven(event, "Entrata was not reached").await,
        }
    }
}
