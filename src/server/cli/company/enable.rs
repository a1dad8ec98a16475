//! `latchkey company enable`

use super::unknown_company;
use crate::server::{audit::ClientInfo, cli::CliError, company, core::Core};

pub async fn run(core: &Core, subdomain: &str) -> Result<(), CliError> {
    if !company::enable(core, subdomain, ClientInfo::command_line()).await? {
        return Err(unknown_company(subdomain));
    }
    println!("enabled {subdomain}");
    Ok(())
}
