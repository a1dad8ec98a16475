//! No query of a request reads more rows as a table grows. Every statement in `src/server/storage` is found in the
//! sources and explained by SQLite, so new statements are checked, too.

use std::{fs, path::Path};

use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection};

/// Statements that may scan a table or run a subquery for each row: a part of their text and the reason.
const ALLOWED: &[(&str, &str)] = &[
    // Not part of a request.
    ("from accounts a where a.email_folded = coalesce", "command line: lists all accounts"),
    ("count(l.identity_id) as linked", "command line: lists all companies"),
    ("accounts.email from connections left join accounts", "command line: lists all connections"),
    ("select distinct issuer from companies", "command line: imports and exports links"),
    (
        "update accounts set unlinked_until = null\n         where unlinked_until is not null and exists",
        "command line: after an import",
    ),
    ("with named (subdomain, user_id) as", "command line: scans the part of the file that is being imported"),
    ("where state in ('waiting', 'exchanging', 'reported')", "command line: enables or disables one company"),
    (
        "count(*) filter (where not pending and not by_bearer)",
        "metrics: counts all rows when an operator requests them",
    ),
    ("select (select count(*) from identities where token_key", "key rotation: reads every sealed row"),
    ("select token_key from identities where token_key <> ''", "start: lists the keys that are needed"),
    ("select 1 from sqlite_master", "start: SQLite's list of tables"),
    ("select version, checksum, success from _sqlx_migrations", "start: one row for each migration"),
    ("update browser_sessions\n         set created_at = case", SET_BACK),
    ("update session_ids\n         set issued_at", SET_BACK),
    ("update bearers set issued_at", SET_BACK),
    ("update visits\n         set created_at", SET_BACK),
    ("update unconfirmed_links set expires_at", SET_BACK),
    ("update events\n         set received_at", SET_BACK),
    ("update jobs\n         set due_at = case when due_at > $1", SET_BACK),
    ("update provider_grants\n         set code_expires_at", SET_BACK),
    ("update provider_updates\n         set received_at", SET_BACK),
    ("update connections\n         set lease_until = case", SET_BACK),
    ("select id from connections where state = 'closed'", "sweep: an index of the few that are being deleted"),
    ("update identities set token = $3, token_key", "sweep: a limited number of identities without a link"),
    ("where a.unlinked_until <= $1", "sweep: at most 100 accounts at a time"),
    ("delete from unconfirmed_links where hash in", "sweep: unconfirmed links live for ten minutes"),
    ("delete from identities where id in (\n             select i.id", "sweep"),
    ("delete from events where number in (\n             select number", "sweep"),
    ("select b.data from browser_sessions b", "data export: reads everything that is stored about one account"),
    ("select identity_id from links where account_id = $1\n         union", "deletion of one account"),
    // The connections of one account are at most 50.
    ("from connection_items i\n", "one look-up in an index for each of at most 1,000 listed places"),
    // One row.
    ("update heartbeat set beats", "the table has one row"),
    ("select 1 from accounts limit 1", "reads one row"),
    // The subquery runs for one row, or looks up one row by its key for each of a limited number.
    ("select $2, 'code_replayed', v.account_id", "for one visit: replays within an hour"),
    ("from bearers r\n         join visits v", "for one bearer: at most one every 15 minutes for seven days"),
    ("insert into session_ids (hash, session_id, number", "for one browser session: its newest id"),
    ("delete from session_ids where session_id = $1", "at most 300 ids, and one row for each"),
    ("delete from browser_sessions where id in (", "up to the first open visit of each of at most 100 sessions"),
    ("insert into identities (id, issuer, subdomain, user_id, properties", "for one identity"),
    ("select c.name, i.user_id, l.linked_at", "one look-up in an index for each new link of one account"),
    ("exists (select 1 from bearers r where r.visit_id = v.id) as by_bearer", "one row for each listed visit"),
];

const SET_BACK: &str = "only after the clock was set back";

#[tokio::test]
async fn t29_no_statement_of_a_request_scans_a_growing_table_or_runs_a_subquery_for_each_row() {
    let mut database = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    sqlx::migrate!("./migrations/sqlite").run(&mut database).await.unwrap();
    let (mut explained, mut needed) = (0, Vec::new());
    for (file, text) in sources() {
        for statement in
            statements(&text).unwrap_or_else(|literal| panic!("{file}: not part of a statement: {literal}"))
        {
            let costly = costly_steps(&mut database, &statement).await;
            explained += 1;
            if costly.is_empty() {
                continue;
            }
            match ALLOWED.iter().find(|(part, _)| statement.contains(part)) {
                Some((part, _)) => needed.push(*part),
                None => panic!("{file}: {costly:?} in {statement}"),
            }
        }
    }
    assert!(explained > 120, "only {explained} statements were found");
    for (part, why) in ALLOWED {
        assert!(needed.contains(part), "not needed any more: {part} ({why})");
    }
}

#[tokio::test]
async fn t29_the_check_of_query_plans_sees_scans_and_correlated_subqueries_also_in_built_statements() {
    let mut database = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    sqlx::migrate!("./migrations/sqlite").run(&mut database).await.unwrap();
    for (code, cost) in [
        (r#"query("select id from visits where browser = $1")"#, "SCAN visits"),
        (
            r#"new("select id from visits where browser in ("); separated(", "); push(") and used_at > ");"#,
            "SCAN visits",
        ),
        (r#"query("select 1; delete from audit where browser = 'x' -- \"quoted\"")"#, "SCAN audit"),
        (
            r#"query("select (select count(*) from visits n where n.session_id = v.session_id) from visits v")"#,
            "CORRELATED SCALAR SUBQUERY 1",
        ),
        (r#"query("select number from audit where number > $1")"#, "SEARCH audit USING INTEGER PRIMARY KEY (rowid>?)"),
        (
            r#"macro_rules! all { ($of:literal) => { concat!("select id from visits ", $of) }; }
               all!("where tabs = 1")"#,
            "SCAN visits",
        ),
    ] {
        let mut steps = Vec::new();
        for statement in statements(code).unwrap() {
            steps.extend(costly_steps(&mut database, &statement).await);
        }
        assert!(steps.iter().any(|step| step == cost), "{code}: {steps:?}");
    }
    assert!(statements(r#"query(&format!("{column} from visits where (select 1 from audit)"))"#).is_err());
}

/// Returns the names and the code of the files that hold SQL.
fn sources() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server/storage");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: std::path::PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("\n#[cfg(test)]").next().unwrap_or_default().to_owned();
        (path.file_name().unwrap().to_string_lossy().into_owned(), code)
    };
    files.map(read).collect()
}

/// Returns the steps of a statement's plan that cost more as tables grow.
async fn costly_steps(database: &mut SqliteConnection, statement: &str) -> Vec<String> {
    let mut costly = Vec::new();
    for part in statement.split(';').filter(|part| !part.trim().is_empty()) {
        let explain = AssertSqlSafe(format!("explain query plan {part}"));
        let rows = sqlx::query(explain).fetch_all(&mut *database).await;
        let rows = rows.unwrap_or_else(|e| panic!("{e}: {part}"));
        let steps: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        // The steps of a subquery are checked themselves, so reading its result costs nothing more.
        let subquery =
            |step: &str| step.strip_prefix("CO-ROUTINE ").or(step.strip_prefix("MATERIALIZE ")).map(str::to_owned);
        let subqueries: Vec<String> = steps.iter().filter_map(|step| subquery(step)).collect();
        costly.extend(steps.into_iter().filter(|step| {
            let scanned = step.strip_prefix("SCAN ").filter(|what| *what != "CONSTANT ROW" && !what.starts_with('('));
            let scans = scanned.is_some_and(|what| !subqueries.iter().any(|subquery| subquery == what));
            scans || step.contains("CORRELATED") || step.contains("AUTOMATIC") || step.contains("PRIMARY KEY (rowid>?)")
        }));
    }
    costly
}

/// Returns the statements in a file, assembled from their pieces.
///
/// # Errors
/// A literal that contains SQL and could not be assigned to a statement.
fn statements(code: &str) -> Result<Vec<String>, String> {
    let mut whole: Vec<String> = Vec::new();
    for literal in literals(code) {
        let text = literal.trim_start();
        let verb = text.split_whitespace().next().unwrap_or_default();
        let open = whole.last().is_some_and(|last| parentheses(last) > 0);
        let goes_on = match verb {
            "returning" | "on" | "left" => literal.starts_with(' ') && !whole.is_empty(),
            _ => text.starts_with(')') && open,
        };
        if ["select", "insert", "update", "delete", "with"].contains(&verb) {
            whole.push(literal);
        } else if let (true, Some(last)) = (goes_on, whole.last_mut()) {
            fill(last);
            if !text.starts_with(')') {
                close(last);
            }
            last.push_str(&literal);
        } else if ["select ", "insert into ", "update ", "delete from "].iter().any(|word| text.contains(word)) {
            return Err(literal);
        }
    }
    for statement in &mut whole {
        fill(statement);
        close(statement);
    }
    Ok(whole)
}

/// Adds placeholders for the values that are bound after a piece.
fn fill(piece: &mut String) {
    let trimmed = piece.trim_end();
    let columns = trimmed.strip_prefix("insert into ");
    let columns = columns.filter(|rest| rest.ends_with(')') && rest.matches('(').count() == 1);
    match columns.map(|columns| columns.matches(',').count()) {
        Some(commas) => piece.push_str(&format!(" values (null{})", ", null".repeat(commas))),
        None if trimmed.ends_with("as (") => piece.push_str("values ($1, $2)"),
        None if trimmed.ends_with(['(', '=', '>']) => piece.push_str("$1"),
        None => {}
    }
}

fn close(piece: &mut String) {
    let open = usize::try_from(parentheses(piece)).unwrap_or_default();
    piece.push_str(&")".repeat(open));
}

fn parentheses(piece: &str) -> i32 {
    piece.chars().map(|c| i32::from(c == '(') - i32::from(c == ')')).sum()
}

/// Returns the string literals of a file. Macros made of literals are expanded.
fn literals(code: &str) -> Vec<String> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    let mut macros: Vec<(String, Vec<Token>)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            Token::Word(word) if word == "macro_rules" => {
                let Token::Word(name) = &tokens[at + 1] else { panic!("a macro has no name") };
                let body = tokens[at + 2..].iter().skip_while(|t| **t != Token::Word("concat".into())).skip(1);
                let body: Vec<Token> = body.take_while(|t| **t != Token::End).cloned().collect();
                at += 2 + tokens[at + 2..].iter().position(|t| *t == Token::End).unwrap();
                macros.push((name.clone(), body));
            }
            Token::Word(word) => {
                if let Some((_, body)) = macros.iter().find(|(name, _)| name == word) {
                    let given: Vec<String> = tokens[at + 1..].iter().map_while(Token::literal).collect();
                    at += given.len();
                    let mut given = given.into_iter();
                    found.push(body.iter().map(|t| t.literal().or_else(|| given.next()).unwrap()).collect());
                }
            }
            Token::Literal(text) => found.push(text.clone()),
            Token::End => {}
        }
        at += 1;
    }
    found
}

#[derive(Clone, PartialEq, Eq)]
enum Token {
    /// A string literal.
    Literal(String),
    Word(String),
    /// A semicolon, which ends the only rule of a macro.
    End,
}

impl Token {
    fn literal(&self) -> Option<String> {
        if let Self::Literal(text) = self { Some(text.clone()) } else { None }
    }
}

/// Returns the words, literals and semicolons of a file, without comments.
fn tokens(code: &str) -> Vec<Token> {
    let (mut found, mut rest) = (Vec::new(), code.chars().peekable());
    while let Some(first) = rest.next() {
        match first {
            '/' if rest.peek() == Some(&'/') => rest.by_ref().take_while(|c| *c != '\n').for_each(drop),
            // The character literal of a quotation mark.
            '\'' if rest.peek() == Some(&'"') => drop(rest.next()),
            '"' => found.push(Token::Literal(literal(&mut rest))),
            ';' => found.push(Token::End),
            letter if letter.is_alphabetic() || letter == '_' => {
                let mut word = String::from(letter);
                while let Some(letter) = rest.next_if(|c| c.is_alphanumeric() || *c == '_') {
                    word.push(letter);
                }
                found.push(Token::Word(word));
            }
            _ => {}
        }
    }
    found
}

/// Reads a literal's text up to its closing quotation mark.
fn literal(rest: &mut impl Iterator<Item = char>) -> String {
    let mut text = String::new();
    while let Some(c) = rest.next() {
        match c {
            '"' => return text,
            '\\' => text.extend(rest.next()),
            c => text.push(c),
        }
    }
    panic!("a literal has no end")
}
