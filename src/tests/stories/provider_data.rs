//! Latchkey as Syncaroo's provider: what Syncaroo reads and announces, and that no secret is stored or logged.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use serde_json::Value;
use tower::ServiceExt;

use crate::{
    server::{
        data_export::data_export,
        provider::{ConnectionId, UpdateResult, UpdateState},
    },
    tests::{
        app::TestApp,
        browser::Browser,
        logs,
        syncaroo::{Answer, CLIENT_SECRET, Server, Tokens, authorize, start},
    },
};

const BODY: &str = r#"{"connectionId":99,"webhookType":"data","locationId":"1198","metaData":{"resourceId":"19284",
    "attributeType":"resources","resourceType":"meeting-room","apiUrl":"https://api.syncaroo.example/v1/x"},
    "hash":"XXXX"}"#;

async fn granted() -> (TestApp, Browser, Server, Tokens) {
    let app = start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let tokens = app.grant(&mut browser, "99").await;
    let server = app.syncaroo();
    (app, browser, server, tokens)
}

fn locations(answer: &Answer) -> serde_json::Map<String, Value> {
    answer.json()["locations"].as_object().unwrap().clone()
}

#[tokio::test]
async fn check_connection_lists_the_accounts_places_by_their_ids() {
    let (app, _, server, tokens) = granted().await;
    let answer = server.check(&tokens.access, "99").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "application/json; charset=UTF-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    let json = answer.json();
    assert_eq!(json["connectionId"], 99);
    assert_eq!(json["userId"].as_str().unwrap(), app.account_of("jane@acme.example").await.id.as_str());
    let properties = app.world.staff("acme", "48213").unwrap().properties;
    let locations = locations(&answer);
    assert_eq!(locations.len(), properties.len());
    for (id, location) in &locations {
        assert_eq!(location["ID"].as_str().unwrap(), id);
        assert_eq!(location["status"], "active");
        assert!(properties.iter().any(|one| one.name == location["name"].as_str().unwrap()));
        assert!(location.get("resources").is_none());
    }
    for address in ["/api/check_connection/?connectionId=99", "/api/check_connection?connectionId=99"] {
        let same = server.send(Method::GET, address, Some(&tokens.access), "", Body::empty()).await;
        assert_eq!((same.status, same.json()), (StatusCode::OK, json.clone()));
    }
}

#[tokio::test]
async fn an_account_without_places_has_an_empty_object() {
    let app = start().await;
    let mut browser = app.signed_in("jane@acme.example").await;
    let tokens = app.grant(&mut browser, "99").await;
    let answer = app.syncaroo().check(&tokens.access, "99").await;
    assert!(answer.body.contains("\"locations\":{}"), "{}", answer.body);
}

#[tokio::test]
async fn a_refused_check_tells_nothing() {
    let (app, _, server, tokens) = granted().await;
    let mut joe = app.signed_in("joe@acme.example").await;
    let foreign = app.grant(&mut joe, "100").await;
    let long = "x".repeat(43);
    for (bearer, query, status) in [
        (None, "?connectionId=99", 401),
        (Some(""), "?connectionId=99", 401),
        (Some(long.as_str()), "?connectionId=99", 401),
        (Some(tokens.refresh.as_str()), "?connectionId=99", 401),
        (None, "?connectionId=x", 401),
        (Some(&foreign.access), "?connectionId=99", 403),
        (Some(&tokens.access), "?connectionId=100", 403),
        (Some(&tokens.access), "?connectionId=12345", 403),
        (Some(&tokens.access), "?connectionId=99x", 400),
        (Some(&tokens.access), "?connectionId=", 400),
        (Some(&tokens.access), "?connectionId=99&connectionId=99", 400),
        (Some(&tokens.access), "", 400),
    ] {
        let address = format!("/api/check_connection{query}");
        let answer = server.send(Method::GET, &address, bearer, "", Body::empty()).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (status, ""), "{bearer:?} {query}");
    }
    let answer = server.send(Method::GET, "/api/check_connection?connectionId=99", None, "", Body::empty()).await;
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    let two = Request::get("/api/check_connection?connectionId=99")
        .header("host", "localhost:3000")
        .header("authorization", format!("Bearer {}", tokens.access))
        .header("authorization", format!("Bearer {}", foreign.access));
    let answer = app.router.clone().oneshot(two.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "of two bearer tokens none is used");
}

#[tokio::test]
async fn the_ids_of_places_survive_unlinking_and_are_shared_by_the_companys_users() {
    let (app, mut browser, server, tokens) = granted().await;
    let before = locations(&server.check(&tokens.access, "99").await);
    // A second user of the company: the same places are not listed twice.
    let mut second = Browser::new(&app);
    second.launch(&app.code("acme", "7f3a09c1be")).await;
    second.sign_in("jane@acme.example", crate::tests::app::PASSWORD).await;
    second.confirm().await;
    let both = locations(&server.check(&tokens.access, "99").await);
    assert_eq!(both, before);
    // Unlinked by the operator, and linked again: the same ids.
    app.remove_link("acme", "48213").await;
    app.remove_link("acme", "7f3a09c1be").await;
    let gone = locations(&server.check(&tokens.access, "99").await);
    assert!(both.keys().all(|id| gone[id]["status"] == "deleted" && gone[id]["name"] == both[id]["name"]));
    browser.launch(&app.code("acme", "48213")).await;
    browser.sign_in("jane@acme.example", crate::tests::app::PASSWORD).await;
    browser.confirm().await;
    let again = locations(&server.check(&tokens.access, "99").await);
    assert!(before.keys().all(|id| again[id] == before[id]));
}

#[tokio::test]
async fn the_places_of_a_disabled_company_are_private_and_not_shown_to_another_connection() {
    let (app, mut browser, server, tokens) = granted().await;
    let before = locations(&server.check(&tokens.access, "99").await);
    let direct = {
        browser.get("/login").await;
        browser.sign_in("jane@acme.example", crate::tests::app::PASSWORD).await;
        app.grant(&mut browser, "100").await
    };
    app.disable_company("acme").await;
    let after = locations(&server.check(&tokens.access, "99").await);
    assert!(!before.is_empty() && before.keys().all(|id| after[id]["status"] == "private"));
    assert!(locations(&server.check(&direct.access, "100").await).is_empty());
}

#[tokio::test]
async fn t41_an_update_is_queued_once_and_answered_at_once() {
    let (app, _, server, tokens) = granted().await;
    for address in ["/api/update", "/api/update/", "/update", "/update/"] {
        let answer =
            server.send(Method::POST, address, Some(&tokens.access), "application/json", BODY.to_owned()).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::ACCEPTED, ""), "{address}");
    }
    let queued = "select count(*) from provider_updates";
    assert_eq!(app.count(queued).await, 1);
    app.clock.advance(600);
    assert_eq!(server.update(&tokens.access, BODY).await.status, StatusCode::ACCEPTED);
    assert_eq!(app.count(queued).await, 2);
    // The same body for another grant is another update.
    let mut joe = app.signed_in("joe@acme.example").await;
    let foreign = app.grant(&mut joe, "100").await;
    let body = r#"{"apiUrl":"https://a.example/"}"#;
    for access in [&tokens.access, &foreign.access] {
        assert_eq!(server.update(access, body).await.status, StatusCode::ACCEPTED);
    }
    assert_eq!(app.count(queued).await, 4);
}

#[tokio::test]
async fn t41_a_forged_or_foreign_update_is_not_queued() {
    let (app, _, server, tokens) = granted().await;
    let mut joe = app.signed_in("joe@acme.example").await;
    let foreign = app.grant(&mut joe, "100").await;
    let broken = BODY.replacen("\"19284\",", "\"19284\"", 1);
    for (bearer, body, status) in [
        (None, BODY, 401),
        (Some("forged"), BODY, 401),
        (Some(tokens.refresh.as_str()), BODY, 401),
        (Some(&foreign.access), BODY, 403),
        (Some(&tokens.access), &broken, 400),
        (Some(&tokens.access), "", 400),
        (Some(&tokens.access), "connectionId=99", 400),
    ] {
        let answer = server.send(Method::POST, "/update/", bearer, "application/json", body.to_owned()).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (status, ""), "{bearer:?} {body}");
    }
    let large = format!("{{\"x\":\"{}\"}}", "x".repeat(16 * 1024));
    assert_eq!(server.update(&tokens.access, &large).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(app.count("select count(*) from provider_updates").await, 0);
}

#[tokio::test]
async fn a_grant_has_at_most_5000_finished_updates() {
    let (app, _, server, tokens) = granted().await;
    let finished = "select count(*) from provider_updates where finished_at is not null";
    assert_eq!(server.update(&tokens.access, r#"{"connectionId":99}"#).await.status, StatusCode::ACCEPTED);
    app.execute(
        "with recursive copies(n) as (select 1 union all select n + 1 from copies where n < 5010)
         insert into provider_updates (id, grant_id, body_hash, received_at, webhook_type, location_id, attribute,
                                       signature, state, finished_at)
         select 'copy ' || n, grant_id, cast(n as blob), received_at, webhook_type, location_id, attribute, signature,
                state, finished_at
         from copies, provider_updates",
    )
    .await;
    assert_eq!(app.count(finished).await, 5_011);
    assert_eq!(server.update(&tokens.access, r#"{"connectionId":99,"x":1}"#).await.status, StatusCode::ACCEPTED);
    assert_eq!(app.count(finished).await, 5_000);
}

#[tokio::test]
async fn unknown_parts_of_an_update_are_ignored() {
    let (app, _, server, tokens) = granted().await;
    for body in [
        r#"{"connectionId":99,"webhookType":"status"}"#,
        r#"{"connectionId":"99","metaData":{"attributeType":"moods","syncarooId":"7"},"action":"new"}"#,
        r#"{"connectionId":99,"actionCallback":"https://a.example","apiUrl":"https://a.example/"}"#,
        r#"{"connectionId":99,"metaData":null,"locationId":{"a":[1,2]},"hash":7}"#,
    ] {
        assert_eq!(server.update(&tokens.access, body).await.status, StatusCode::ACCEPTED, "{body}");
    }
    assert_eq!(app.count("select count(*) from provider_updates").await, 4);
    assert_eq!(app.count("select count(*) from provider_updates where due_at is not null").await, 1);
}

#[tokio::test]
async fn a_worker_takes_an_update_alone_and_again_after_its_lease() {
    let (mut app, _, server, tokens) = granted().await;
    server.update(&tokens.access, BODY).await;
    app.restart().await;
    let provider = app.app.provider.clone().unwrap();
    let due = provider.next_update().await.unwrap().unwrap();
    assert_eq!((due.connection_id, due.tries), (ConnectionId::parse("99").unwrap(), 1));
    assert_eq!((due.location_id.as_str(), due.attribute.as_str()), ("1198", "resources"));
    assert_eq!(due.api_url, "https://api.syncaroo.example/v1/x");
    assert_eq!(provider.next_update().await.unwrap(), None);
    app.clock.advance(120);
    let again = provider.next_update().await.unwrap().unwrap();
    assert_eq!((again.id.clone(), again.tries), (due.id, 2));
    let at = app.clock.now() + 30;
    provider.finish_update(&again.id, UpdateResult::Retry(at)).await.unwrap();
    assert_eq!(provider.next_update().await.unwrap(), None);
    app.clock.advance(30);
    let last = provider.next_update().await.unwrap().unwrap();
    provider.finish_update(&last.id, UpdateResult::Read).await.unwrap();
    app.clock.advance(120);
    assert_eq!(provider.next_update().await.unwrap(), None);
    let account = app.account_of("jane@acme.example").await;
    let grants = provider.grants_of(&account).await.unwrap();
    assert_eq!(grants[0].updates[0].state, UpdateState::Read);
    assert!(grants[0].updates[0].finished_at.is_some());
}

#[tokio::test]
async fn at_most_a_thousand_updates_of_a_grant_wait() {
    let (app, _, server, tokens) = granted().await;
    let fill = "insert into provider_updates (id, grant_id, body_hash, received_at, webhook_type, location_id,
                    attribute, api_url, signature, state, due_at)
                with recursive n (n) as (select 1 union all select n + 1 from n where n < 1000)
                select 'u' || n, (select id from provider_grants), x'00', 0, '', '', '', 'x', '', 'queued', 0 from n";
    app.execute(fill).await;
    let answer = server.update(&tokens.access, BODY).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.header("retry-after"), "60");
    assert_eq!(app.count("select count(*) from provider_updates").await, 1_000);
    // One that has nothing to read still counts as received.
    app.execute("update provider_updates set due_at = null, state = 'read' where id = 'u1'").await;
    assert_eq!(server.update(&tokens.access, BODY).await.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn an_update_that_nobody_read_is_given_up_after_a_week_and_deleted_after_another_month() {
    let (app, _, server, tokens) = granted().await;
    server.update(&tokens.access, BODY).await;
    let failed = "select count(*) from provider_updates where state = 'failed' and due_at is null";
    for (days, count) in [(7, 0), (1, 1), (29, 1), (2, 0)] {
        app.clock.advance(days * 86_400);
        app.app.sweep.delete_expired().await.unwrap();
        assert_eq!(app.count(failed).await, count, "after {days} more days");
    }
    assert_eq!(app.count("select count(*) from provider_updates").await, 0);
}

#[tokio::test]
async fn deleting_the_account_deletes_what_it_shared() {
    let (app, _, server, tokens) = granted().await;
    server.check(&tokens.access, "99").await;
    server.update(&tokens.access, BODY).await;
    app.delete_account("jane@acme.example").await;
    assert_eq!(server.status(&tokens.access).await, StatusCode::UNAUTHORIZED);
    for count in [
        "select count(*) from provider_grants",
        "select count(*) from provider_tokens",
        "select count(*) from provider_places",
        "select count(*) from provider_updates",
    ] {
        assert_eq!(app.count(count).await, 0, "{count}");
    }
}

#[tokio::test]
async fn the_data_export_says_what_was_shared() {
    let (app, _, server, tokens) = granted().await;
    let shown = locations(&server.check(&tokens.access, "99").await).len();
    server.update(&tokens.access, BODY).await;
    let account = app.account_of("jane@acme.example").await;
    let file = data_export(&app.app.core, &account).await.unwrap();
    let shared = serde_json::to_value(file).unwrap()["shared_with_syncaroo"][0].clone();
    assert_eq!(shared["connection_id"], "99");
    assert_eq!(shared["places"].as_array().unwrap().len(), shown);
    assert_eq!(shared["updates"][0]["state"], "queued");
}

#[tokio::test]
async fn codes_tokens_and_the_secret_appear_nowhere() {
    let (app, mut browser, server, first) = granted().await;
    let code = browser.approve("100").await;
    let mut pages = vec![browser.get(&authorize(&[])).await];
    let ticket = browser.page.form("/approve").fields[0].1.clone();
    let other = server.exchange(&code).await.tokens();
    let second = server.refresh(&first.refresh).await.tokens();
    server.check(&second.access, "99").await;
    server.update(&second.access, BODY).await;
    server.exchange(&code).await.is_refused(400, "invalid_grant");
    server.refresh(&first.refresh).await.is_refused(400, "invalid_grant");
    let wrong = "a-canary-wrong-secret";
    server.token(&[("clientSecret", wrong)]).await.is_refused(401, "invalid_client");
    pages.push(browser.get("/").await);
    let mut secrets = vec![code, CLIENT_SECRET.to_owned(), wrong.to_owned()];
    for pair in [first, second, other] {
        secrets.extend([pair.access, pair.refresh]);
    }
    let (log, database) = (logs::text(), app.database_bytes());
    let in_database = |secret: &str| database.windows(secret.len()).any(|w| w == secret.as_bytes());
    for secret in &secrets {
        assert!(!log.contains(secret), "in the log: {secret}");
        assert!(!in_database(secret), "in the database: {secret}");
        assert!(pages.iter().all(|page| !page.shows(secret)), "on a page: {secret}");
    }
    assert!(!log.contains(&ticket) && !in_database(&ticket), "the ticket");
}
