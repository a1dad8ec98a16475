//! `latchkey account add`

use super::{password_input::read_password, refusal_text};
use crate::server::{
    account::{Hasher, RegisterError, Registration, register},
    audit::ClientInfo,
    cli::CliError,
    core::Core,
};

pub async fn run(core: &Core, hasher: &Hasher, name: String, email: String) -> Result<(), CliError> {
    let registration = Registration { name, email: email.clone(), password: read_password()? };
    match register(core, hasher, registration, ClientInfo::command_line()).await {
        Ok(_) => {
            println!("added {}", email.trim());
            Ok(())
        }
        Err(RegisterError::Refused(refusals)) => {
            Err(CliError::message(refusals.into_iter().map(refusal_text).collect::<Vec<_>>().join("; ")))
        }
        Err(e @ (RegisterError::Busy(_) | RegisterError::TooMany)) => {
            Err(CliError::message(format!("{e}; try again in a moment")))
        }
        Err(RegisterError::Database(e)) => Err(e.into()),
    }
}
