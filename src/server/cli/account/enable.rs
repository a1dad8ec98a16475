//! `latchkey account enable`

use super::unknown_account;
use crate::server::{account_management, audit::ClientInfo, cli::CliError, core::Core};

pub async fn run(core: &Core, email: &str) -> Result<(), CliError> {
    if !account_management::enable(core, email, ClientInfo::command_line()).await? {
        return Err(unknown_account(email));
    }
    println!("enabled {email}");
    Ok(())
}
