//! `latchkey links remove`

use crate::server::{
    audit::ClientInfo,
    cli::CliError,
    core::Core,
    link_management::{RemovedLink, remove_link},
};

pub async fn run(core: &Core, issuer: &str, subdomain: &str, user_id: &str) -> Result<(), CliError> {
    let removed = remove_link(core, issuer, subdomain, user_id, ClientInfo::command_line()).await?;
    let RemovedLink { email, company, visits } = removed.ok_or_else(|| not_linked(subdomain, user_id))?;
    println!(
        "unlinked user {user_id} of {subdomain}.entrata.com ({company}) from {email} and ended {visits} open sessions"
    );
    Ok(())
}

fn not_linked(subdomain: &str, user_id: &str) -> CliError {
    CliError::message(format!(
        "user {user_id} of {subdomain}.entrata.com isn't linked; list the links with `latchkey links export`"
    ))
}
