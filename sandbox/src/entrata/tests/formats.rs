//! JSON and XML: a response has the request's format.

use super::*;
use crate::entrata::xml;

const XML: &str = "<?xml version=\"1.0\"?><request><auth><type>oauth</type></auth><requestId>15</requestId>\
    <method><name>getCustomers</name><version>r1</version>\
    <params><propertyId> 162925 </propertyId></params></method></request>";

async fn call_as(entrata: &Simulator, token: &str, content_type: &str, body: &str) -> TestResponse {
    let request = Request::post("/acme/api/v1/customers").header(header::CONTENT_TYPE, content_type);
    let request = request.header(header::AUTHORIZATION, format!("bearer {token}"));
    send(entrata, request.body(Body::from(body.to_owned())).unwrap()).await
}

#[tokio::test]
async fn an_xml_request_gets_the_same_residents_in_xml() {
    let entrata = simulator();
    let token = token(&entrata, "acme", "48213").await;
    for content_type in ["application/xml", "TEXT/XML; charset=utf-8"] {
        let response = call_as(&entrata, &token, content_type, &XML.replace(' ', "").replace("?xmlv", "?xml v")).await;
        assert_eq!(response.content_type, "APPLICATION/XML; CHARSET=UTF-8");
        let body = response.body.unwrap();
        assert!(
            body.contains("<response><requestId>15</requestId><code>200</code><result><Customers><Customer "),
            "{body}"
        );
        assert!(body.contains("<FirstName>&lt;b&gt;Bold&lt;/b&gt;</FirstName>"));
        let first = format!("<Customer ExternalId=\"t2500001\" Id=\"{}\">", 162_925 * 100_000_u64 + 1);
        assert!(body.contains(&first), "{body}");
        let tree = xml::read(&body).unwrap();
        let residents = tree["response"]["result"]["Customers"]["Customer"].as_array().unwrap().len() as u64;
        assert_eq!(residents, entrata.residents("acme", 162925));
    }
    assert_eq!(entrata.requests().last().unwrap().format, Some("xml"));
}

#[tokio::test]
async fn errors_and_empty_lists_are_xml_too() {
    let entrata = simulator();
    let token = token(&entrata, "acme", "48213").await;
    let body = XML.replace(' ', "").replace("?xmlv", "?xml v");
    entrata.set_residents("acme", 162925, 0);
    let none = call_as(&entrata, &token, "application/xml", &body).await.body.unwrap();
    assert!(none.ends_with("<result><success>No Records Found.</success></result></response>"), "{none}");
    entrata.forbid_property("acme", 162925);
    let error = call_as(&entrata, &token, "application/xml", &body).await.body.unwrap();
    let expected = "<error><code>311</code><message>App doesn't have permission to the property.</message></error>";
    assert!(error.contains(expected), "{error}");
}

#[tokio::test]
async fn case_and_parameters_of_the_content_type_do_not_matter() {
    let entrata = simulator();
    let token = token(&entrata, "acme", "48213").await;
    let body = service_body("getCustomers", &json!({ "propertyId": 162925 })).to_string();
    let response = call_as(&entrata, &token, "APPLICATION/JSON; CHARSET=UTF-8", &body).await;
    assert!(!rows(&response).is_empty());
    for content_type in ["text/plain", "application/xhtml+xml", "application/xml"] {
        let response = call_as(&entrata, &token, content_type, &body).await.body.unwrap();
        assert!(response.contains("400"), "{content_type}: {response}");
    }
}

#[test]
fn malformed_deep_and_entity_defining_xml_is_refused() {
    let deep = format!("{}{}", "<a>".repeat(40), "</a>".repeat(40));
    let entities = "<!DOCTYPE request [<!ENTITY x \"y\">]><request>&x;</request>";
    for refused in ["<request>", "<request></other>", "</request>", "<request>&x;</request>", entities, &deep] {
        assert_eq!(xml::read(refused), None, "{refused}");
    }
    let read = xml::read("<r><a>1</a><a/><a><![CDATA[<]]>&amp;&#65;</a><!-- ignored --></r>").unwrap();
    assert_eq!(read, json!({ "r": { "a": ["1", "", "<&A"] } }));
}
