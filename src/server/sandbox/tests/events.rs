//! Activation events: their address, and their way to the app.

use super::super::{Event, RequestType};
use super::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// An app that says 200 to one request; gives what it was asked.
async fn app(world: &World) -> tokio::task::JoinHandle<String> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    world.set_app_url(format!("http://{}/login", listener.local_addr().unwrap()));
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = vec![0; 4096];
        let length = stream.read(&mut asked).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await.unwrap();
        asked.truncate(length);
        String::from_utf8(asked).unwrap()
    })
}

#[tokio::test]
async fn an_event_tells_everything_in_its_address() {
    let world = world();
    let event = Event::new("beech", RequestType::Activation).about(90417).with_code("a+b/c==");
    let cid = World::cid("beech");
    assert_eq!(
        world.event(&event),
        format!(
            "http://localhost:3000/events/entrata?cid={cid}&company_name=Beech%20%26%20Rowan%20Property%20Group&subdomain=beech\
             &auth_code=a%2Bb%2Fc%3D%3D&api_location=https%3A%2F%2Fbeech.entrata.com%2Fapi%2Fv1&property_id=90417\
             &occupancy_type=CONVENTIONAL&request_type=ACTIVATION&referrer=propertysolutions"
        )
    );
    let bare = world.event(&Event::new("beech", RequestType::ChangeFeedType));
    assert!(!bare.contains("auth_code") && !bare.contains("property_id") && bare.contains("CHANGE_FEED_TYPE"));
}

#[tokio::test]
async fn the_button_sends_a_true_event_with_a_code_that_works() {
    let world = world();
    let app = app(&world).await;
    let body = json!({ "subdomain": "acme", "user_id": 48213, "request_type": "SUSPENDED", "property_id": 162925 });
    let got = send(&world, post("/events", &body)).await.json();
    assert_eq!((&got["status"], &got["body"]), (&json!(200), &json!("ok")));
    let asked = app.await.unwrap();
    let target = asked.split(' ').nth(1).unwrap();
    assert!(target.starts_with("/events/entrata?cid=") && got["url"].as_str().unwrap().ends_with(target));
    assert!(!world.is_active("acme"));
    let query = target.split_once('?').unwrap().1;
    let code = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "auth_code").unwrap().1;
    assert!(exchange(&world, &code).await.result().is_object());
}

#[tokio::test]
async fn a_lie_leaves_the_world_as_it_is() {
    let world = world();
    let app = app(&world).await;
    let body = json!({ "subdomain": "acme", "request_type": "SUSPENDED", "code": false, "world": false });
    assert_eq!(send(&world, post("/events", &body)).await.status, StatusCode::OK);
    assert!(world.is_active("acme"));
    assert!(!app.await.unwrap().contains("auth_code"));
}

#[tokio::test]
async fn events_go_nowhere_but_to_an_app_on_loopback() {
    let world = world();
    let event = Event::new("acme", RequestType::Activation);
    for elsewhere in ["https://localhost:3000/login", "http://192.0.2.1:3000/login", "http://127.0.0.1:1/"] {
        world.set_app_url(elsewhere);
        assert!(world.send_event(&event).await.is_err(), "{elsewhere}");
    }
    let body = json!({ "subdomain": "acme", "request_type": "ACTIVATION" });
    assert_eq!(send(&world, post("/events", &body)).await.status, StatusCode::BAD_GATEWAY);
    for (body, status) in [
        (json!({ "subdomain": "nowhere", "request_type": "ACTIVATION" }), StatusCode::NOT_FOUND),
        (json!({ "subdomain": "acme", "request_type": "ODD" }), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({ "subdomain": "acme", "request_type": "ACTIVATION", "user_id": 1 }), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(send(&world, post("/events", &body)).await.status, status, "{body}");
    }
}
