//! Exchanging a code for the first pair of tokens. A code works once and for 60 seconds; a second use revokes the grant
//! (RFC 6749, section 4.1.2).

use secrecy::SecretString;

use super::{IssuedTokens, request::registered, revoke::revoke_reused, tokens::code_hash};
use crate::server::{
    audit::ClientInfo,
    config::SyncarooProvider,
    core::Core,
    metrics::ProviderOutcome,
    storage::{self, provider_grants, provider_tokens},
};

pub(super) async fn exchange(
    core: &Core,
    settings: &SyncarooProvider,
    code: &SecretString,
    redirect_uri: Option<&str>,
    client: ClientInfo,
) -> storage::Result<Option<IssuedTokens>> {
    let now = core.clock.now();
    let (hash, tokens) = (code_hash(code), IssuedTokens::draw(&core.rng, now));
    let (pair, settings, redirect_uri) = (tokens.pair(), settings.clone(), redirect_uri.map(str::to_owned));
    let exchange = core.storage.write(move |mut tx| async move {
        let Some(found) = provider_grants::find_by_code(&mut tx, &hash).await? else {
            return Ok(ProviderOutcome::Refused);
        };
        let grant = found.grant;
        if found.was_used {
            revoke_reused(&mut tx, &grant, &client, now).await?;
            return Ok(ProviderOutcome::Reused);
        }
        let for_address = redirect_uri.is_none_or(|uri| uri == found.redirect_uri)
            && registered(&settings, &found.redirect_uri).is_some();
        if now >= found.expires_at || grant.account.disabled || !for_address {
            return Ok(ProviderOutcome::Refused);
        }
        provider_grants::delete_others_in_use(&mut tx, grant.connection_id, &grant.id).await?;
        provider_grants::mark_exchanged(&mut tx, &grant.id, now).await?;
        provider_tokens::insert(&mut tx, &grant.id, 1, pair).await?;
        Ok::<_, storage::Error>(ProviderOutcome::Exchanged)
    });
    let outcome = exchange.await?;
    core.metrics.provider(outcome);
    Ok((outcome == ProviderOutcome::Exchanged).then_some(tokens))
}
