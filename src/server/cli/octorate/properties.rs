//! `latchkey octorate properties`: prints each page as soon as it is read.

use std::collections::HashSet;

use crate::server::{
    cli::{CliError, systems, table::print},
    clock::Clock,
    config::{self, Vars},
    connection::{Connectors, System},
    connectors::{Batch, Caller, Connector, ConnectorError, Grant, Position, octorate::Octorate},
    property_data::Place,
    text::escaped,
};

const HEADINGS: &str = "ID\tNAME\tKIND\tSTREET\tPOSTAL CODE\tCITY\tPHONE\tEMAIL\n";

pub async fn run(vars: &Vars) -> Result<(), CliError> {
    let section = config::octorate(vars).map_err(CliError::Settings)?;
    let section = section.ok_or_else(|| systems::not_configured(System::Octorate))?;
    let clock = Clock::default();
    let outbound = systems::outbound(&clock)?;
    let data = outbound.limits().for_data();
    let caller = Caller::new(outbound.with_limits(data), clock);
    let octorate = Connectors::octorate(section);
    let mut grant = octorate.api_login(&caller).await.map_err(|e| failed(&e))?;
    let (mut cursor, mut listed, mut is_first) = (None, HashSet::new(), true);
    loop {
        let batch = read(&octorate, &caller, &mut grant, cursor.as_deref()).await.map_err(|e| failed(&e))?;
        if is_first {
            print(HEADINGS)?;
            is_first = false;
        }
        let is_empty = batch.rows.is_empty();
        let new: Vec<Place> = batch.rows.into_iter().filter(|place| listed.insert(place.id.clone())).collect();
        print(&new.iter().map(line).collect::<String>())?;
        cursor = match batch.next {
            // Pages that name each other in a circle.
            Some(_) if new.is_empty() && !is_empty => return Err(CliError::message("Octorate's list does not end")),
            Some(next) => Some(next),
            None => return Ok(()),
        };
    }
}

/// Reads a page, with another token if this one has expired meanwhile.
async fn read(
    octorate: &Octorate,
    caller: &Caller,
    grant: &mut Grant,
    cursor: Option<&str>,
) -> Result<Batch<Place>, ConnectorError> {
    let position = Position { cursor, changed_since: None };
    match octorate.places(caller, grant, position).await {
        Err(ConnectorError::TokenRejected) => {
            *grant = octorate.api_login(caller).await?;
            octorate.places(caller, grant, position).await
        }
        result => result,
    }
}

fn line(place: &Place) -> String {
    let address = &place.address;
    let cells = [
        &place.id,
        &place.name,
        &place.kind,
        &address.street,
        &address.postal_code,
        &address.city,
        &place.phone,
        &place.email,
    ];
    cells.map(|cell| escaped(cell)).join("\t") + "\n"
}

fn failed(error: &ConnectorError) -> CliError {
    match error {
        ConnectorError::ClientRefused(_) => CliError::message(
            "Octorate refuses OCTORATE_CLIENT_ID and OCTORATE_CLIENT_SECRET; check both against Octorate's portal",
        ),
        error => CliError::message(format!("Octorate can't be read: {error}")),
    }
}
