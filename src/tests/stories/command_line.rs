//! What commands may do to a database, who may read its files, and which secrets stay in memory.

use std::{
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Output, Stdio},
};

use crate::{
    server::{rng::Rng, storage::Storage, vault},
    tests::{
        app::Folder,
        child::{self, Process},
    },
};

/// Runs a command line to its end, with `input` on standard input.
fn run(folder: &Path, arguments: &[&str], input: &str) -> Output {
    use std::io::Write;
    let mut command = child::latchkey(folder, arguments);
    command.env("DATABASE_URL", "sqlite:here.db").env("ENCRYPTION_KEYS", vault::generate("k1", &Rng).as_str());
    command.env("PUBLIC_URL", "https://latchkey.example");
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    // A command that reads no input may already have exited.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

const ADD: &[&str] = &["account", "add", "jane@acme.example", "--name", "Jane Doe"];
/// All commands that need an existing database.
const COMMANDS: &[&[&str]] = &[
    &["account", "list"],
    &["account", "show", "jane@acme.example"],
    &["account", "disable", "jane@acme.example"],
    &["account", "enable", "jane@acme.example"],
    &["account", "password", "jane@acme.example"],
    &["company", "list"],
    &["company", "disable", "acme"],
    &["company", "enable", "acme"],
    &["links", "import", "links.csv"],
    &["links", "export"],
    &["keys", "rotate"],
    &["connection", "list"],
    &["connection", "show", "1"],
    &["connection", "test", "1"],
    &["connection", "sync", "1"],
    &["connection", "remove", "1"],
    &["syncaroo", "connect"],
    &["syncaroo", "status"],
    &["syncaroo", "disconnect"],
];

#[test]
fn only_serve_migrate_and_account_add_create_a_database() {
    let folder = Folder::make();
    std::fs::write(folder.0.join("links.csv"), "subdomain,user_id,email\n").unwrap();
    let database = folder.0.join("here.db");
    for command in COMMANDS {
        let output = run(&folder.0, command, "correct horse battery");
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{command:?}: {text}");
        assert!(text.starts_with("DATABASE_URL: no database at here.db"), "{command:?}: {text}");
        assert!(!database.exists(), "{command:?}");
    }
    let added = run(&folder.0, ADD, "correct horse battery\n");
    assert_eq!(added.status.code(), Some(0), "{}", stderr(&added));
    let listed = run(&folder.0, &["account", "list"], "");
    assert!(String::from_utf8_lossy(&listed.stdout).contains("jane@acme.example"), "{}", stderr(&listed));
    std::fs::remove_file(&database).unwrap();
    assert_eq!(run(&folder.0, &["migrate"], "").status.code(), Some(0));
    assert!(database.exists());
}

#[tokio::test]
async fn a_command_refuses_a_database_of_another_version_and_changes_nothing() {
    use sqlx::Connection;
    let folder = Folder::make();
    std::fs::write(folder.0.join("links.csv"), "subdomain,user_id,email\n").unwrap();
    assert_eq!(run(&folder.0, &["migrate"], "").status.code(), Some(0));
    let url = format!("sqlite:{}", folder.0.join("here.db").display());
    let mut database = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let newest = "select max(version) from _sqlx_migrations";
    let newest: i64 = sqlx::query_scalar(newest).fetch_one(&mut database).await.unwrap();
    for (change, message, undo) in [
        (
            "update _sqlx_migrations set version = 9999 where version = $1",
            "newer version",
            "update _sqlx_migrations set version = $1 where version = 9999",
        ),
        ("delete from _sqlx_migrations where version = $1", "older than this command", ""),
    ] {
        sqlx::query(change).bind(newest).execute(&mut database).await.unwrap();
        for command in COMMANDS.iter().chain([&ADD]) {
            let output = run(&folder.0, command, "correct horse battery");
            let text = stderr(&output);
            assert!(output.status.code() == Some(2) && text.contains(message), "{command:?}: {text}");
            assert!(text.starts_with("DATABASE_URL: "), "{text}");
        }
        let changes = "select count(*) from _sqlx_migrations where version = $1";
        let known: i64 = sqlx::query_scalar(changes).bind(newest).fetch_one(&mut database).await.unwrap();
        assert_eq!(known, 0, "no command migrated the database");
        if !undo.is_empty() {
            sqlx::query(undo).bind(newest).execute(&mut database).await.unwrap();
        }
    }
}

#[tokio::test]
async fn account_add_waits_for_a_server_that_is_creating_the_tables() {
    use sqlx::Connection;
    let folder = Folder::make();
    assert_eq!(run(&folder.0, &["migrate"], "").status.code(), Some(0));
    let url = format!("sqlite:{}", folder.0.join("here.db").display());
    let mut server = sqlx::SqliteConnection::connect(&url).await.unwrap();
    for statement in [
        "create temporary table last as select * from _sqlx_migrations order by version desc limit 1",
        "delete from _sqlx_migrations where version = (select version from last)",
    ] {
        sqlx::query(statement).execute(&mut server).await.unwrap();
    }
    let finish = async {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        sqlx::query("insert into _sqlx_migrations select * from last").execute(&mut server).await.unwrap();
    };
    // `account add` opens the database with this function.
    let (opened, ()) = tokio::join!(Storage::open_or_create(&url), finish);
    opened.expect("opens once the last migration is recorded").close().await;
}

#[tokio::test]
async fn a_command_leaves_another_programs_database_unchanged() {
    use sqlx::Connection;
    let folder = Folder::make();
    std::fs::write(folder.0.join("links.csv"), "subdomain,user_id,email\n").unwrap();
    let path = folder.0.join("here.db");
    let url = format!("sqlite:{}?mode=rwc", path.display());
    let mut other = sqlx::SqliteConnection::connect(&url).await.unwrap();
    sqlx::query("create table theirs (id integer primary key)").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let before = std::fs::read(&path).unwrap();
    for command in COMMANDS {
        let output = run(&folder.0, command, "correct horse battery");
        assert!(
            stderr(&output).starts_with("DATABASE_URL: no database at here.db"),
            "{command:?}: {}",
            stderr(&output)
        );
        assert!(std::fs::read(&path).unwrap() == before, "{command:?} changed the file");
        assert_eq!(mode(&path), 0o644, "{command:?}");
    }
}

#[tokio::test]
async fn t38_only_the_owner_may_read_the_database_and_wider_modes_are_corrected() {
    let server = Process::start(1024, &[]).await;
    for name in ["latchkey.db", "latchkey.db-wal", "latchkey.db-shm"] {
        assert_eq!(mode(&server.folder.0.join(name)), 0o600, "{name}");
    }
    let folder = Folder::make();
    assert_eq!(run(&folder.0, ADD, "correct horse battery").status.code(), Some(0));
    let database = folder.0.join("here.db");
    assert_eq!(mode(&database), 0o600);
    std::fs::set_permissions(&database, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(run(&folder.0, &["account", "list"], "").status.code(), Some(0));
    assert_eq!(mode(&database), 0o600, "an earlier version created it with this mode");
}

#[tokio::test]
async fn secret_settings_are_in_memory_only_in_their_secret_types() {
    let (secret, key) = ("canary-of-the-client-secret-0123456789", vault::generate("k1", &Rng));
    let settings = [("ENTRATA_CLIENT_SECRET", secret), ("ENCRYPTION_KEYS", key.as_str())];
    let server = Process::start(1024, &settings).await;
    assert_eq!(copies_in_memory(&server, secret.as_bytes()), 1, "copies of the client secret");
    assert_eq!(copies_in_memory(&server, key.split_once(':').unwrap().1.as_bytes()), 0, "copies of the key's text");
}

/// Counts `needle` in the process's writable memory. The stack is left out: it holds the environment that the kernel
/// passed to the process, which can't be erased.
fn copies_in_memory(server: &Process, needle: &[u8]) -> usize {
    use std::os::unix::fs::FileExt;
    let pid = server.child.id();
    let memory = std::fs::File::open(format!("/proc/{pid}/mem")).unwrap();
    let maps = server.file("maps");
    let writable = maps.lines().filter(|line| line.contains(" rw") && !line.ends_with("[stack]"));
    writable
        .map(|line| {
            let (from, to) = line.split(' ').next().unwrap().split_once('-').unwrap();
            let number = |text| u64::from_str_radix(text, 16).unwrap();
            let mut bytes = vec![0; usize::try_from(number(to) - number(from)).unwrap()];
            // The kernel's own pages can't be read; they hold no secrets of ours.
            let read = memory.read_at(&mut bytes, number(from)).unwrap_or(0);
            bytes[..read].windows(needle.len()).filter(|window| *window == needle).count()
        })
        .sum()
}
