//! JSON and XML: the answer speaks what the request spoke.

use super::super::xml;
use super::*;

const XML: &str = "<?xml version=\"1.0\"?><request><auth><type>oauth</type></auth><requestId>15</requestId>\
    <method><name>getCustomers</name><version>r1</version><params><propertyId> 162925 </propertyId></params></method></request>";

async fn ask_as(world: &World, token: &str, content_type: &str, body: &str) -> Got {
    let request = Request::post("/acme/api/v1/customers").header(header::CONTENT_TYPE, content_type);
    let request = request.header(header::AUTHORIZATION, format!("bearer {token}"));
    send(world, request.body(Body::from(body.to_owned())).unwrap()).await
}

#[tokio::test]
async fn an_xml_request_gets_the_same_people_in_xml() {
    let world = world();
    let token = token(&world, "acme", "48213").await;
    for content_type in ["application/xml", "TEXT/XML; charset=utf-8"] {
        let got = ask_as(&world, &token, content_type, &XML.replace(' ', "").replace("?xmlv", "?xml v")).await;
        assert_eq!(got.content_type, "APPLICATION/XML; CHARSET=UTF-8");
        let body = got.body.unwrap();
        assert!(
            body.contains("<response><requestId>15</requestId><code>200</code><result><Customers><Customer "),
            "{body}"
        );
        assert!(body.contains("<FirstName>&lt;b&gt;Bold&lt;/b&gt;</FirstName>"));
        let first = format!("<Customer ExternalId=\"t2500001\" Id=\"{}\">", 162_925 * 100_000_u64 + 1);
        assert!(body.contains(&first), "{body}");
        let tree = xml::read(&body).unwrap();
        let people = tree["response"]["result"]["Customers"]["Customer"].as_array().unwrap().len() as u64;
        assert_eq!(people, world.residents("acme", 162925));
    }
    assert_eq!(world.requests().last().unwrap().format, Some("xml"));
}

#[tokio::test]
async fn errors_and_empty_lists_are_told_in_xml_too() {
    let world = world();
    let token = token(&world, "acme", "48213").await;
    let body = XML.replace(' ', "").replace("?xmlv", "?xml v");
    world.set_residents("acme", 162925, 0);
    let none = ask_as(&world, &token, "application/xml", &body).await.body.unwrap();
    assert!(none.ends_with("<result><success>No Records Found.</success></result></response>"), "{none}");
    world.forbid_property("acme", 162925);
    let error = ask_as(&world, &token, "application/xml", &body).await.body.unwrap();
    let told = "<error><code>311</code><message>App doesn't have permission to the property.</message></error>";
    assert!(error.contains(told), "{error}");
}

#[tokio::test]
async fn the_content_type_is_compared_without_regard_to_case_and_parameters() {
    let world = world();
    let token = token(&world, "acme", "48213").await;
    let body = asking("getCustomers", &json!({ "propertyId": 162925 })).to_string();
    let got = ask_as(&world, &token, "APPLICATION/JSON; CHARSET=UTF-8", &body).await;
    assert!(!rows(&got).is_empty());
    for content_type in ["text/plain", "application/xhtml+xml", "application/xml"] {
        let got = ask_as(&world, &token, content_type, &body).await.body.unwrap();
        assert!(got.contains("400"), "{content_type}: {got}");
    }
}

#[test]
fn broken_deep_and_clever_xml_is_not_read() {
    let deep = format!("{}{}", "<a>".repeat(40), "</a>".repeat(40));
    let entities = "<!DOCTYPE request [<!ENTITY x \"y\">]><request>&x;</request>";
    for broken in ["<request>", "<request></other>", "</request>", "<request>&x;</request>", entities, &deep] {
        assert_eq!(xml::read(broken), None, "{broken}");
    }
    let read = xml::read("<r><a>1</a><a/><a><![CDATA[<]]>&amp;&#65;</a><!-- no --></r>").unwrap();
    assert_eq!(read, json!({ "r": { "a": ["1", "", "<&A"] } }));
}
