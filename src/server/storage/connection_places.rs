//! `connection_places` and `connection_items`: what was read through connections.

use crate::server::{
    connection::{PlacePage, StoredPlace},
    ids::{AccountId, ConnectionId},
    property_data::{Address, Place, PlaceItem},
    storage::{
        Result, Row, Tx,
        connections::system,
        query::{Executor, Statement, Value, building, query},
    },
};

/// Rows in one statement: SQLite takes 32,766 arguments, and a longer statement costs more to prepare.
const CHUNK: usize = 100;

/// Whose places are listed.
#[derive(Debug, Clone, Copy)]
pub enum PlacesOf<'a> {
    Connection(&'a ConnectionId),
    Account(&'a AccountId),
}

/// A place and its text for searching.
pub type FoldedPlace = (Place, String);

/// Stores places that a sync read, with different ids or kinds; a place that is stored is replaced. Returns how many of
/// them the sync had not read before.
pub async fn upsert(tx: &mut Tx, id: &ConnectionId, run: i64, places: &[FoldedPlace]) -> Result<u64> {
    let mut read = 0;
    for chunk in places.chunks(CHUNK) {
        let rows = chunk.iter().map(|(place, folded)| {
            let Place { id: place_id, name, address, phone, email, website, kind, status, disabled } = place;
            let Address { street, city, state, postal_code } = address;
            [
                Value::from(id),
                place_id.into(),
                name.into(),
                kind.into(),
                status.into(),
                (*disabled).into(),
                street.into(),
                city.into(),
                state.into(),
                postal_code.into(),
                phone.into(),
                email.into(),
                website.into(),
                folded.into(),
                run.into(),
            ]
        });
        let insert = building(
            "insert into connection_places (connection_id, id, name, kind, status, disabled, street, city, state,
                                            postal_code, phone, email, website, folded, sync_run) ",
        )
        .push_rows(rows)
        .push(
            " on conflict (connection_id, id, kind) do update set
                 name = excluded.name, status = excluded.status, disabled = excluded.disabled,
                 street = excluded.street, city = excluded.city, state = excluded.state,
                 postal_code = excluded.postal_code, phone = excluded.phone, email = excluded.email,
                 website = excluded.website, folded = excluded.folded, sync_run = excluded.sync_run
             where connection_places.sync_run <> excluded.sync_run",
        );
        read += insert.execute(&mut *tx).await?;
    }
    Ok(read)
}

/// Deletes a place, before it is stored anew. Returns the number of the sync that found it last.
pub async fn delete(db: impl Executor<'_>, id: &ConnectionId, place: &Place) -> Result<Option<i64>> {
    query("delete from connection_places where connection_id = $1 and id = $2 and kind = $3 returning sync_run")
        .bind(id)
        .bind(&place.id)
        .bind(&place.kind)
        .find(db, Row::first)
        .await
}

/// Deletes an item, before it is stored anew. Returns the number of the sync that found it last.
pub async fn delete_item(
    db: impl Executor<'_>,
    id: &ConnectionId,
    place: &str,
    item: &PlaceItem,
) -> Result<Option<i64>> {
    query("delete from connection_items where connection_id = $1 and place_id = $2 and id = $3 returning sync_run")
        .bind(id)
        .bind(place)
        .bind(&item.id)
        .find(db, Row::first)
        .await
}

/// Stores items of a place that a sync read, with different ids; an item that is stored is replaced. Returns how many
/// of them the sync had not read before.
pub async fn upsert_items(tx: &mut Tx, id: &ConnectionId, place: &str, run: i64, items: &[PlaceItem]) -> Result<u64> {
    let mut read = 0;
    for chunk in items.chunks(CHUNK) {
        let rows = chunk.iter().map(|PlaceItem { id: item_id, name, kind, status }| {
            [Value::from(id), place.into(), item_id.into(), name.into(), kind.into(), status.into(), run.into()]
        });
        let insert =
            building("insert into connection_items (connection_id, place_id, id, name, kind, status, sync_run) ")
                .push_rows(rows)
                .push(
                    " on conflict (connection_id, place_id, id) do update set
                     name = excluded.name, kind = excluded.kind, status = excluded.status, sync_run = excluded.sync_run
                 where connection_items.sync_run <> excluded.sync_run",
                );
        read += insert.execute(&mut *tx).await?;
    }
    Ok(read)
}

/// Returns the ids and kinds of at most `most` places after an id, in the order of their ids, that were read by a sync
/// with this number or a later one.
pub async fn list_kinds(
    db: impl Executor<'_>,
    id: &ConnectionId,
    after: &str,
    run: i64,
    most: i64,
) -> Result<Vec<(String, String)>> {
    query(
        "select id, kind from connection_places
         where connection_id = $1 and id > $2 and sync_run >= $3 order by id limit $4",
    )
    .bind(id)
    .bind(after)
    .bind(run)
    .bind(most)
    .list(db, |row| Ok((row.get("id")?, row.get("kind")?)))
    .await
}

/// Returns how many places of each kind were read by a sync with this number or a later one.
pub async fn count_kinds(db: impl Executor<'_>, id: &ConnectionId, run: i64) -> Result<Vec<(String, i64)>> {
    query(
        "select kind, count(*) as places from connection_places
         where connection_id = $1 and sync_run >= $2 group by kind limit 1000",
    )
    .bind(id)
    .bind(run)
    .list(db, |row| Ok((row.get("kind")?, row.get("places")?)))
    .await
}

macro_rules! count_of {
    ($of:literal) => {
        concat!(
            "select count(*) from connections c join connection_places p on p.connection_id = c.id
             where c.state <> 'closed' and ",
            $of
        )
    };
}

macro_rules! list_of {
    ($of:literal) => {
        concat!(
            "select p.*, c.system as system,
                    (select count(*) from connection_items i
                     where i.connection_id = p.connection_id and i.place_id = p.id) as items
             from connections c join connection_places p on p.connection_id = c.id
             where c.state <> 'closed' and ",
            $of
        )
    };
}

/// Returns the places whose text contains all these words, in the order of their names, and how many there are.
pub async fn list(
    db: impl Executor<'_> + Copy,
    of: PlacesOf<'_>,
    words: &[String],
    offset: i64,
    limit: i64,
) -> Result<PlacePage> {
    let (count, rows) = match of {
        PlacesOf::Connection(id) => {
            (building(count_of!("c.id = ")).push_bind(id), building(list_of!("c.id = ")).push_bind(id))
        }
        PlacesOf::Account(id) => {
            (building(count_of!("c.account_id = ")).push_bind(id), building(list_of!("c.account_id = ")).push_bind(id))
        }
    };
    let total = with_words(count, words).find(db, Row::first::<i64>).await?.unwrap_or(0);
    let rows = with_words(rows, words).push(" order by p.folded, p.id limit ").push_bind(limit);
    let rows = rows.push(" offset ").push_bind(offset);
    Ok(PlacePage { places: rows.list(db, from_row).await?, total })
}

fn with_words(statement: Statement, words: &[String]) -> Statement {
    words.iter().fold(statement, |statement, word| {
        statement.push(" and p.folded like ").push_bind(pattern(word)).push(" escape '!'")
    })
}

/// A pattern for texts that contain a word, whose wildcards are escaped.
fn pattern(word: &str) -> String {
    let mut pattern = String::from("%");
    for c in word.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern + "%"
}

/// Returns at most `most` items of a place, in the order of their names.
pub async fn list_items(db: impl Executor<'_>, id: &ConnectionId, place: &str, most: i64) -> Result<Vec<PlaceItem>> {
    query(
        "select id, name, kind, status from connection_items where connection_id = $1 and place_id = $2
         order by name, id limit $3",
    )
    .bind(id)
    .bind(place)
    .bind(most)
    .list(db, |row| {
        Ok(PlaceItem { id: row.get("id")?, name: row.get("name")?, kind: row.get("kind")?, status: row.get("status")? })
    })
    .await
}

/// Deletes at most `most` items and places of a connection that no sync with this number or a later one read. Returns
/// how many.
pub async fn delete_older(tx: &mut Tx, id: &ConnectionId, run: i64, most: i64) -> Result<u64> {
    let items = query(
        "delete from connection_items where (connection_id, place_id, id) in (
             select connection_id, place_id, id from connection_items
             where connection_id = $1 and sync_run < $2 limit $3)",
    );
    let items = items.bind(id).bind(run).bind(most).execute(&mut *tx).await?;
    if items > 0 {
        return Ok(items);
    }
    query(
        "delete from connection_places where (connection_id, id, kind) in (
             select connection_id, id, kind from connection_places
             where connection_id = $1 and sync_run < $2 limit $3)",
    )
    .bind(id)
    .bind(run)
    .bind(most)
    .execute(tx)
    .await
}

fn from_row(row: &Row) -> Result<StoredPlace> {
    Ok(StoredPlace {
        connection: row.get("connection_id")?,
        system: system(row)?,
        items: row.get("items")?,
        place: Place {
            id: row.get("id")?,
            name: row.get("name")?,
            address: Address {
                street: row.get("street")?,
                city: row.get("city")?,
                state: row.get("state")?,
                postal_code: row.get("postal_code")?,
            },
            phone: row.get("phone")?,
            email: row.get("email")?,
            website: row.get("website")?,
            kind: row.get("kind")?,
            status: row.get("status")?,
            disabled: row.flag("disabled")?,
        },
    })
}
