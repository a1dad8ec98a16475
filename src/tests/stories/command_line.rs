//! What the command line may do to a database, who may read its files, and what is left of its settings in memory.

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
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    // A command that reads no input may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

const ADD: &[&str] = &["account", "add", "jane@acme.example", "--name", "Jane Doe"];
/// Every command that works on a database that is there.
const OTHERS: &[&[&str]] = &[
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
];

#[test]
fn only_serve_migrate_and_account_add_create_a_database() {
    let folder = Folder::make();
    std::fs::write(folder.0.join("links.csv"), "subdomain,user_id,email\n").unwrap();
    let database = folder.0.join("here.db");
    for command in OTHERS {
        let done = run(&folder.0, command, "correct horse battery");
        let text = said(&done);
        assert_eq!(done.status.code(), Some(2), "{command:?}: {text}");
        assert!(text.starts_with("DATABASE_URL: no database at here.db"), "{command:?}: {text}");
        assert!(!database.exists(), "{command:?}");
    }
    let added = run(&folder.0, ADD, "correct horse battery\n");
    assert_eq!(added.status.code(), Some(0), "{}", said(&added));
    let listed = run(&folder.0, &["account", "list"], "");
    assert!(String::from_utf8_lossy(&listed.stdout).contains("jane@acme.example"), "{}", said(&listed));
    std::fs::remove_file(&database).unwrap();
    assert_eq!(run(&folder.0, &["migrate"], "").status.code(), Some(0));
    assert!(database.exists());
}

#[tokio::test]
async fn a_command_of_another_version_than_the_tables_refuses_and_changes_nothing() {
    use sqlx::Connection;
    let folder = Folder::make();
    std::fs::write(folder.0.join("links.csv"), "subdomain,user_id,email\n").unwrap();
    assert_eq!(run(&folder.0, &["migrate"], "").status.code(), Some(0));
    let url = format!("sqlite:{}", folder.0.join("here.db").display());
    let mut database = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let newest = "select max(version) from _sqlx_migrations";
    let newest: i64 = sqlx::query_scalar(newest).fetch_one(&mut database).await.unwrap();
    for (change, words, undo) in [
        (
            "update _sqlx_migrations set version = 9999 where version = $1",
            "newer version",
            "update _sqlx_migrations set version = $1 where version = 9999",
        ),
        ("delete from _sqlx_migrations where version = $1", "older than this command", ""),
    ] {
        sqlx::query(change).bind(newest).execute(&mut database).await.unwrap();
        for command in OTHERS.iter().chain([&ADD]) {
            let done = run(&folder.0, command, "correct horse battery");
            let text = said(&done);
            assert!(done.status.code() == Some(2) && text.contains(words), "{command:?}: {text}");
            assert!(text.starts_with("DATABASE_URL: "), "{text}");
        }
        let changes = "select count(*) from _sqlx_migrations where version = $1";
        let known: i64 = sqlx::query_scalar(changes).bind(newest).fetch_one(&mut database).await.unwrap();
        assert_eq!(known, 0, "no command made the change");
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
    // What `account add` opens the database with.
    let (opened, ()) = tokio::join!(Storage::open_or_create(&url), finish);
    opened.expect("opened once the last change is made").close().await;
}

#[tokio::test]
async fn a_command_leaves_another_program_s_database_as_it_is() {
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
    for command in OTHERS {
        let done = run(&folder.0, command, "correct horse battery");
        assert!(said(&done).starts_with("DATABASE_URL: no database at here.db"), "{command:?}: {}", said(&done));
        assert!(std::fs::read(&path).unwrap() == before, "{command:?} changed the file");
        assert_eq!(mode(&path), 0o644, "{command:?}");
    }
}

#[tokio::test]
async fn t38_the_database_and_its_files_are_its_owner_s_and_one_left_open_is_closed() {
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
    assert_eq!(mode(&database), 0o600, "an earlier version had left it open");
}

#[tokio::test]
async fn settings_that_are_secret_are_in_memory_in_their_secret_types_only() {
    let (secret, key) = ("canary-of-the-client-secret-0123456789", vault::generate("k1", &Rng));
    let settings = [("ENTRATA_CLIENT_SECRET", secret), ("ENCRYPTION_KEYS", key.as_str())];
    let server = Process::start(1024, &settings).await;
    assert_eq!(in_memory(&server, secret.as_bytes()), 1, "copies of the client secret");
    assert_eq!(in_memory(&server, key.split_once(':').unwrap().1.as_bytes()), 0, "copies of the key's text");
}

/// How often `needle` is in what the process can write, without the environment that the kernel handed it: nobody can take that back.
fn in_memory(server: &Process, needle: &[u8]) -> usize {
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
            // Pages that the kernel keeps for itself can't be read; nothing of ours is there.
            let read = memory.read_at(&mut bytes, number(from)).unwrap_or(0);
            bytes[..read].windows(needle.len()).filter(|window| *window == needle).count()
        })
        .sum()
}
