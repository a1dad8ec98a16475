//! `latchkey account password`. Prints which Entrata users are linked to the account: the person who asked for the new
//! password may not know all of them (threat T6).

use super::{password_input::read_password, refusal_text, unknown_account};
use crate::server::{
    account::{Hasher, VerifiedPassword},
    account_management::{ChangeError, reset_password},
    audit::ClientInfo,
    cli::CliError,
    core::Core,
    identity::LinkedIdentity,
    storage::links,
};

pub async fn run(core: &Core, hasher: &Hasher, email: &str) -> Result<(), CliError> {
    let password = read_password()?;
    let found = VerifiedPassword::for_operator(core, email).await?;
    let verified = found.ok_or_else(|| unknown_account(email))?;
    let account = verified.account.clone();
    match reset_password(core, hasher, verified, password, ClientInfo::command_line()).await {
        Ok(()) => {}
        Err(ChangeError::Refused(refusal)) => return Err(CliError::message(refusal_text(refusal))),
        Err(ChangeError::Busy(_) | ChangeError::Over | ChangeError::Wait(_)) => {
            return Err(CliError::message("the account was changed at the same time; try again"));
        }
        Err(ChangeError::Database(e)) => return Err(e.into()),
    }
    println!("changed the password of {} and ended all its sessions", account.email);
    for LinkedIdentity { identity, .. } in links::list(core.storage.reader(), &account.id).await? {
        println!("linked: user {} of {}.entrata.com ({})", identity.user_id, identity.subdomain, identity.company);
    }
    Ok(())
}
