//! The shell and the control API.

use super::*;
use crate::entrata::faults::CATALOG;

async fn get(entrata: &Simulator, path: &str) -> TestResponse {
    send(entrata, Request::get(path).header(header::HOST, "any.example").body(Body::empty()).unwrap()).await
}

/// Returns the code in the frame's URL.
fn framed_code(page: &str) -> &str {
    let frame = page.split_once("<iframe title=\"Latchkey\" name=\"app\" src=\"").expect("a frame").1;
    frame.split_once("auth_code=").unwrap().1.split_once('"').unwrap().0
}

#[tokio::test]
async fn every_load_of_the_opened_app_has_a_new_working_code() {
    let entrata = simulator();
    let (first, second) = (get(&entrata, "/open/acme/48213").await, get(&entrata, "/open/acme/48213").await);
    let (first, second) = (first.body.unwrap(), second.body.unwrap());
    assert_ne!(framed_code(&first), framed_code(&second));
    for page in [&first, &second] {
        assert!(exchange(&entrata, framed_code(page)).await.result().is_object());
    }
    assert!(!get(&entrata, "/").await.body.unwrap().contains("<iframe"));
    for unknown in ["/open/acme/1", "/open/nowhere/48213"] {
        assert_eq!(get(&entrata, unknown).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn hostile_names_are_escaped() {
    let entrata = simulator();
    for path in ["/", "/?company=mallory", "/?company=mallory&staff=666", "/open/mallory/e0e0e0e0e0"] {
        let page = get(&entrata, path).await.body.unwrap();
        assert!(page.contains("&lt;script&gt;alert(&quot;Mallory&quot;)"), "{path}");
        for raw in ["<script>alert", "<img", "<b>Auditor"] {
            assert!(!page.contains(raw), "{raw} in {path}");
        }
        assert_eq!(page.matches("</script>").count(), 2, "{path}");
    }
}

#[tokio::test]
async fn codes_are_minted_for_ids_as_number_and_as_text() {
    let entrata = simulator();
    for user_id in [json!(48213), json!("48213"), json!("7f3a09c1be")] {
        let response = send(&entrata, post("/codes", &json!({ "subdomain": "acme", "user_id": user_id }))).await.json();
        let code = response["url"].as_str().unwrap().split_once("auth_code=").unwrap().1.to_owned();
        assert!(exchange(&entrata, &code).await.result().is_object());
        assert!(response["escaped_url"].as_str().unwrap().starts_with("http://localhost:3000/login?"));
    }
    let response = send(&entrata, post("/codes", &json!({ "subdomain": "acme", "user_id": 1 }))).await;
    assert_eq!(response.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_log_endpoint_shortens_secrets() {
    let entrata = simulator();
    let code = entrata.mint_code("acme", 48213);
    let token = exchange(&entrata, &code).await.result()["access_token"].as_str().unwrap().to_owned();
    let response = get(&entrata, "/requests").await;
    let client_secret = entrata.settings().client_secret;
    for secret in [&code, &token, &client_secret] {
        assert!(!response.body.as_ref().unwrap().contains(secret.as_str()));
    }
    let response = response.json();
    let request = &response["requests"][0];
    assert_eq!(request["code"], format!("{}…", code.get(..6).unwrap()));
    assert_eq!((&request["method"], &request["status"]), (&json!("getAccessToken"), &json!(200)));
    assert_eq!((&response["exchanges"], &response["user_infos"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn faults_are_set_listed_and_cleared() {
    let entrata = simulator();
    let set = json!({ "fault": "slow-5s", "target": "token", "times": 2 });
    let response = send(&entrata, post("/faults", &set)).await.json();
    assert_eq!(response["active"], json!([{ "fault": "slow-5s", "target": "token", "left": 2 }]));
    assert_eq!(response["known"].as_array().unwrap().len(), CATALOG.len());
    send(&entrata, post("/faults", &json!({ "fault": "id-null" }))).await;
    let off = json!({ "fault": "slow-5s", "off": true });
    let response = send(&entrata, post("/faults", &off)).await.json();
    assert_eq!(response["active"], json!([{ "fault": "id-null", "target": "user-info", "left": null }]));
    for wrong in [json!({ "fault": "no-such" }), json!({ "fault": "id-null", "target": "all" })] {
        assert_eq!(send(&entrata, post("/faults", &wrong)).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    exchange(&entrata, "unknown").await;
    send(&entrata, post("/clear", &json!({ "what": "requests" }))).await;
    assert_eq!((entrata.requests().len(), entrata.active_faults().len()), (0, 1));
    exchange(&entrata, "unknown").await;
    let bare = send(&entrata, Request::post("/clear").body(Body::empty()).unwrap()).await;
    assert_eq!(bare.status, StatusCode::OK);
    assert_eq!((entrata.requests().len(), entrata.active_faults().len()), (0, 0));
}

#[tokio::test]
async fn the_simulated_time_can_be_advanced() {
    let entrata = simulator();
    let code = entrata.mint_code("acme", 48213);
    let response = send(&entrata, post("/advance", &json!({ "seconds": 61 }))).await.json();
    assert!(response["now_seconds"].as_u64().unwrap() >= 61);
    assert_eq!(exchange(&entrata, &code).await.error_code(), 400);
}
