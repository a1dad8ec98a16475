//! The database: what it refuses, how the writer batches, and that bursts and full disks leave the file intact.

use axum::http::StatusCode;

use crate::{
    server::{ids::SessionId, storage, visit::Visits},
    tests::{app::TestApp, browser::Browser},
};

#[tokio::test]
async fn t21_an_identity_is_never_moved_to_another_account() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.account("eve@evil.example").await;
    let moved = app
        .app
        .core
        .storage
        .write(|mut tx| async move {
            sqlx::query("update links set account_id = (select id from accounts where email like 'eve%')")
                .execute(tx.raw())
                .await
                .map(|_| ())
                .map_err(crate::server::storage::Error::from)
        })
        .await;
    assert!(moved.is_err_and(|e: storage::Error| e.to_string().contains("never changed")));
}

#[tokio::test]
async fn t20_in_a_burst_no_launch_finds_the_database_busy_and_the_file_stays_intact() {
    // Without launch deadlines, since other tests run at the same time. Other stories check the deadlines.
    let app = TestApp::patient().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let tasks: Vec<_> = (0..200)
        .map(|_| {
            let (mut browser, code) = (Browser::new(&app), app.code("acme", "48213"));
            tokio::spawn(async move { browser.launch(&code).await })
        })
        .collect();
    for task in tasks {
        let page = task.await.unwrap();
        assert_eq!((page.status, page.name()), (StatusCode::OK, "home"));
    }
    assert_eq!(app.count("select count(*) from visits where identity_id is not null").await, 201);
    let check: String =
        sqlx::query_scalar("pragma integrity_check").fetch_one(app.app.core.storage.reader().pool()).await.unwrap();
    assert_eq!(check, "ok");
    assert_eq!(app.count("select count(*) from pragma_foreign_key_check").await, 0);
}

#[tokio::test]
async fn a_failed_job_leaves_nothing_while_others_of_its_batch_are_kept() {
    let app = TestApp::start().await;
    let jobs: Vec<_> = (0..50)
        .map(|n| {
            let storage = app.app.core.storage.clone();
            tokio::spawn(async move {
                storage
                    .write(move |mut tx| async move {
                        sqlx::query(
                            "insert into companies (issuer, subdomain, name, updated_at) values ('i', $1, 'C', 1)",
                        )
                        .bind(n)
                        .execute(tx.raw())
                        .await?;
                        if n % 2 == 0 { Ok::<_, storage::Error>(()) } else { Err(sqlx::Error::RowNotFound.into()) }
                    })
                    .await
            })
        })
        .collect();
    for (n, job) in jobs.into_iter().enumerate() {
        assert_eq!(job.await.unwrap().is_ok(), n % 2 == 0);
    }
    assert_eq!(app.count("select count(*) from companies").await, 25);
}

#[tokio::test]
async fn one_transaction_keeps_at_most_64_waiting_jobs() {
    let app = TestApp::start().await;
    let storage = app.app.core.storage.clone();
    let (open, gate) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn({
        let storage = storage.clone();
        async move {
            storage
                .write(|_| async move {
                    let _ = gate.await;
                    Ok::<_, storage::Error>(())
                })
                .await
        }
    });
    tokio::task::yield_now().await;
    // Each job inserts a row and counts those that are committed.
    let jobs: Vec<_> = (0..130)
        .map(|n| {
            let storage = storage.clone();
            async move {
                let reader = storage.reader().clone();
                storage
                    .write(move |mut tx| async move {
                        sqlx::query(
                            "insert into companies (issuer, subdomain, name, updated_at) values ('i', $1, 'C', 1)",
                        )
                        .bind(n)
                        .execute(tx.raw())
                        .await?;
                        let count = sqlx::query_scalar("select count(*) from companies").fetch_one(reader.pool());
                        Ok::<i64, storage::Error>(count.await?)
                    })
                    .await
                    .unwrap()
            }
        })
        .collect();
    let all = futures_util::future::join_all(jobs);
    let opened = async {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        open.send(()).unwrap();
    };
    let (committed, ()) = tokio::join!(all, opened);
    running.await.unwrap().unwrap();
    let count = |committed_before| committed.iter().filter(|count| **count == committed_before).count();
    assert_eq!([count(0), count(64), count(128)], [64, 64, 2], "{committed:?}");
}

#[tokio::test]
async fn a_checkpoint_runs_between_writes_since_sqlite_refuses_it_in_a_transaction() {
    let app = TestApp::start().await;
    let (open, gate) = tokio::sync::oneshot::channel::<()>();
    let storage = app.app.core.storage.clone();
    let busy = tokio::spawn(async move {
        storage
            .write(|_| {
                Box::pin(async move {
                    let _ = gate.await;
                    Ok::<_, storage::Error>(())
                })
            })
            .await
    });
    tokio::task::yield_now().await;
    // Jobs that arrive while the writer is busy are its next batch.
    let next = async {
        let database = &app.app.core.storage;
        tokio::join!(database.writes(), database.checkpoint(), database.writes(), async { open.send(()) })
    };
    let (before, checkpoint, after, _) = next.await;
    checkpoint.unwrap();
    before.and(after).unwrap();
    busy.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_job_that_panics_leaves_nothing_and_the_writer_continues() {
    let app = TestApp::start().await;
    let panicked = app.app.core.storage.write(|mut tx| async move {
        sqlx::query("insert into companies (issuer, subdomain, name, updated_at) values ('i', 's', 'C', 1)")
            .execute(tx.raw())
            .await?;
        assert!(std::hint::black_box(false), "simulates a bug");
        Ok::<_, storage::Error>(())
    });
    assert!(panicked.await.is_err());
    assert_eq!(app.count("select count(*) from companies").await, 0);
    app.app.core.storage.writes().await.unwrap();
}

#[tokio::test]
async fn t08_a_late_save_never_revives_a_session_that_signed_out() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let id: SessionId = sqlx::query_scalar("select id from browser_sessions")
        .fetch_one(app.app.core.storage.reader().pool())
        .await
        .unwrap();
    let visits: &Visits = &app.app.visits;
    assert!(visits.save_data(&id, "{}".into()).await.unwrap());
    browser.submit("/sign-out", &[]).await;
    assert!(!visits.save_data(&id, "{}".into()).await.unwrap());
    assert_eq!(app.count("select count(*) from browser_sessions").await, 0);
}

#[tokio::test]
async fn on_a_full_disk_a_launch_gets_503_with_its_code_unspent_and_works_once_there_is_space() {
    let app = TestApp::start().await;
    let mut inside = app.linked("jane@acme.example", "acme", "48213").await;
    let home = inside.page.address.clone();
    // It causes SQLITE_FULL, as a full disk does. The process tests fill a real disk.
    app.execute("pragma max_page_count = 1").await;
    let mut refused = None;
    for _ in 0..500 {
        let (mut browser, code, exchanges) = (Browser::new(&app), app.code("acme", "48213"), app.world.exchanges());
        let page = browser.launch(&code).await;
        if page.status != StatusCode::OK {
            refused = Some((page, browser, code, app.world.exchanges() == exchanges));
            if refused.as_ref().is_some_and(|(_, _, _, free)| *free) {
                break;
            }
        }
    }
    let (page, mut browser, code, free) = refused.expect("the file can't grow without limit");
    assert_eq!((page.status, page.name()), (StatusCode::SERVICE_UNAVAILABLE, "unavailable"));
    assert_eq!(page.header("retry-after"), "30");
    assert_eq!(inside.get(&home).await.name(), "home", "stored data can be read");
    inside.submit("/sign-out", &[]).await;
    app.execute("pragma max_page_count = 1000000").await;
    if free {
        assert_eq!(browser.launch(&code).await.name(), "home", "the same code works, since it was not sent");
    }
    assert_eq!(Browser::new(&app).launch(&app.code("acme", "48213")).await.name(), "home");
    let check: String =
        sqlx::query_scalar("pragma integrity_check").fetch_one(app.app.core.storage.reader().pool()).await.unwrap();
    assert_eq!(check, "ok");
}
