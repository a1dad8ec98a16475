//! Activation events: their URL, and how they are sent to the app.

use super::*;
use crate::entrata::event::company_number;
use crate::entrata::{Event, RequestType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn set_app_url(entrata: &Simulator, url: impl Into<String>) {
    entrata.state().settings.app_url = url.into();
}

/// Starts an app that accepts one request with 200. The task returns the request.
async fn app(entrata: &Simulator) -> tokio::task::JoinHandle<String> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    set_app_url(entrata, format!("http://{}/login", listener.local_addr().unwrap()));
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 4096];
        let length = stream.read(&mut request).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await.unwrap();
        request.truncate(length);
        String::from_utf8(request).unwrap()
    })
}

#[tokio::test]
async fn an_event_has_all_its_fields_in_its_url() {
    let entrata = simulator();
    let event = Event::new("beech", RequestType::Activation).for_property(90417).with_code("a+b/c==");
    let cid = company_number("beech");
    assert_eq!(
        entrata.event_url(&event),
        format!(
            "http://localhost:3000/events/entrata?cid={cid}&company_name=Beech%20%26%20Rowan%20Property%20Group\
             &subdomain=beech&auth_code=a%2Bb%2Fc%3D%3D&api_location=https%3A%2F%2Fbeech.entrata.com%2Fapi%2Fv1\
             &property_id=90417&occupancy_type=CONVENTIONAL&request_type=ACTIVATION&referrer=propertysolutions"
        )
    );
    let bare = entrata.event_url(&Event::new("beech", RequestType::ChangeFeedType));
    assert!(!bare.contains("auth_code") && !bare.contains("property_id") && bare.contains("CHANGE_FEED_TYPE"));
}

#[tokio::test]
async fn the_events_endpoint_sends_a_true_event_with_a_working_code() {
    let entrata = simulator();
    let app = app(&entrata).await;
    let body = json!({ "subdomain": "acme", "user_id": 48213, "request_type": "SUSPENDED", "property_id": 162925 });
    let response = send(&entrata, post("/events", &body)).await.json();
    assert_eq!((&response["status"], &response["body"]), (&json!(200), &json!("ok")));
    let request = app.await.unwrap();
    let target = request.split(' ').nth(1).unwrap();
    assert!(target.starts_with("/events/entrata?cid=") && response["url"].as_str().unwrap().ends_with(target));
    assert!(!entrata.is_active("acme"));
    let query = target.split_once('?').unwrap().1;
    let code = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "auth_code").unwrap().1;
    assert!(exchange(&entrata, &code).await.result().is_object());
}

#[tokio::test]
async fn an_untrue_event_leaves_the_company_as_it_is() {
    let entrata = simulator();
    let app = app(&entrata).await;
    let body = json!({ "subdomain": "acme", "request_type": "SUSPENDED", "code": false, "world": false });
    assert_eq!(send(&entrata, post("/events", &body)).await.status, StatusCode::OK);
    assert!(entrata.is_active("acme"));
    assert!(!app.await.unwrap().contains("auth_code"));
}

#[tokio::test]
async fn events_are_sent_only_to_an_app_on_loopback() {
    let entrata = simulator();
    let event = Event::new("acme", RequestType::Activation);
    for elsewhere in ["https://localhost:3000/login", "http://192.0.2.1:3000/login", "http://127.0.0.1:1/"] {
        set_app_url(&entrata, elsewhere);
        assert!(entrata.send_event(&event).await.is_err(), "{elsewhere}");
    }
    let body = json!({ "subdomain": "acme", "request_type": "ACTIVATION" });
    assert_eq!(send(&entrata, post("/events", &body)).await.status, StatusCode::BAD_GATEWAY);
    for (body, status) in [
        (json!({ "subdomain": "nowhere", "request_type": "ACTIVATION" }), StatusCode::NOT_FOUND),
        (json!({ "subdomain": "acme", "request_type": "ODD" }), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({ "subdomain": "acme", "request_type": "ACTIVATION", "user_id": 1 }), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(send(&entrata, post("/events", &body)).await.status, status, "{body}");
    }
}
