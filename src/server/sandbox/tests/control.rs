//! The shell and its control endpoints.

use super::super::Fault;
use super::*;

async fn get(world: &World, path: &str) -> Got {
    send(world, Request::get(path).header(header::HOST, "any.example").body(Body::empty()).unwrap()).await
}

/// The code in the frame's address.
fn framed_code(page: &str) -> &str {
    let frame = page.split_once("<iframe title=\"Latchkey\" name=\"app\" src=\"").expect("a frame").1;
    frame.split_once("auth_code=").unwrap().1.split_once('"').unwrap().0
}

#[tokio::test]
async fn each_load_of_the_opened_app_carries_another_working_code() {
    let world = world();
    let (first, second) = (get(&world, "/open/acme/48213").await, get(&world, "/open/acme/48213").await);
    let (first, second) = (first.body.unwrap(), second.body.unwrap());
    assert_ne!(framed_code(&first), framed_code(&second));
    for page in [&first, &second] {
        assert!(exchange(&world, framed_code(page)).await.result().is_object());
    }
    assert!(!get(&world, "/").await.body.unwrap().contains("<iframe"));
    for nobody in ["/open/acme/1", "/open/nowhere/48213"] {
        assert_eq!(get(&world, nobody).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn hostile_names_stay_text() {
    let world = world();
    for path in ["/", "/?company=mallory", "/?company=mallory&staff=666", "/open/mallory/e0e0e0e0e0"] {
        let page = get(&world, path).await.body.unwrap();
        assert!(page.contains("&lt;script&gt;alert(&quot;Mallory&quot;)"), "{path}");
        for raw in ["<script>alert", "<img", "<b>Auditor"] {
            assert!(!page.contains(raw), "{raw} in {path}");
        }
        assert_eq!(page.matches("</script>").count(), 2, "{path}");
    }
}

#[tokio::test]
async fn codes_are_minted_for_either_form_of_an_id() {
    let world = world();
    for user_id in [json!(48213), json!("48213"), json!("7f3a09c1be")] {
        let got = send(&world, post("/codes", &json!({ "subdomain": "acme", "user_id": user_id }))).await.json();
        let code = got["url"].as_str().unwrap().split_once("auth_code=").unwrap().1.to_owned();
        assert!(exchange(&world, &code).await.result().is_object());
        assert!(got["escaped_url"].as_str().unwrap().starts_with("http://localhost:3000/login?"));
    }
    let got = send(&world, post("/codes", &json!({ "subdomain": "acme", "user_id": 1 }))).await;
    assert_eq!(got.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_shown_log_cuts_secrets_short() {
    let world = world();
    let code = world.mint_code("acme", 48213);
    let token = exchange(&world, &code).await.result()["access_token"].as_str().unwrap().to_owned();
    let got = get(&world, "/requests").await;
    let secret = world.settings().client_secret;
    for whole in [&code, &token, &secret] {
        assert!(!got.body.as_ref().unwrap().contains(whole.as_str()));
    }
    let got = got.json();
    let request = &got["requests"][0];
    assert_eq!(request["code"], format!("{}…", code.get(..6).unwrap()));
    assert_eq!((&request["method"], &request["status"]), (&json!("getAccessToken"), &json!(200)));
    assert_eq!((&got["exchanges"], &got["user_infos"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn faults_are_set_told_and_cleared() {
    let world = world();
    let set = json!({ "fault": "slow-5s", "target": "token", "times": 2 });
    let got = send(&world, post("/faults", &set)).await.json();
    assert_eq!(got["active"], json!([{ "fault": "slow-5s", "target": "token", "left": 2 }]));
    assert_eq!(got["known"].as_array().unwrap().len(), Fault::all().count());
    send(&world, post("/faults", &json!({ "fault": "id-null" }))).await;
    let off = json!({ "fault": "slow-5s", "off": true });
    let got = send(&world, post("/faults", &off)).await.json();
    assert_eq!(got["active"], json!([{ "fault": "id-null", "target": "user-info", "left": null }]));
    for wrong in [json!({ "fault": "no-such" }), json!({ "fault": "id-null", "target": "all" })] {
        assert_eq!(send(&world, post("/faults", &wrong)).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    exchange(&world, "unknown").await;
    send(&world, post("/clear", &json!({ "what": "requests" }))).await;
    assert_eq!((world.requests().len(), world.active_faults().len()), (0, 1));
    exchange(&world, "unknown").await;
    let bare = send(&world, Request::post("/clear").body(Body::empty()).unwrap()).await;
    assert_eq!(bare.status, StatusCode::OK);
    assert_eq!((world.requests().len(), world.active_faults().len()), (0, 0));
}

#[tokio::test]
async fn the_worlds_time_can_be_moved() {
    let world = world();
    let code = world.mint_code("acme", 48213);
    let got = send(&world, post("/advance", &json!({ "seconds": 61 }))).await.json();
    assert!(got["now_seconds"].as_u64().unwrap() >= 61);
    assert_eq!(exchange(&world, &code).await.error_code(), 400);
}
