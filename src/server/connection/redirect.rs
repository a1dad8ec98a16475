//! Connecting by a redirect to a system's consent page (threat T39). The state has 256 bits and is stored hashed for
//! ten minutes. It belongs to the visit and account that began, and to the browser, by a first-party cookie. The
//! statement that reads it deletes it.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{
    ConnectError, RedirectAnswer, RedirectTarget, StartedRedirect, System, WaitingRedirect,
    connect::{self, NewGrant},
    context::{Context, within_limit},
    ticket,
};
use crate::server::{
    audit::ClientInfo,
    clock::Epoch,
    connectors::Subject,
    digest::digest,
    ids::{ConnectionId, VisitId},
    storage::connect_redirects,
};

/// Seconds that a state is valid.
pub const STATE_LIFETIME: Epoch = 10 * 60;
/// Waiting redirects of an account; beyond that, the oldest are dropped.
pub const MAX_WAITING: i64 = 20;

fn state_hash(state: &str) -> [u8; 32] {
    digest("oauth state", state.as_bytes())
}

fn cookie_hash(cookie: &str) -> [u8; 32] {
    digest("connect cookie", cookie.as_bytes())
}

/// Consumes a ticket and begins a redirect.
pub async fn begin(
    context: &Context,
    visit: &VisitId,
    target: &RedirectTarget,
    form_ticket: &str,
    cookie: Option<SecretString>,
) -> Result<StartedRedirect, ConnectError> {
    let ticket = ticket::open(context, visit, form_ticket).filter(|ticket| ticket.target == *target);
    let ticket = ticket.ok_or(ConnectError::NoTicket)?;
    let page = context.connectors.consent_page(target.system).ok_or(ConnectError::NotConfigured)?;
    let state = context.core.rng.ticket();
    let cookie = cookie.unwrap_or_else(|| context.core.rng.ticket().into());
    let redirect = WaitingRedirect {
        system: target.system,
        actor: Some((visit.clone(), ticket.account.clone())),
        cookie_hash: Some(cookie_hash(cookie.expose_secret())),
        connection: target.connection.clone(),
    };
    let (hash, now) = (state_hash(&state), context.now());
    let write = context.core.storage.write(move |mut tx| async move {
        if !connect_redirects::use_ticket(&mut tx, &ticket.hash, ticket.expires_at).await? {
            return Err(ConnectError::NoTicket);
        }
        connect::check(&mut tx, redirect.actor.as_ref(), redirect.system, redirect.connection.as_ref(), now).await?;
        connect_redirects::insert_state(&mut tx, &hash, &redirect, now + STATE_LIFETIME).await?;
        Ok(connect_redirects::delete_oldest_states(&mut tx, Some(&ticket.account), MAX_WAITING).await?)
    });
    write.await?;
    let url = page.address(&context.callback(target.system), &state);
    Ok(StartedRedirect { url, cookie })
}

/// Begins the connection of the installation to Syncaroo, on the command line: without visit and cookie.
pub async fn begin_syncaroo(context: &Context) -> Result<Url, ConnectError> {
    let system = System::Syncaroo;
    let page = context.connectors.consent_page(system).ok_or(ConnectError::NotConfigured)?;
    let state = context.core.rng.ticket();
    let redirect = WaitingRedirect { system, actor: None, cookie_hash: None, connection: None };
    let (hash, now) = (state_hash(&state), context.now());
    let write = context.core.storage.write(move |mut tx| async move {
        connect_redirects::insert_state(&mut tx, &hash, &redirect, now + STATE_LIFETIME).await?;
        Ok::<_, ConnectError>(connect_redirects::delete_oldest_states(&mut tx, None, MAX_WAITING).await?)
    });
    write.await?;
    Ok(page.address(&context.callback(system), &state))
}

/// Consumes the state of a callback and exchanges the code at once: at Octorate it lives for a minute.
pub async fn finish(
    context: &Arc<Context>,
    system: System,
    answer: RedirectAnswer<'_>,
    client: ClientInfo,
) -> Result<ConnectionId, ConnectError> {
    let page = context.connectors.consent_page(system).ok_or(ConnectError::NotConfigured)?.clone();
    let (state, cookie, now) = (state_hash(answer.state), answer.cookie.map(cookie_hash), context.now());
    let take = context
        .core
        .storage
        .write(move |mut tx| async move { connect_redirects::take_state(&mut tx, &state, system, cookie, now).await });
    let waiting = take.await?.ok_or(ConnectError::NoState)?;
    let code = answer.code.filter(|code| !code.is_empty()).ok_or(ConnectError::Declined)?;
    let code = SecretString::from(code);
    // Committed although the person may have signed out: the state is used up.
    let WaitingRedirect { actor, connection, .. } = waiting;
    let (in_job, existing) = (actor.clone(), connection.clone());
    let check = context.core.storage.write(move |mut tx| async move {
        connect::check(&mut tx, in_job.as_ref(), system, existing.as_ref(), now).await
    });
    check.await?;
    let in_task = context.clone();
    let exchange = async move {
        let (caller, redirect_uri) = (in_task.quick_caller(), in_task.callback(system));
        let result = within_limit(page.exchange_code(&caller, &redirect_uri, &code)).await;
        let new = NewGrant { system, existing: connection, actor, client };
        let id = connect::settle(&in_task, new, &caller, result.map(|grant| (grant, Subject::default()))).await?;
        connect::name_subject(&in_task, &id).await;
        Ok(id)
    };
    context.complete(exchange).await
}
