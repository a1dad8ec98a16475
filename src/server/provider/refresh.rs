//! Exchanging a refresh token for a new pair. Each works once. Two uses mean that somebody has a copy, and revoke the
//! grant (RFC 9700, section 4.14.2), unless the first answer was lost: as long as neither token of the newest pair was
//! presented, the pair before it is answered again, with a pair in its place.

use secrecy::SecretString;

use super::{IssuedTokens, RefreshPair, revoke::revoke_reused, sweep::IDLE, tokens::refresh_hash};
use crate::server::{
    audit::ClientInfo,
    core::Core,
    metrics::ProviderOutcome,
    storage::{self, provider_grants, provider_tokens},
};

/// What a refresh token may do.
#[derive(Debug, PartialEq, Eq)]
enum Use {
    First,
    /// The answer to its first use was lost.
    Again,
    Stolen,
}

impl RefreshPair {
    fn kind_of_use(&self) -> Use {
        match self.newest - self.number {
            0 => Use::First,
            1 if !self.newest_used => Use::Again,
            _ => Use::Stolen,
        }
    }
}

pub(super) async fn refresh(
    core: &Core,
    token: &SecretString,
    client: ClientInfo,
) -> storage::Result<Option<IssuedTokens>> {
    let now = core.clock.now();
    let (hash, tokens) = (refresh_hash(token), IssuedTokens::draw(&core.rng, now));
    let pair = tokens.pair();
    let refresh = core.storage.write(move |mut tx| async move {
        let Some(found) = provider_tokens::find_by_refresh(&mut tx, &hash).await? else {
            return Ok(ProviderOutcome::Refused);
        };
        let (grant, number) = (&found.grant, found.number);
        let outcome = match found.kind_of_use() {
            Use::Stolen => {
                revoke_reused(&mut tx, grant, &client, now).await?;
                return Ok(ProviderOutcome::Reused);
            }
            _ if grant.account.disabled || now - found.renewed_at >= IDLE => return Ok(ProviderOutcome::Refused),
            Use::First => ProviderOutcome::Refreshed,
            Use::Again => {
                provider_tokens::delete(&mut tx, &grant.id, found.newest).await?;
                ProviderOutcome::RefreshedAgain
            }
        };
        provider_tokens::mark_used(&mut tx, &grant.id, number).await?;
        provider_tokens::insert(&mut tx, &grant.id, number + 1, pair).await?;
        provider_grants::mark_renewed(&mut tx, &grant.id, now).await?;
        Ok::<_, storage::Error>(outcome)
    });
    let outcome = refresh.await?;
    core.metrics.provider(outcome);
    let is_answered = matches!(outcome, ProviderOutcome::Refreshed | ProviderOutcome::RefreshedAgain);
    Ok(is_answered.then_some(tokens))
}
