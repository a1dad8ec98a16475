//! The site's static files, as browsers and proxies receive them.

use axum::http::{Method, StatusCode};

use crate::tests::{
    app::TestApp,
    browser::{Browser, Page},
};

const STYLE: &str = "/pkg/latchkey.0123456789ab.css";

async fn get(app: &TestApp, path: &str, headers: Vec<(&'static str, &'static str)>) -> Page {
    Browser { headers, ..Browser::new(app) }.send(Method::GET, path, "same-origin", None).await
}

#[tokio::test]
async fn a_file_is_sent_in_the_smallest_encoding_that_the_browser_accepts() {
    let app = TestApp::start().await;
    for (accepted, coding, body) in [
        ("", "", "/* the style */"),
        ("gzip, deflate, br", "br", "as brotli"),
        ("gzip", "gzip", "as gzip form"),
        ("br;q=0, gzip", "gzip", "as gzip form"),
        ("zstd", "", "/* the style */"),
    ] {
        let page = get(&app, STYLE, vec![("accept-encoding", accepted)]).await;
        let response = (page.status, page.header("content-encoding"), page.body.as_str(), page.header("content-type"));
        assert_eq!(response, (StatusCode::OK, coding, body, "text/css"), "{accepted}");
        assert_eq!(page.header("vary"), "accept-encoding");
        assert_eq!(page.header("content-length"), body.len().to_string());
    }
    for extension in [".br", ".gz"] {
        let page = get(&app, &format!("{STYLE}{extension}"), Vec::new()).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{extension} has no address of its own");
    }
}

#[tokio::test]
async fn a_cached_encoding_is_not_sent_again_and_another_one_is() {
    let app = TestApp::start().await;
    let tag_of = async |accepted| get(&app, STYLE, vec![("accept-encoding", accepted)]).await.header("etag").to_owned();
    let (plain, brotli) = (tag_of("").await, tag_of("br").await);
    assert!(plain.starts_with('"') && plain != brotli, "strong, and one for each encoding: {plain} {brotli}");
    let known: &'static str = format!("\"other\", W/{brotli}").leak();
    let again = get(&app, STYLE, vec![("accept-encoding", "br"), ("if-none-match", known)]).await;
    assert_eq!((again.status, again.body.as_str(), again.header("etag")), (StatusCode::NOT_MODIFIED, "", &*brotli));
    assert_eq!(again.header("cache-control"), "public, max-age=31536000, immutable");
    let other = get(&app, STYLE, vec![("if-none-match", known)]).await;
    assert_eq!((other.status, other.header("etag")), (StatusCode::OK, &*plain));
}

#[tokio::test]
async fn files_are_served_from_memory_and_a_head_request_gets_only_their_length() {
    let app = TestApp::start().await;
    std::fs::remove_dir_all(app.folder.0.join("site")).unwrap();
    assert_eq!(get(&app, STYLE, Vec::new()).await.body, "/* the style */");
    let head = Browser::new(&app).send(Method::HEAD, STYLE, "same-origin", None).await;
    assert_eq!((head.status, head.header("content-length"), head.body.as_str()), (StatusCode::OK, "15", ""));
    for path in ["/pkg", "/pkg/", "/pkg/../favicon.svg", "/..%2flatchkey.db", "/latchkey.db"] {
        assert_eq!(get(&app, path, Vec::new()).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
