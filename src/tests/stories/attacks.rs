//! Attacks that belong to no other topic, by their number in the threat model.

use axum::http::{Method, StatusCode};
use latchkey_sandbox::entrata::{Fault, Target, Times};
use proptest::prelude::*;

use crate::{
    server::{
        account::VerifiedPassword,
        account_management::reset_password,
        audit::ClientInfo,
        config::{Config, Vars},
        connectors::entrata::Subdomain,
        rng::Rng,
    },
    tests::{
        app::{PASSWORD, TestApp},
        browser::{Browser, Form},
    },
};

#[tokio::test]
async fn t05_confirmations_swapped_between_browsers_link_nothing() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    app.account("eve@evil.example").await;
    let (mut jane, mut eve) = (Browser::new(&app), Browser::new(&app));
    jane.launch(&app.code("acme", "48213")).await;
    eve.launch(&app.code("acme", "51877")).await;
    let janes_form = jane.sign_in("jane@acme.example", PASSWORD).await.form("/link");
    let eves_form = eve.sign_in("eve@evil.example", PASSWORD).await.form("/link");
    for (browser, form) in [
        (&mut jane, Form { action: janes_form.action.clone(), fields: eves_form.fields.clone() }),
        (&mut eve, Form { action: eves_form.action.clone(), fields: janes_form.fields.clone() }),
    ] {
        let mut other = Browser { page: browser.page.clone(), ..browser.clone() };
        assert_eq!(other.post(&form).await.status, StatusCode::CONFLICT);
    }
    assert_eq!(eve.clone().post(&janes_form).await.status, StatusCode::CONFLICT);
    assert_eq!(app.count("select count(*) from links").await, 0);
    assert_eq!(jane.post(&janes_form).await.name(), "home", "another browser's attempt consumes nothing");
}

#[tokio::test]
async fn t05_a_confirmation_replayed_after_link_and_unlink_is_refused() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "beech", "48213").await;
    let mut browser = Browser::new(&app);
    browser.launch(&app.code("acme", "48213")).await;
    let form = browser.sign_in("jane@acme.example", PASSWORD).await.form("/link");
    let home = browser.post(&form).await;
    assert_eq!(home.name(), "home");
    browser.unlink(&home.address, &app.identity("acme").await, &[]).await;
    assert_eq!(browser.post(&form).await.status, StatusCode::CONFLICT);
    let mut again = Browser::new(&app);
    again.launch(&app.code("acme", "48213")).await;
    assert_eq!(again.post(&form).await.status, StatusCode::CONFLICT);
    assert_eq!(app.count("select count(*) from links").await, 1);
}

#[tokio::test]
async fn t06_an_operators_password_change_ends_every_session_and_identities_are_never_matched_by_email() {
    let app = TestApp::start().await;
    let mut jane = app.linked("jane@acme.example", "acme", "48213").await;
    let home = jane.page.address.clone();
    let (core, hasher, client) = (&app.app.core, &app.app.hasher, ClientInfo::command_line());
    let verified = VerifiedPassword::for_operator(core, "jane@acme.example").await.unwrap().unwrap();
    reset_password(core, hasher, verified, "another fine password".into(), client).await.unwrap();
    assert_eq!(jane.get(&home).await.status, StatusCode::UNAUTHORIZED);
    // Registering another person's email gains nothing: an identity is linked by its ID and a confirmation.
    let mut eve = Browser::new(&app);
    eve.launch(&app.code("beech", "00d41e77a2")).await;
    let fields = [("name", "Eve"), ("email", "JANE@acme.example"), ("password", PASSWORD)];
    assert_eq!(eve.submit("/register", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(app.count("select count(*) from links").await, 1);
}

#[tokio::test]
async fn t09_responses_redirect_only_to_our_own_pages() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let payloads = [
        "//evil.test",
        "https://evil.test/",
        "/\\evil.test",
        "/%2fevil.test",
        "javascript:alert(1)",
        "\r\nLocation: x",
    ];
    for payload in payloads {
        for name in ["next", "return", "redirect_uri", "to", "url", "as"] {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair(name, payload).finish();
            let mut browser = Browser { headers: vec![("referer", "https://evil.test/")], ..Browser::new(&app) };
            browser.get(&format!("/login?{query}")).await;
            let form = browser.page.form("/sign-in");
            let form = form.with(&[("email", "jane@acme.example"), ("password", PASSWORD), (name, payload)]);
            let response = browser.send(Method::POST, &format!("/sign-in?{query}"), "same-origin", Some(&form)).await;
            assert_eq!(response.status, StatusCode::SEE_OTHER);
            let to = response.header("location");
            assert!(to.starts_with("/v/") && to.len() == 25, "{name}={payload}: {to}");
            let signed_out =
                browser.send(Method::POST, &format!("{to}/sign-out?{query}"), "same-origin", Some(&form)).await;
            assert_eq!(
                (signed_out.status, signed_out.header("location")),
                (StatusCode::SEE_OTHER, "/login"),
                "{name}={payload}"
            );
        }
    }
    for path in ["//evil.test", "//evil.test/v/x", "/login//evil.test", "/%5cevil.test"] {
        let page = Browser::new(&app).get(path).await;
        assert!(!page.status.is_redirection() && !page.shows("replaceState(null,\"\",\"//"), "{path}");
    }
}

#[tokio::test]
async fn t19_a_made_up_address_never_becomes_script() {
    let app = TestApp::start().await;
    let payloads =
        ["%22%29%3Balert%281%29%7Dcatch%7B%7D%2F%2F", "%3C%2Fscript%3E%3Cscript%3Ealert%281%29", "x%27%22%3E"];
    for visit in payloads {
        let mut browser = Browser::new(&app);
        for ending in ["", "/sign-in", "/register", "/link", "/account", "/history", "/unlink", "/continue"] {
            let address = format!("/v/{visit}{ending}");
            let form = Form { action: address.clone(), fields: vec![("email".into(), "\"><script>x".into())] };
            for page in [browser.get(&address).await, browser.post(&form).await] {
                assert!(
                    !page.shows("alert(1)") && !page.shows("<script>x") && page.status.is_client_error(),
                    "{address}"
                );
            }
        }
    }
    let page = Browser::new(&app).get("/login/%22%29%3Balert%281%29?x=%22%29%3Balert%281%29").await;
    assert!(!page.shows("alert(1)"));
}

#[tokio::test]
async fn t18_no_form_is_accepted_from_another_site() {
    let app = TestApp::start().await;
    let mut browser = app.linked_twice().await;
    let home = browser.page.address.clone();
    let actions = [
        "/sign-in",
        "/v/x/sign-in",
        "/v/x/register",
        "/v/x/continue",
        "/v/x/link",
        "/v/x/decline",
        "/v/x/sign-out",
        "/v/x/sign-out-everywhere",
        "/v/x/unlink",
        "/v/x/password",
        "/v/x/cookie-probe",
        "/v/x/tab",
        "/v/x/sessions/y/sign-out",
        "/v/x/sessions/others/sign-out",
    ];
    let before = app.count("select count(*) from audit").await;
    for action in actions {
        let action = action.replace("/v/x", &home);
        for headers in [
            vec![("sec-fetch-site", "cross-site")],
            vec![("sec-fetch-site", "same-site")],
            vec![("sec-fetch-site", ""), ("origin", "https://evil.test")],
            vec![("sec-fetch-site", ""), ("origin", "null")],
            vec![("sec-fetch-site", "")],
        ] {
            browser.headers.clone_from(&headers);
            let page = browser.send(Method::POST, &action, headers[0].1, None).await;
            assert_eq!((page.status, page.name()), (StatusCode::FORBIDDEN, "error"), "{action} {headers:?}");
        }
        browser.headers = vec![("content-type", "text/plain")];
        let page = browser.send(Method::POST, &action, "same-origin", None).await;
        assert!(page.status.is_client_error(), "{action}: only forms are accepted");
        browser.headers.clear();
        for method in [Method::PUT, Method::DELETE, Method::PATCH] {
            let page = browser.send(method.clone(), &action, "same-origin", None).await;
            assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {action}");
        }
    }
    assert_eq!(app.count("select count(*) from audit").await, before);
    assert_eq!(browser.get(&home).await.name(), "home");
}

#[tokio::test]
async fn t27_after_several_timeouts_launches_fail_at_once_and_spend_no_code() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.world.set_fault(Target::Token, "slow-10s".parse::<Fault>().unwrap(), Times::UntilCleared);
    let slow: Vec<_> = (0..8)
        .map(|_| {
            let (mut browser, code) = (Browser::new(&app), app.code("acme", "48213"));
            tokio::spawn(async move { browser.launch(&code).await.status })
        })
        .collect();
    for task in slow {
        assert_eq!(task.await.unwrap(), StatusCode::GATEWAY_TIMEOUT);
    }
    let (code, exchanges) = (app.code("acme", "48213"), app.world.exchanges());
    let started = tokio::time::Instant::now();
    let mut browser = Browser::new(&app);
    let page = browser.launch(&code).await;
    assert_eq!((page.status, page.name()), (StatusCode::BAD_GATEWAY, "unavailable"));
    assert!(page.shows("data-again") && app.world.exchanges() == exchanges, "nothing was sent");
    assert!(started.elapsed() < std::time::Duration::from_secs(1));
    app.world.clear_faults();
    app.clock.advance(5);
    assert_eq!(browser.launch(&code).await.name(), "home", "the same code, once Entrata answers again");
}

fn api() -> crate::server::connectors::entrata::ApiAddress {
    let site = std::env::temp_dir().join("latchkey-test-site");
    std::fs::create_dir_all(site.join("pkg")).unwrap();
    let vars = Vars::from_pairs([
        ("PUBLIC_URL", "https://latchkey.example"),
        ("ENTRATA_CLIENT_ID", "x"),
        ("ENTRATA_CLIENT_SECRET", "x"),
        ("ENCRYPTION_KEYS", crate::server::vault::generate("k", &Rng).as_str()),
        ("LEPTOS_SITE_ROOT", site.display().to_string().as_str()),
    ]);
    Config::read(&vars).unwrap().entrata.connector.api
}

proptest! {
    #[test]
    fn t12_any_text_is_refused_or_names_a_host_of_entrata(text in prop_oneof![
        any::<String>(),
        "[a-zA-Z0-9.-]{1,70}",
        "[a-z]{1,8}[@/:?#\\\\%._ ][a-z.]{1,12}",
    ]) {
        if let Some(subdomain) = Subdomain::parse(&text) {
            let url = api().of(&subdomain).unwrap();
            prop_assert_eq!(url.scheme(), "https");
            prop_assert_eq!(url.host_str().unwrap().split('.').count(), 3, "one label, and Entrata's name");
            prop_assert_eq!(url.host_str().unwrap(), format!("{}.entrata.com", text.to_ascii_lowercase()));
            prop_assert!(url.port().is_none() && url.username().is_empty() && url.path() == "/api/v1");
        }
    }
}
