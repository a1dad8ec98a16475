//! The authorization step.

use super::*;

async fn consent(octorate: &Simulator, fields: &[(&str, &str)], body: Option<&str>) -> TestResponse {
    let uri = format!("/identity/oauth.xhtml?{}", encoded(fields));
    let request = match body {
        None => Request::get(uri).body(Body::empty()),
        Some(body) => {
            let form = "application/x-www-form-urlencoded";
            Request::post(uri).header(header::CONTENT_TYPE, form).body(Body::from(body.to_owned()))
        }
    };
    send(octorate, request.unwrap()).await
}

/// Opens the page, presses Approve, and returns where the browser is sent.
async fn approve(octorate: &Simulator, fields: &[(&str, &str)]) -> String {
    let page = consent(octorate, fields, None).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("value=\"approve\"") && page.body.contains("value=\"deny\""), "{}", page.body);
    let answer = consent(octorate, fields, Some("user=anna&decision=approve")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    answer.location().unwrap().to_owned()
}

/// Checks that neither opening nor approving leads anywhere.
async fn assert_error_page(octorate: &Simulator, fields: &[(&str, &str)]) {
    for body in [None, Some("decision=approve"), Some("decision=deny")] {
        let answer = consent(octorate, fields, body).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::BAD_REQUEST, None), "{fields:?}");
        assert!(answer.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
    }
}

#[tokio::test]
async fn approval_redirects_to_the_registered_https_uri_with_a_new_code_and_the_state() {
    let octorate = simulator();
    let id = app(&octorate).client_id;
    let fields = [("client_id", id.as_str()), ("redirect_uri", REDIRECT), ("state", "s+/= &é")];
    let (one, two) = (approve(&octorate, &fields).await, approve(&octorate, &fields).await);
    assert!(one.starts_with(&format!("{REDIRECT}?code=")) && one.ends_with("&state=s%2B%2F%3D%20%26%C3%A9"), "{one}");
    assert_ne!(one, two);
    let code = one.split_once("code=").unwrap().1.split('&').next().unwrap();
    assert_eq!(exchange(&octorate, code).await.status, StatusCode::OK);
}

#[tokio::test]
async fn approval_without_state_redirects_with_a_code_and_no_state() {
    let octorate = simulator();
    let location = approve(&octorate, &[("client_id", &app(&octorate).client_id), ("redirect_uri", REDIRECT)]).await;
    assert!(location.contains("code=") && !location.contains("state"), "{location}");
}

#[tokio::test]
async fn a_post_without_fields_approves_and_deny_sends_no_code() {
    let octorate = simulator();
    let id = app(&octorate).client_id;
    let fields = [("client_id", id.as_str()), ("redirect_uri", REDIRECT), ("state", "s")];
    assert!(consent(&octorate, &fields, Some("")).await.location().unwrap().contains("?code="));
    let denied = consent(&octorate, &fields, Some("decision=deny")).await;
    assert_eq!(denied.location(), Some(format!("{REDIRECT}?error=access_denied&state=s").as_str()));
}

#[tokio::test]
async fn a_missing_or_unknown_client_id_gets_an_error_page_and_no_redirect() {
    let octorate = simulator();
    assert_error_page(&octorate, &[("redirect_uri", REDIRECT)]).await;
    assert_error_page(&octorate, &[("client_id", ""), ("redirect_uri", REDIRECT)]).await;
    assert_error_page(&octorate, &[("client_id", "nobody"), ("redirect_uri", REDIRECT)]).await;
}

#[tokio::test]
async fn a_missing_redirect_uri_gets_an_error_page_and_no_redirect() {
    let octorate = simulator();
    assert_error_page(&octorate, &[("client_id", &app(&octorate).client_id)]).await;
}

#[tokio::test]
async fn a_redirect_uri_that_is_not_registered_gets_an_error_page_and_no_redirect() {
    let octorate = simulator();
    let id = app(&octorate).client_id;
    let longer = format!("{REDIRECT}/more");
    for uri in ["https://evil.example/", &longer, "https://app.example/", "https://localhost", "javascript:alert(1)"] {
        assert_error_page(&octorate, &[("client_id", &id), ("redirect_uri", uri)]).await;
    }
}

#[tokio::test]
async fn an_http_redirect_uri_is_refused_even_when_it_is_registered() {
    let octorate = with_modes(|modes| modes.allow_loopback_http = false);
    let id = app(&octorate).client_id;
    for uri in ["http://app.example/done", "http://localhost:3000/done", "http://127.0.0.1/"] {
        octorate.add_redirect_uri(&id, uri);
        assert_error_page(&octorate, &[("client_id", &id), ("redirect_uri", uri)]).await;
    }
}

#[tokio::test]
async fn with_the_setting_for_make_run_http_is_allowed_on_loopback_only() {
    let octorate = simulator();
    let id = app(&octorate).client_id;
    for uri in ["http://localhost:3000/done", "http://127.0.0.1:3000/done", "http://[::1]:3000/", "http://localhost/"] {
        octorate.add_redirect_uri(&id, uri);
        let location = approve(&octorate, &[("client_id", &id), ("redirect_uri", uri)]).await;
        assert!(location.starts_with(&format!("{uri}?code=")));
    }
    for uri in ["http://app.example/", "http://localhost@evil.example/", "http://localhost:3000@evil.example/"] {
        octorate.add_redirect_uri(&id, uri);
        assert_error_page(&octorate, &[("client_id", &id), ("redirect_uri", uri)]).await;
    }
}

#[tokio::test]
async fn of_two_registered_uris_the_one_in_the_request_is_used() {
    let octorate = simulator();
    let id = app(&octorate).client_id;
    octorate.add_redirect_uri(&id, "https://second.example/done");
    let fields = [("client_id", id.as_str()), ("redirect_uri", "https://second.example/done")];
    assert!(approve(&octorate, &fields).await.starts_with("https://second.example/done?code="));
}

#[tokio::test]
async fn the_query_of_a_redirect_uri_survives() {
    let octorate = simulator();
    let id = app(&octorate).client_id;
    octorate.add_redirect_uri(&id, "https://app.example/done?a=1");
    let fields = [("client_id", id.as_str()), ("redirect_uri", "https://app.example/done?a=1"), ("state", "s")];
    let location = approve(&octorate, &fields).await;
    assert!(location.starts_with("https://app.example/done?a=1&code=") && location.ends_with("&state=s"), "{location}");
}

#[tokio::test]
async fn response_type_and_scope_are_ignored() {
    let octorate = simulator();
    let id = app(&octorate).client_id;
    let fields = [("client_id", id.as_str()), ("redirect_uri", REDIRECT), ("response_type", "code"), ("scope", "any")];
    let location = approve(&octorate, &fields).await;
    assert!(location.starts_with(&format!("{REDIRECT}?code=")) && !location.contains("scope"), "{location}");
}
