//! The headers of every response.

use std::path::Path;

use crate::server::urls::every_route;
use axum::http::{Method, StatusCode};

use crate::tests::{
    app::{PASSWORD, TestApp},
    browser::{Browser, Page},
};

/// Returns how many routes the public router has, by the `.route(` calls in all files of the edge. Then `every_route`
/// can't miss one.
fn routes_in_source() -> usize {
    let (mut folders, mut count) = (vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server/web")], 0);
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            match path.file_name().unwrap().to_str().unwrap() {
                _ if path.is_dir() => folders.push(path),
                // The admin address has its own router.
                "admin.rs" | "tests.rs" => {}
                _ => {
                    let source = std::fs::read_to_string(&path).unwrap();
                    // `VisitUrl::route()` has the same name.
                    count += source.matches(".route(").count() - source.matches(".route()").count();
                }
            }
        }
    }
    count
}

#[tokio::test]
async fn t10_every_response_says_who_may_frame_it_and_leaks_no_referrer() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    let identity = app.identity("acme").await;
    let property = app.world.staff("acme", "48213").unwrap().properties[0].id.to_string();
    let with_values = |route: &str| {
        let path = route.replace("/v/{visit}", &home).replace("{identity}", &identity).replace("{property}", &property);
        path.replace("{connection}", "none")
            .replace("{grant}", "99")
            .replace("{resident}", "1")
            .replace("{other}", "nobody")
    };
    let routes: Vec<String> = every_route().iter().map(|route| with_values(route)).collect();
    assert_eq!(routes.len(), routes_in_source(), "`every_route` names each route");
    assert!(routes.len() > 30 && !routes.iter().any(|path| path.contains('{')), "{routes:?}");
    let more = [
        (Method::GET, "/v/x"),
        (Method::GET, "/nothing/here"),
        (Method::GET, "/events/entrata?cid=1&request_type=ACTIVATION"),
        (Method::GET, "/favicon.svg"),
        (Method::GET, "/pkg/latchkey.0123456789ab.css"),
        (Method::GET, "/pkg/none.css"),
        (Method::GET, "/login?referrer=entrata&auth_code=never"),
        (Method::GET, "/login?referrer=entrata"),
        (Method::GET, "/%2e%2e/%2e%2e/etc/passwd"),
        (Method::POST, "/nothing"),
        (Method::HEAD, "/login"),
        (Method::OPTIONS, "/login"),
        (Method::PUT, &home),
        (Method::DELETE, "/favicon.svg"),
    ];
    let more = more.map(|(method, path)| (method, path.to_owned()));
    // Requests that may end the visit come last.
    let all_routes =
        [Method::GET, Method::POST].into_iter().flat_map(|m| routes.iter().map(move |r| (m.clone(), r.clone())));
    for (method, path) in more.into_iter().chain(all_routes) {
        let page = browser.send(method.clone(), &path, "same-origin", None).await;
        let context = format!("{method} {path} {}", page.status);
        let of_company = (path.starts_with(&home) || path == "/") && method == Method::GET && page.status.is_success();
        let csp = page.header("content-security-policy");
        let framed_by = |company: &str| csp.ends_with(&format!("frame-ancestors https://{company}.entrata.com"));
        assert!(framed_by("acme") || !of_company && framed_by("*"), "{context}: {csp}");
        assert!(
            csp.starts_with("default-src 'none'; script-src 'self' 'nonce-") && !csp.contains("unsafe-inline"),
            "{context}"
        );
        assert!(!csp.replace("'wasm-unsafe-eval'", "").contains("unsafe-"), "{context}");
        assert!(page.header("permissions-policy").contains("camera=()"), "{context}");
        assert_eq!(page.header("cross-origin-opener-policy"), "same-origin", "{context}");
        assert_eq!(page.header("strict-transport-security"), "", "plain HTTP here: {context}");
        assert_eq!(page.header("referrer-policy"), "no-referrer", "{context}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{context}");
        assert_eq!(page.header("x-frame-options"), "", "{context}");
        let file = page.status.is_success() && path.contains('.') && !path.starts_with("/v/");
        assert_eq!(page.header("cache-control") == "no-store", !file, "{context}: {}", page.header("cache-control"));
        let readers = if file { "cross-origin" } else { "same-origin" };
        assert_eq!(page.header("cross-origin-resource-policy"), readers, "{context}");
        assert!(!page.status.is_server_error(), "{context}");
    }
}

#[tokio::test]
async fn unknown_addresses_and_wrong_methods_get_an_error_page() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    let missing = browser.get("/nothing/here").await;
    assert_eq!((missing.status, missing.name()), (StatusCode::NOT_FOUND, "not-found"));
    let wrong = browser.get("/sign-in").await;
    assert_eq!((wrong.status, wrong.name(), wrong.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "error", "POST"));
    let health = browser.get("/healthz").await;
    assert_eq!((health.status, health.body.as_str()), (StatusCode::OK, "ok"));
}

#[tokio::test]
async fn hashed_files_are_cached_forever_and_others_are_not() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    let style = browser.get("/pkg/latchkey.0123456789ab.css").await;
    assert_eq!(style.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(browser.get("/favicon.svg").await.header("cache-control"), "public, max-age=3600");
}

#[tokio::test]
async fn every_script_in_a_page_has_the_nonce_of_its_own_response() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let mut nonces = std::collections::HashSet::new();
    let mut pages = vec![browser.page.clone(), browser.get("/nothing").await, browser.get("/login").await];
    pages.push(browser.launch("never-minted").await);
    for page in pages {
        let policy = page.header("content-security-policy").to_owned();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        assert!(nonces.insert(nonce.clone()), "a nonce is used once");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
        for script in page.body.split("<script").skip(1) {
            assert!(script.split('>').next().unwrap().contains(&format!("nonce=\"{nonce}\"")), "{}", page.name());
        }
    }
}

#[tokio::test]
async fn links_and_form_actions_are_our_own_paths_and_stay_within_a_visit() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let mut browser = Browser::new(&app);
    let mut pages =
        vec![browser.get("/login").await, browser.launch("never-minted").await, browser.get("/nothing").await];
    let pending = browser.launch(&app.code("acme", "48213")).await;
    pages.push(pending.clone());
    pages.push(browser.sign_in("jane@acme.example", PASSWORD).await);
    let confirm = browser.page.form("/link");
    let home = browser.confirm().await;
    pages.push(home.clone());
    // With two visits open, the root no longer shows the first one.
    let second = browser.launch(&app.code("acme", "48213")).await;
    pages.push(second.clone());
    let property = app.world.staff("acme", "48213").unwrap().properties[0].id;
    let below = format!("{}/as/{}/properties", second.address, app.identity("acme").await);
    for path in ["account", "history", "sessions", "properties", "nothing", "nothing/at/all", "sign-in", ""] {
        pages.push(browser.get(&format!("{}/{path}", second.address)).await);
    }
    for path in [format!("{below}/{property}"), format!("{below}/0"), format!("{below}/{property}/residents/0")] {
        pages.push(browser.get(&path).await);
    }
    pages.push(browser.post(&confirm).await);
    pages.push(browser.send(Method::POST, &confirm.action, "cross-site", Some(&confirm)).await);
    let missing = browser.get(&format!("{}/nothing", second.address)).await;
    assert!(missing.shows(&format!("href=\"{}\"", second.address)) && missing.shows("Go to home"));
    let mut stranger = Browser::new(&app);
    let theirs = stranger.get(&format!("{}/nothing", second.address)).await;
    let made_up = stranger.get("/v/AAAAAAAAAAAAAAAAAAAAAA/nothing").await;
    assert_eq!(theirs.status, made_up.status);
    let links = |page: &Page| page.body.matches("href=\"/v/").count() + page.body.matches("action=").count();
    assert_eq!((links(&theirs), links(&made_up)), (1, 1), "the page does not reveal whether the visit exists");
    for page in &pages {
        let visit =
            page.address.starts_with("/v/").then(|| page.address.splitn(4, '/').take(3).collect::<Vec<_>>().join("/"));
        for (attribute, part) in
            ["href=\"", "action=\""].iter().flat_map(|a| page.body.split(a).skip(1).map(move |p| (*a, p)))
        {
            let target = part.split('"').next().unwrap();
            assert!(target.starts_with('/') && !target.starts_with("//"), "{}: {attribute}{target}", page.name());
            let file = target.starts_with("/pkg/") || target == "/favicon.svg";
            if let Some(visit) = visit.as_ref().filter(|_| !file) {
                assert!(
                    target == visit.as_str() || target.starts_with(&format!("{visit}/")),
                    "{}: {target}",
                    page.name()
                );
            }
        }
    }
}

#[tokio::test]
async fn t11_a_spoofed_host_has_no_effect() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    browser.headers =
        vec![("x-forwarded-host", "evil.test"), ("x-forwarded-proto", "gopher"), ("forwarded", "host=evil.test")];
    let page = browser.launch(&app.code("acme", "48213")).await;
    assert_eq!(page.status, StatusCode::OK);
    let names_it = |page: &crate::tests::browser::Page| {
        page.shows("evil.test") || page.headers.iter().any(|(_, v)| v.to_str().unwrap().contains("evil.test"))
    };
    assert!(!names_it(&page));
    app.account("jane@acme.example").await;
    browser.headers.push(("host", "evil.test"));
    let form = page.form("/sign-in").with(&[("email", "jane@acme.example"), ("password", PASSWORD)]);
    let redirect = browser.send(Method::POST, &form.action, "same-origin", Some(&form)).await;
    assert!(
        redirect.status == StatusCode::SEE_OTHER
            && redirect.header("location").starts_with("/v/")
            && !names_it(&redirect)
    );
    // Nor does a spoofed host make another site's post look like ours.
    browser.headers.extend([("sec-fetch-site", ""), ("origin", "https://evil.test")]);
    let forged = browser.send(Method::POST, &form.action, "", None).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn t10_a_panic_and_an_oversized_body_have_the_headers_too() {
    let app = TestApp::start().await;
    let panics = || async { assert!(std::hint::black_box(false), "a bug") };
    let routes = axum::Router::new().route("/panics", axum::routing::get(panics));
    let mut browser = Browser { router: crate::server::web::guarded(routes, app.app.clone()), ..Browser::new(&app) };
    let panicked = browser.get("/panics").await;
    assert_eq!((panicked.status, panicked.name()), (StatusCode::INTERNAL_SERVER_ERROR, "error"));
    let mut browser = Browser::new(&app);
    browser.get("/login").await;
    let form = browser.page.form("/sign-in").with(&[("email", &"x".repeat(20_000))]);
    let large = browser.post(&form).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    for page in [panicked, large] {
        assert!(page.header("content-security-policy").contains("frame-ancestors"));
        assert_eq!((page.header("cache-control"), page.header("x-content-type-options")), ("no-store", "nosniff"));
    }
}

#[tokio::test]
async fn over_https_browsers_are_required_to_keep_using_it() {
    let app = TestApp::with(&[("PUBLIC_URL", "https://latchkey.example")]).await;
    for path in ["/login", "/favicon.svg", "/nothing", "/healthz"] {
        let page = Browser::new(&app).get(path).await;
        assert_eq!(page.header("strict-transport-security"), "max-age=31536000; includeSubDomains", "{path}");
    }
}

#[tokio::test]
async fn a_wildcard_host_without_a_scheme_is_narrowed_to_the_company_too() {
    let app = TestApp::with(&[("FRAME_ANCESTORS", "*.entrata.com https://staff.example")]).await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let policy = browser.page.header("content-security-policy");
    assert!(policy.ends_with("frame-ancestors acme.entrata.com https://staff.example"), "{policy}");
    let policy = browser.get("/login").await.header("content-security-policy").to_owned();
    assert!(policy.ends_with("frame-ancestors *.entrata.com https://staff.example"), "{policy}");
}
