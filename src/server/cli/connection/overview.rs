//! What commands print of a connection.

use crate::server::{
    cli::table::{Table, time},
    clock,
    connection::{Connection, ConnectionState},
};

/// A connection and its account's email.
pub type Row = (Connection, Option<String>);

pub fn list(connections: Vec<Row>) -> Table {
    let mut table = Table::new(&["ID", "SYSTEM", "ACCOUNT", "STATE", "SUBJECT", "PLACES", "LAST READ"]);
    for (connection, email) in connections {
        table.row(vec![
            Some(connection.id.to_string()),
            Some(connection.system.name().to_owned()),
            email,
            Some(connection.state.name().to_owned()),
            subject(&connection),
            Some(connection.places.to_string()),
            time(connection.read_at),
        ]);
    }
    table
}

/// The parts that a list leaves out.
pub fn state(connection: &Connection) -> Table {
    let mut table = Table::new(&["CREATED", "SUBJECT ID", "ERROR", "NEXT TRY", "PAGES READ"]);
    let next_try = match connection.state {
        ConnectionState::Failing { next_try_at } => time(Some(next_try_at)),
        ConnectionState::Connected | ConnectionState::NeedsReconnect => None,
    };
    table.row(vec![
        Some(clock::exact(connection.created_at)),
        Some(connection.subject_id.clone()).filter(|id| !id.is_empty()),
        connection.error.clone(),
        next_try,
        connection.sync.map(|sync| match sync.pages {
            Some(pages) => format!("{} of {pages}", sync.page),
            None => sync.page.to_string(),
        }),
    ]);
    table
}

fn subject(connection: &Connection) -> Option<String> {
    [&connection.subject_name, &connection.subject_id].into_iter().find(|text| !text.is_empty()).cloned()
}
