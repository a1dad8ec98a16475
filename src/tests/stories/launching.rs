//! The launch: who is let in, who is held, who is sent back to Entrata.

use axum::http::{Method, StatusCode};
use latchkey_sandbox::entrata::{Company, Property, Staff, Target, Times};

use crate::tests::{app::TestApp, browser::Browser};

#[tokio::test]
async fn an_unknown_entrata_user_gets_the_login_page_naming_the_company_in_the_launch_s_own_answer() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    let page = browser.launch(&app.code("acme", "48213")).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "login"));
    assert!(page.shows("Acme Residential Management") && page.shows("acme.entrata.com"));
    assert!(page.has_form("/sign-in") && page.has_form("/register"));
    assert_eq!((app.world.exchanges(), app.world.user_infos()), (1, 1));
}

#[tokio::test]
async fn a_linked_entrata_user_is_in_at_once_in_any_browser_and_sees_what_came_with_the_launch() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let page = Browser::new(&app).launch(&app.code("acme", "48213")).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "home"));
    assert!(page.shows("jane Doe") && page.shows("Acme Residential Management") && page.shows("…8213"));
    let properties = app.world.staff("acme", "48213").unwrap().properties;
    assert!(properties.len() > 5 && properties.iter().all(|p| page.shows_text(&p.name)));
}

#[tokio::test]
async fn company_name_and_properties_are_fresh_at_each_launch() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.world.rename_company("acme", "Acme & Daughters");
    app.world.set_properties("acme", "48213", vec![Property::new(9, "Elm Yard", "9 Elm St")]);
    let page = Browser::new(&app).launch(&app.code("acme", "48213")).await;
    assert!(page.shows("Acme &amp; Daughters") && page.shows("Elm Yard") && page.shows("1 property"));
}

#[tokio::test]
async fn the_first_script_cleans_the_address_to_the_visit_s_and_no_redirect_is_made() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    let code = app.code("acme", "48213");
    let page = browser.launch(&code).await;
    let address = page.clean_address().unwrap();
    assert!(address.starts_with("/v/") && !address.contains('?'));
    let first_script = page.body.split("<script").nth(1).unwrap();
    assert!(first_script.contains("history.replaceState"));
    assert_eq!(browser.get(&address).await.name(), "login");
}

#[tokio::test]
async fn both_paths_and_every_accepted_referrer_launch_and_no_other() {
    let app = TestApp::start().await;
    for address in ["/?referrer=entrata", "/login?referrer=entrata", "/?referrer=propertysolutions"] {
        let page = Browser::new(&app).get(&format!("{address}&auth_code={}", app.code("acme", "48213"))).await;
        assert_eq!((page.status, page.name()), (StatusCode::OK, "login"), "{address}");
        assert!(page.shows("Acme"), "{address}");
    }
    let exchanges = app.world.exchanges();
    let code = app.code("acme", "48213");
    let page = Browser::new(&app).get(&format!("/login?referrer=somebody&auth_code={code}")).await;
    assert_eq!((page.status, page.name(), page.clean_address().as_deref()), (StatusCode::OK, "login", Some("/login")));
    assert_eq!(app.world.exchanges(), exchanges);
}

#[tokio::test]
async fn a_code_arrives_as_entrata_minted_it_with_plus_slash_and_equals_escaped_or_not() {
    let app = TestApp::start().await;
    for part in ["+", "/", "=", "=="] {
        for escaped in [false, true] {
            let code = app.world.mint_code_with("acme", "48213", part);
            let url = if escaped { app.world.launch_url_escaped(&code) } else { app.world.launch_url(&code) };
            let page = Browser::new(&app).get(url.strip_prefix("http://localhost:3000").unwrap()).await;
            assert_eq!(page.status, StatusCode::OK, "{part} {escaped}");
            assert_eq!(app.world.requests().iter().rev().nth(1).unwrap().code.as_deref(), Some(code.as_str()));
        }
    }
}

#[tokio::test]
async fn t01_a_launch_that_is_not_in_a_frame_is_refused_and_leaves_the_code_unspent() {
    let app = TestApp::start().await;
    let code = app.code("acme", "48213");
    for dest in ["document", "empty", "image", "script", "object", "embed"] {
        let mut browser = Browser::new(&app);
        browser.headers = vec![("sec-fetch-dest", dest)];
        let page = browser.launch(&code).await;
        assert_eq!((page.status, page.name()), (StatusCode::FORBIDDEN, "relaunch"), "{dest}");
    }
    assert_eq!(app.world.requests().len(), 0);
    for dest in ["", "frame"] {
        let mut browser = Browser::new(&app);
        browser.headers = vec![("sec-fetch-dest", dest)];
        let code = if dest.is_empty() { code.clone() } else { app.code("acme", "48213") };
        assert_eq!(browser.launch(&code).await.status, StatusCode::OK, "{dest:?}");
    }
}

#[tokio::test]
async fn a_malformed_launch_is_refused_and_nothing_is_sent() {
    let app = TestApp::start().await;
    let long = "a".repeat(2049);
    for query in [
        "referrer=entrata".to_owned(),
        "referrer=entrata&auth_code=".into(),
        format!("referrer=entrata&auth_code={long}"),
        "referrer=entrata&auth_code=%C3%A9".into(),
        "referrer=entrata&auth_code=a%00b".into(),
        "referrer=entrata&auth_code=%FF%FE".into(),
        "referrer=entrata&auth_code=a&auth_code=b".into(),
        "referrer=entrata&referrer=entrata&auth_code=a".into(),
    ] {
        let page = Browser::new(&app).get(&format!("/login?{query}")).await;
        assert_eq!((page.status, page.name()), (StatusCode::BAD_REQUEST, "relaunch"), "{query:.60}");
        assert_eq!(page.clean_address().as_deref(), Some("/login"));
    }
    assert_eq!(app.world.requests().len(), 0);
    assert_eq!(app.count("select count(*) from launch_codes").await, 0);
}

#[tokio::test]
async fn t03_head_and_prefetch_do_nothing_and_leave_the_code_unspent() {
    let app = TestApp::start().await;
    let code = app.code("acme", "48213");
    let address = format!("/login?referrer=entrata&auth_code={code}");
    let head = Browser::new(&app).send(Method::HEAD, &address, "cross-site", None).await;
    assert!(head.status.is_success() && head.body.is_empty());
    for (name, value) in [("sec-purpose", "prefetch"), ("sec-purpose", "prefetch;prerender"), ("purpose", "prefetch")] {
        let mut browser = Browser::new(&app);
        browser.headers = vec![(name, value)];
        let page = browser.get(&address).await;
        assert!(!page.status.is_success() && browser.cookie.is_none(), "{name}: {value}");
    }
    assert_eq!(app.world.requests().len(), 0);
    assert_eq!(Browser::new(&app).launch(&code).await.name(), "login");
}

#[tokio::test]
async fn t03_a_spent_code_resumes_its_launch_in_the_same_browser_and_nowhere_else() {
    let app = TestApp::start().await;
    let code = app.code("acme", "48213");
    let mut browser = Browser::new(&app);
    let first = browser.launch(&code).await;
    let again = browser.launch(&code).await;
    assert_eq!((again.status, again.name()), (StatusCode::OK, "login"));
    assert_eq!(again.clean_address(), first.clean_address());
    let other = Browser::new(&app).launch(&code).await;
    assert_eq!((other.status, other.name()), (StatusCode::GONE, "relaunch"));
    assert_eq!(app.world.exchanges(), 1);
}

#[tokio::test]
async fn a_reload_whose_first_answer_was_lost_still_gets_in_with_the_older_cookie() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let before = browser.cookie.clone();
    let code = app.code("acme", "48213");
    let lost = browser.launch(&code).await;
    browser.cookie = before;
    let again = browser.launch(&code).await;
    assert_eq!((again.status, again.name()), (StatusCode::OK, "home"));
    assert_eq!(again.clean_address(), lost.clean_address());
    assert_eq!(browser.get(&again.clean_address().unwrap()).await.name(), "home");
}

#[tokio::test]
async fn t03_sixty_four_equal_launches_at_once_make_one_exchange_one_visit_and_no_5xx() {
    let app = TestApp::start().await;
    let mut known = Browser::new(&app);
    known.launch(&app.code("acme", "48213")).await;
    let (exchanges, visits) = (app.world.exchanges(), app.count("select count(*) from visits").await);
    let code = app.code("acme", "48213");
    let tabs = (0..64).map(|n| {
        let mut browser = if n % 2 == 0 { known.clone() } else { Browser::new(&app) };
        let code = code.clone();
        tokio::spawn(async move { browser.launch(&code).await.status })
    });
    let mut statuses = Vec::new();
    for tab in tabs.collect::<Vec<_>>() {
        statuses.push(tab.await.unwrap());
    }
    assert!(statuses.iter().all(|s| *s == StatusCode::OK || *s == StatusCode::GONE), "{statuses:?}");
    assert!(statuses.contains(&StatusCode::OK));
    assert_eq!(app.world.exchanges(), exchanges + 1);
    assert_eq!(app.count("select count(*) from visits").await, visits + 1);
}

#[tokio::test]
async fn a_browser_that_goes_away_leaves_no_spent_code_without_its_visit() {
    let app = TestApp::start().await;
    app.world.set_fault(Target::Token, "slow-300ms".parse().unwrap(), Times::Next(1));
    let mut browser = Browser::new(&app);
    let code = app.code("acme", "48213");
    let request = tokio::spawn(async move { browser.launch(&code).await });
    while app.world.exchanges() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    request.abort();
    app.app.launches.finish().await;
    assert_eq!(app.count("select count(*) from launch_codes join visits on code = hash").await, 1);
}

#[tokio::test]
async fn a_disabled_account_and_a_disabled_company_are_kept_out_with_a_page_that_says_so() {
    let app = TestApp::start().await;
    let mut open = app.linked("jane@acme.example", "acme", "48213").await;
    let home = open.page.address.clone();
    let disable = |table: &'static str| {
        let storage = app.app.core.storage.clone();
        async move {
            storage
                .write(move |mut tx| async move {
                    sqlx::query(table).execute(tx.raw()).await.map(|_| ()).map_err(crate::server::storage::Error::from)
                })
                .await
                .unwrap();
        }
    };
    disable("update accounts set disabled_at = 1").await;
    let page = Browser::new(&app).launch(&app.code("acme", "48213")).await;
    assert_eq!((page.status, page.name()), (StatusCode::FORBIDDEN, "error"));
    assert_eq!(open.get(&home).await.status, StatusCode::FORBIDDEN);
    disable("update accounts set disabled_at = null").await;
    assert_eq!(open.get(&home).await.name(), "home");
    disable("update companies set disabled_at = 1").await;
    let page = Browser::new(&app).launch(&app.code("acme", "48213")).await;
    assert_eq!((page.status, page.name()), (StatusCode::FORBIDDEN, "error"));
    assert_eq!(open.get(&home).await.status, StatusCode::FORBIDDEN);
    let unknown = Browser::new(&app).launch(&app.code("acme", "51877")).await;
    assert_eq!(unknown.status, StatusCode::FORBIDDEN);
    assert_eq!(unknown.clean_address().as_deref(), Some("/login"), "the code does not stay in the address");
    let mut direct = Browser::new(&app);
    direct.get("/login").await;
    let page = direct.sign_in("jane@acme.example", crate::tests::app::PASSWORD).await;
    assert!(page.name() == "home" && page.shows("<b>Acme Residential Management</b> isn’t shown"), "which one it is");
    assert!(!page.shows("acme.entrata.com") && !page.shows("48213"), "nor is the company's data shown otherwise");
    let form = open.page.form_or_empty("/sign-out", &home);
    assert_eq!(open.post(&form).await.name(), "login", "leaving is always possible");
}

#[tokio::test]
async fn nothing_is_linked_for_whom_was_disabled_before_the_confirmation() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let mut browser = Browser::new(&app);
    browser.launch(&app.code("acme", "48213")).await;
    let confirm = browser.sign_in("jane@acme.example", crate::tests::app::PASSWORD).await;
    app.app
        .core
        .storage
        .write(|mut tx| async move {
            sqlx::query("update accounts set disabled_at = 1")
                .execute(tx.raw())
                .await
                .map(|_| ())
                .map_err(crate::server::storage::Error::from)
        })
        .await
        .unwrap();
    assert_eq!(browser.post(&confirm.form("/link")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.get(&confirm.address).await.status, StatusCode::FORBIDDEN);
    assert_eq!(app.count("select count(*) from links").await, 0);
}

#[tokio::test]
async fn who_clicks_twice_is_told_what_became_of_the_launch() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    app.world.set_fault(Target::Token, "slow-3s".parse().unwrap(), Times::UntilCleared);
    let code = app.code("acme", "48213");
    let (mut first, second) = (browser.clone(), code.clone());
    let first = tokio::spawn(async move { first.launch(&code).await.status });
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let second = browser.launch(&second).await;
    assert_eq!((first.await.unwrap(), second.status), (StatusCode::GATEWAY_TIMEOUT, StatusCode::GATEWAY_TIMEOUT));
    assert_eq!(second.name(), "unavailable");
}

#[tokio::test]
async fn t19_names_with_markup_and_bidi_characters_are_shown_as_text() {
    let app = TestApp::start().await;
    let name = "<script>alert(1)</script>\u{202E}\"'&";
    app.world.add_company(
        Company::new("evil", name).with_staff(Staff::new(7, "x", "y").with_properties([Property::new(
            1,
            name,
            "</li><img src=x>",
        )])),
    );
    app.account("jane@acme.example").await;
    let mut browser = Browser::new(&app);
    let mut pages = vec![browser.launch(&app.code("evil", "7")).await];
    pages.push(browser.sign_in("jane@acme.example", crate::tests::app::PASSWORD).await);
    pages.push(browser.confirm().await);
    for page in pages {
        assert!(page.shows("&lt;script&gt;alert(1)&lt;/script&gt;"), "{}: {}", page.name(), page.body);
        assert!(!page.shows("<script>alert") && !page.shows("<img") && !page.shows("\u{202E}"), "{}", page.name());
    }
}

#[tokio::test]
async fn where_the_page_of_a_launch_fails_its_session_is_there_and_the_page_says_to_open_it_again() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let mut browser = Browser::new(&app);
    app.app.core.storage.reader().pool().close().await;
    let page = browser.launch(&app.code("acme", "48213")).await;
    assert_eq!((page.status, page.name()), (StatusCode::INTERNAL_SERVER_ERROR, "error"));
    assert!(page.shows_text("Open Latchkey again from Entrata"));
    assert!(browser.cookie.is_some());
}
