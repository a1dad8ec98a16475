//! Connecting with what a person types: ActiveBuilding's user name and password, Gryphtech REX's keys.

use std::sync::Arc;

use secrecy::SecretString;

use super::{
    Actor, ConnectError, System, TypedKeys,
    connect::{self, NewGrant},
    context::{Context, within_limit},
    input,
};
use crate::server::ids::ConnectionId;

/// Signs in to ActiveBuilding. The password is sent once, not again after a failure, and not stored.
pub async fn sign_in(
    context: &Arc<Context>,
    actor: &Actor,
    existing: Option<&ConnectionId>,
    username: &str,
    password: &SecretString,
) -> Result<ConnectionId, ConnectError> {
    let connector = context.connectors.password_sign_in().ok_or(ConnectError::NotConfigured)?.clone();
    let (username, password) = (input::username(username)?.to_owned(), password.clone());
    input::password(&password)?;
    let new = checked(context, actor, existing, System::ActiveBuilding).await?;
    let in_task = context.clone();
    let sign_in = async move {
        let caller = in_task.quick_caller();
        let result = within_limit(connector.sign_in_user(&caller, &username, &password)).await;
        connect::settle(&in_task, new, &caller, result).await
    };
    context.complete(sign_in).await
}

/// Checks keys with Gryphtech REX and obtains a token with them.
pub async fn check_keys(
    context: &Arc<Context>,
    actor: &Actor,
    existing: Option<&ConnectionId>,
    keys: &TypedKeys,
) -> Result<ConnectionId, ConnectError> {
    let connector = context.connectors.key_check().ok_or(ConnectError::NotConfigured)?.clone();
    input::keys(keys)?;
    connector.check_form(keys).map_err(ConnectError::Invalid)?;
    let new = checked(context, actor, existing, System::Rex).await?;
    let (in_task, keys) = (context.clone(), keys.clone());
    let check = async move {
        let caller = in_task.quick_caller();
        let result = within_limit(connector.authorize(&caller, &keys)).await;
        connect::settle(&in_task, new, &caller, result).await
    };
    context.complete(check).await
}

/// Checks before anything is sent that the account may have this connection.
async fn checked(
    context: &Context,
    actor: &Actor,
    existing: Option<&ConnectionId>,
    system: System,
) -> Result<NewGrant, ConnectError> {
    let now = context.now();
    let new = NewGrant {
        system,
        existing: existing.cloned(),
        actor: Some((actor.visit.clone(), actor.account.clone())),
        client: actor.client.clone(),
    };
    let (who, existing) = (new.actor.clone(), new.existing.clone());
    let check = context.core.storage.write(move |mut tx| async move {
        connect::check(&mut tx, who.as_ref(), system, existing.as_ref(), now).await
    });
    check.await?;
    Ok(new)
}
