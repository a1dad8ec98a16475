//! `latchkey account delete`

use super::unknown_account;
use crate::server::{
    account_management::{AccountDeletion, delete_as_operator},
    audit::ClientInfo,
    cli::CliError,
    core::Core,
    identity::LinkedIdentity,
};

pub async fn run(core: &Core, email: &str) -> Result<(), CliError> {
    let deletion = delete_as_operator(core, email, ClientInfo::command_line()).await?;
    let AccountDeletion { account, links, visits } = deletion.ok_or_else(|| unknown_account(email))?;
    println!("deleted {} ({}) and ended {visits} open sessions", account.email, account.name);
    for LinkedIdentity { identity, .. } in links {
        println!("unlinked: user {} of {}.entrata.com ({})", identity.user_id, identity.subdomain, identity.company);
    }
    Ok(())
}
