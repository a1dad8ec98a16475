//! Faults of the web services: each has the effect that it names.

use super::*;
use crate::entrata::faults::CATALOG;
use crate::entrata::format::Format;
use crate::entrata::{Fault, Limits, Target, Times};

/// Calls `getLeases` with this fault active. Its rows have all fields that faults change.
async fn leases_with(fault: &str) -> TestResponse {
    let entrata = simulator();
    entrata.set_residents("acme", 162925, 10);
    let token = token(&entrata, "acme", "48213").await;
    entrata.set_fault(Target::Services, fault.parse().unwrap(), Times::UntilCleared);
    let body = service_body("getLeases", &json!({ "propertyId": 162925 }));
    let response = call(&entrata, &token, "acme/leases?page_no=2&per_page=3", &body).await;
    assert_eq!(entrata.requests().pop().unwrap().faults, [fault.parse::<Fault>().unwrap()]);
    response
}

#[tokio::test]
async fn errors_have_the_code_and_shape_that_the_fault_names() {
    for (fault, status, code) in [
        ("error-in-200", 200, json!(400)),
        ("outer-code-error", 200, json!(400)),
        ("error-code-as-text", 200, json!("400")),
        ("transient-310", 200, json!(310)),
        ("property-forbidden-311", 200, json!(311)),
        ("suspended-client", 200, json!(1403)),
        ("unauthorized-401", 200, json!(401)),
        ("forbidden-403", 200, json!(403)),
        ("server-error-500", 500, json!(500)),
    ] {
        let response = leases_with(fault).await;
        assert_eq!((response.status.as_u16(), response.error_code()), (status, code), "{fault}");
        assert_eq!(response.json()["response"]["requestId"], "15", "{fault}");
    }
    assert_eq!(leases_with("bare-error").await.json()["code"], 400);
    assert_eq!(leases_with("outer-code-only").await.json()["response"]["code"], 400);
    let status_and_wait = |response: TestResponse| (response.status.as_u16(), response.retry_after);
    assert_eq!(status_and_wait(leases_with("too-many-requests").await), (429, Some("7".to_owned())));
    assert_eq!(status_and_wait(leases_with("too-many-without-retry-after").await), (429, None));
}

#[tokio::test]
async fn the_envelope_can_lack_fields() {
    let response = async |fault| leases_with(fault).await.json()["response"].clone();
    assert_eq!(response("request-id-missing").await.get("requestId"), None);
    assert_eq!(response("request-id-other").await["requestId"], "another");
    assert_eq!(response("code-missing").await.get("code"), None);
    assert_eq!(response("code-as-text").await["code"], "200");
    assert_eq!(response("no-records").await["result"]["success"], "No Records Found.");
}

#[tokio::test]
async fn lists_have_the_shape_that_the_fault_names() {
    let leases = async |fault| leases_with(fault).await.result()["leases"].clone();
    assert_eq!(leases("fields-unknown").await["lease"].as_array().unwrap().len(), 3);
    assert!(leases("list-one-object").await["lease"]["id"].is_string());
    let keyed = leases("list-keyed-by-id").await["lease"].as_object().unwrap().clone();
    assert_eq!(keyed.len(), 3);
    assert!(keyed.iter().all(|(id, lease)| lease["id"] == id.as_str()));
    assert_eq!(leases("list-null").await, json!({ "lease": null }));
    assert_eq!(leases("list-missing").await, Value::Null);
    assert_eq!(leases("list-empty-text").await, json!(""));
    assert_eq!(leases("rows-twice").await["lease"].as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn rows_change_as_the_fault_says() {
    let first = async |fault| leases_with(fault).await.result()["leases"]["lease"][0].clone();
    let plain = first("code-missing").await;
    let tenant = "/customers/customer/0/id";
    assert!(plain["id"].is_string() && plain["propertyId"].is_number() && plain.pointer(tenant).unwrap().is_number());
    let texts = first("row-ids-as-text").await;
    assert!(texts["propertyId"].is_string() && texts.pointer(tenant).unwrap().is_string());
    assert!(first("row-ids-as-numbers").await["id"].is_number());
    assert_eq!(first("row-ids-missing").await.get("id"), None);
    let bare = first("fields-missing").await;
    assert_eq!((bare.get("unitSpaces"), &bare["id"]), (None, &plain["id"]));
    assert_eq!(first("fields-null").await["leaseIntervalStatus"], Value::Null);
    let wrapped = first("values-as-objects").await;
    assert_eq!(wrapped["leaseIntervalStatus"]["@value"], plain["leaseIntervalStatus"]);
    let rent: f64 = plain["rentAmount"].as_str().unwrap().replace(',', "").parse().unwrap();
    assert_eq!(first("money-as-number").await["rentAmount"], json!(rent));
    assert!(first("money-odd").await["rentAmount"].as_str().unwrap().starts_with(" ($ "));
}

#[tokio::test]
async fn paging_and_rate_limit_headers_can_be_wrong() {
    let first = async |fault| leases_with(fault).await.result()["leases"]["lease"][0]["id"].clone();
    assert_ne!(first("page-repeats").await, first("code-missing").await);
    let all = leases_with("paging-ignored").await;
    assert_eq!(rows(&all).len(), 8);
    assert_eq!(leases_with("page-links-missing").await.header("link"), "");
    assert!(leases_with("page-links-elsewhere").await.header("link").starts_with("<http://pages.evil.example/"));
    assert_eq!(leases_with("total-count-wrong").await.header("x-total-count"), (8 + 15).to_string());
    assert_eq!(leases_with("total-count-of-page").await.header("x-total-count"), "3");
    let only = leases_with("total-count-only").await;
    assert_eq!((only.header("link"), only.header("x-total-count")), ("", "8"));
    let odd = leases_with("page-links-odd").await;
    assert!(odd.header("link").contains("; REL=NEXT;") && odd.header("x-total-count").is_empty());
    let foreign = leases_with("page-links-foreign").await;
    assert!(foreign.header("link").contains("rel=preload") && foreign.header("x-total-count").is_empty());
    assert_eq!(rows(&leases_with("pages-of-a-hundred").await).len(), 3, "a smaller per_page still counts");
    assert_eq!(leases_with("rate-headers-missing").await.header("x-ratelimit-limit"), "");
    assert_eq!(leases_with("rate-headers-odd").await.header("x-ratelimit-reset"), ";;-1;soon");
    assert!(leases_with("rate-headers-exhausted").await.header("x-ratelimit-remaining").ends_with(";0/MINUTE"));
}

#[tokio::test]
async fn broken_responses_exist_for_web_services_too() {
    for (fault, status) in [("status-500", 500), ("status-502", 502), ("html-body", 200)] {
        let response = leases_with(fault).await;
        assert_eq!(response.status.as_u16(), status);
        assert!(response.content_type.starts_with("text/html"));
    }
    assert_eq!(leases_with("empty-body").await.body.as_deref(), Some(""));
    assert!(serde_json::from_str::<Value>(&leases_with("truncated-json").await.body.unwrap()).is_err());
    assert!(serde_json::from_str::<Value>(&leases_with("deep-nesting").await.body.unwrap()).is_err());
    assert!(leases_with("wrong-format").await.body.unwrap().starts_with("<?xml"));
    assert!(leases_with("content-type-html").await.result()["leases"].is_object());
    assert_eq!(leases_with("connection-cut").await.body, None);
    assert_eq!(leases_with("connection-dropped").await.body, None);
    let huge = leases_with("huge-stream").await;
    assert!(huge.body.as_ref().unwrap().len() > 40 * 1024 * 1024);
    assert_eq!(leases_with("redirect").await.location.as_deref(), Some("/api/oauth/elsewhere"));
}

#[tokio::test]
async fn every_fault_works_for_every_service_in_both_formats() {
    let is_slow = |fault: &Fault| matches!(fault, Fault::Slow(_) | Fault::Stalled | Fault::HugeStream);
    let entrata = simulator();
    entrata.set_limits("beech", Limits { minute: 10_000, hour: 10_000, day: 10_000 });
    let token = token(&entrata, "beech", "48213").await;
    for fault in CATALOG.iter().map(|entry| entry.fault).filter(|fault| !is_slow(fault)) {
        entrata.set_fault(Target::Services, fault, Times::UntilCleared);
        for (name, resource) in
            [("getProperties", "properties"), ("getCustomers", "customers"), ("getLeases", "leases")]
        {
            let body = service_body(name, &json!({ "propertyId": 90417 }));
            let xml = Format::Xml.write(&json!({ "request": body }));
            for (content_type, body) in [("application/json", body.to_string()), ("application/xml", xml)] {
                let request =
                    Request::post(format!("/beech/api/v1/{resource}")).header(header::CONTENT_TYPE, content_type);
                let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
                send(&entrata, request.body(Body::from(body)).unwrap()).await;
                assert_eq!(entrata.requests().pop().unwrap().method, name);
            }
        }
        entrata.clear_faults();
    }
}

#[tokio::test]
async fn a_fault_of_one_service_does_not_affect_the_others_or_signing_in() {
    let entrata = simulator();
    let token = token(&entrata, "acme", "48213").await;
    entrata.set_fault(Target::Leases, Fault::Transient, Times::UntilCleared);
    entrata.set_fault(Target::SignIn, Fault::ListNull, Times::Next(1));
    entrata.set_fault(Target::Customers, Fault::ListOneObject, Times::UntilCleared);
    let active: Vec<_> = entrata.active_faults().iter().map(|active| (active.fault, active.target)).collect();
    assert_eq!(active, [(Fault::Transient, Target::Leases), (Fault::ListOneObject, Target::Customers)]);
    let call_service = async |name: &str, resource: &str| {
        call(&entrata, &token, &format!("acme/{resource}"), &service_body(name, &json!({ "propertyId": 162925 }))).await
    };
    assert_eq!(call_service("getLeases", "leases").await.error_code(), 310);
    assert!(call_service("getCustomers", "customers").await.result()["Customers"]["Customer"].is_object());
    assert_eq!(rows(&call_service("getProperties", "properties").await).len(), 1);
    assert_eq!(user_info(&entrata, &token).await.status, StatusCode::OK);
}
