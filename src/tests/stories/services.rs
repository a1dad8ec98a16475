//! The web services client against every response shape and fault of the sandbox, in JSON and XML.

use std::time::Duration;

use latchkey_sandbox::entrata::{Fault, Limits, Method, Target, Times};
use serde_json::{Map, json};

use crate::{
    server::connectors::{
        ConnectorError, PageRequest, Source,
        entrata::{ApiCredentials, Call},
    },
    tests::app::TestApp,
};

const PAGE: PageRequest = PageRequest { number: 1, size: 500 };
const FORMATS: [&str; 2] = ["json", "xml"];

/// A user of Acme whose property has seven residents.
struct Caller {
    app: TestApp,
    api_credentials: ApiCredentials,
}

impl Caller {
    async fn with_format(format: &str) -> Self {
        let app = TestApp::with(&[("ENTRATA_API_FORMAT", format)]).await;
        app.world.set_residents("acme", 162_925, 7);
        // Rate limits have their own tests.
        let unlimited = Limits { minute: 1_000_000, hour: 1_000_000, day: 1_000_000 };
        app.world.set_limits("acme", unlimited);
        app.linked("jane@acme.example", "acme", "48213").await;
        let account =
            sqlx::query_scalar("select account_id from links").fetch_one(app.app.core.storage.reader().pool());
        let linked = crate::server::storage::links::list(app.app.core.storage.reader(), &account.await.unwrap()).await;
        let api_credentials = app.app.identities.api_credentials(&linked.unwrap()[0].identity).await.unwrap().unwrap();
        Self { app, api_credentials }
    }

    /// Returns the IDs of the residents, and whether all have names.
    async fn residents(&self) -> Result<(Vec<String>, bool), ConnectorError> {
        let part = self.app.app.services.residents(&self.api_credentials, "162925", PAGE).await?;
        let named = part.rows.iter().all(|resident| resident.name != resident.id);
        Ok((part.rows.into_iter().map(|resident| resident.id).collect(), named))
    }

    fn set_fault(&self, fault: Fault) {
        self.app.world.clear_faults();
        self.app.world.set_fault(Target::Services, fault, Times::UntilCleared);
    }
}

#[tokio::test]
async fn every_shape_of_a_list_is_read_alike() {
    for format in FORMATS {
        let caller = Caller::with_format(format).await;
        let (all, _) = caller.residents().await.unwrap();
        assert_eq!(all.len(), 7, "{format}");
        for fault in [
            Fault::ListKeyedById,
            Fault::RequestIdMissing,
            Fault::RequestIdOther,
            Fault::CodeMissing,
            Fault::CodeAsText,
            Fault::RowIdsAsText,
            Fault::RowIdsAsNumbers,
            Fault::FieldsUnknown,
            Fault::ContentTypeHtml,
            Fault::WrongFormat,
            Fault::PageLinksMissing,
            Fault::PageLinksElsewhere,
            Fault::TotalCountWrong,
            Fault::RateHeadersMissing,
            Fault::RateHeadersOdd,
            Fault::MoneyAsNumber,
            Fault::MoneyOdd,
        ] {
            caller.set_fault(fault);
            let read = caller.residents().await;
            assert_eq!(read, Ok((all.clone(), true)), "{format} {fault}");
        }
        for fault in [Fault::FieldsMissing, Fault::FieldsNull, Fault::ValuesAsObjects] {
            caller.set_fault(fault);
            assert_eq!(caller.residents().await.unwrap().0, all, "{format} {fault}");
        }
        caller.set_fault(Fault::ListOneObject);
        assert_eq!(caller.residents().await.unwrap().0, all[..1], "{format}");
        for fault in [Fault::NoRecords, Fault::ListNull, Fault::ListMissing, Fault::ListEmptyText, Fault::RowIdsMissing]
        {
            caller.set_fault(fault);
            assert_eq!(caller.residents().await.unwrap().0, Vec::<String>::new(), "{format} {fault}");
        }
    }
}

#[tokio::test]
async fn every_fault_is_reported_with_its_kind() {
    for format in FORMATS {
        let caller = Caller::with_format(format).await;
        for (fault, kind) in [
            (Fault::ErrorIn200, "refused"),
            (Fault::OuterCodeError, "refused"),
            (Fault::OuterCodeOnly, "refused"),
            (Fault::BareError, "refused"),
            (Fault::ErrorCodeAsText, "refused"),
            (Fault::Forbidden, "refused"),
            (Fault::PropertyForbidden, "not_permitted"),
            (Fault::SuspendedClient, "not_enabled"),
            (Fault::Unauthorized, "token_gone"),
            (Fault::Transient, "transient"),
            (Fault::ServerError, "down"),
            (Fault::Status500, "down"),
            (Fault::Status502, "down"),
            (Fault::ConnectionCut, "down"),
            (Fault::Dropped, "down"),
            (Fault::HtmlBody, "not_understood"),
            (Fault::EmptyBody, "not_understood"),
            (Fault::TruncatedJson, "not_understood"),
            (Fault::DeepNesting, "not_understood"),
            (Fault::HugeStream, "not_understood"),
            (Fault::Redirect, "not_understood"),
        ] {
            caller.set_fault(fault);
            let result = caller.residents().await.map_err(|error| error.kind().name());
            assert_eq!(result, Err(kind), "{format} {fault}");
        }
    }
}

#[tokio::test]
async fn transient_errors_are_retried_after_a_pause_and_refusals_and_writes_are_not() {
    let caller = Caller::with_format("json").await;
    let calls = |method| caller.app.world.calls(method);
    caller.app.world.set_fault(Target::Services, Fault::Transient, Times::Next(2));
    assert_eq!(caller.residents().await.unwrap().0.len(), 7);
    assert_eq!(calls(Method::GetCustomers), 3);
    caller.set_fault(Fault::Transient);
    let started = tokio::time::Instant::now();
    assert_eq!(caller.residents().await, Err(ConnectorError::Transient));
    assert_eq!(calls(Method::GetCustomers), 6, "three times, not more");
    assert!(started.elapsed() >= Duration::from_millis(350), "with pauses");
    caller.set_fault(Fault::PropertyForbidden);
    assert_eq!(caller.residents().await, Err(ConnectorError::NotPermitted));
    assert_eq!(calls(Method::GetCustomers), 7);
    caller.set_fault(Fault::Transient);
    let write = Call {
        resource: "customers",
        method: "getCustomers",
        version: None,
        params: Map::from_iter([("propertyId".to_owned(), json!(162_925))]),
        page: None,
        writes: true,
    };
    assert_eq!(caller.app.app.services.call(&caller.api_credentials, &write).await, Err(ConnectorError::Transient));
    assert_eq!(calls(Method::GetCustomers), 8, "a write is made once");
}

#[tokio::test]
async fn after_a_429_or_with_the_rate_limit_used_up_no_call_is_sent_until_the_wait_is_over() {
    for (fault, seconds) in [(Fault::TooManyRequests, 7), (Fault::TooManyNoWait, 30)] {
        let caller = Caller::with_format("json").await;
        caller.app.world.set_fault(Target::Services, fault, Times::Next(1));
        assert_eq!(caller.residents().await, Err(ConnectorError::Limited(Some(seconds))), "{fault}");
        let sent = caller.app.world.calls(Method::GetCustomers);
        assert!(matches!(caller.residents().await, Err(ConnectorError::Limited(Some(_)))));
        let other = caller.app.app.services.places(&caller.api_credentials, PAGE).await;
        assert!(matches!(other, Err(ConnectorError::Limited(Some(_)))), "the limit is the company's");
        assert_eq!(caller.app.world.calls(Method::GetCustomers), sent);
        caller.app.clock.advance(seconds);
        assert_eq!(caller.residents().await.unwrap().0.len(), 7);
    }
    let caller = Caller::with_format("json").await;
    caller.app.world.set_fault(Target::Services, Fault::RateHeadersExhausted, Times::Next(1));
    assert_eq!(caller.residents().await.unwrap().0.len(), 7, "the response itself is good");
    assert!(matches!(caller.residents().await, Err(ConnectorError::Limited(Some(_)))));
    assert_eq!(caller.app.world.calls(Method::GetCustomers), 1);
}

#[tokio::test]
async fn other_calls_return_their_whole_result() {
    for format in FORMATS {
        let caller = Caller::with_format(format).await;
        let call = Call {
            resource: "leases",
            method: "getLeases",
            version: Some("r2"),
            params: Map::from_iter([("propertyId".to_owned(), json!("162925"))]),
            page: None,
            writes: false,
        };
        let result = caller.app.app.services.call(&caller.api_credentials, &call).await.unwrap();
        let leases = &result["leases"]["lease"];
        assert!(leases.is_array() || leases.is_object(), "{format}: {result}");
    }
}

#[tokio::test]
async fn all_pages_are_read_even_if_they_have_fewer_rows_than_requested() {
    for (fault, calls) in [
        (None, 8),
        (Some(Fault::TotalCountOfPage), 8),
        (Some(Fault::TotalCountOnly), 8),
        (Some(Fault::PageLinksOdd), 8),
        (Some(Fault::PageLinksElsewhere), 8),
        // The end is found by requesting the page after it.
        (Some(Fault::PageLinksMissing), 9),
        (Some(Fault::PageLinksForeign), 9),
        (Some(Fault::TotalCountWrong), 9),
    ] {
        let app = TestApp::start().await;
        app.world.set_residents("acme", 162_925, 750);
        app.world.set_fault(Target::Customers, Fault::PagesOfAHundred, Times::UntilCleared);
        if let Some(fault) = fault {
            app.world.set_fault(Target::Customers, fault, Times::UntilCleared);
        }
        let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
        let home = browser.page.address.clone();
        let identity = app.identity("acme").await;
        let page = browser.get(&format!("{home}/as/{identity}/properties/162925")).await;
        assert!(page.shows("750 residents"), "{fault:?}");
        assert_eq!(app.world.calls(Method::GetCustomers), calls, "{fault:?}");
    }
}

#[tokio::test]
async fn all_pages_are_read_whatever_the_responses_say_about_their_number() {
    for fault in [
        None,
        Some(Fault::PageLinksMissing),
        Some(Fault::TotalCountWrong),
        Some(Fault::TotalCountOnly),
        Some(Fault::PagingIgnored),
        Some(Fault::PageLinksElsewhere),
        Some(Fault::PageLinksOdd),
        Some(Fault::PageLinksForeign),
    ] {
        let app = TestApp::start().await;
        app.world.set_residents("acme", 162_925, 1_000);
        if let Some(fault) = fault {
            app.world.set_fault(Target::Customers, fault, Times::UntilCleared);
        }
        let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
        let home = browser.page.address.clone();
        let identity = app.identity("acme").await;
        let page = browser.get(&format!("{home}/as/{identity}/properties/162925")).await;
        assert!(page.shows("1,000 residents"), "{fault:?}");
        assert!(app.world.calls(Method::GetCustomers) <= 3, "{fault:?}");
    }
    // A service that always returns the first page is called twice.
    let app = TestApp::start().await;
    app.world.set_residents("acme", 162_925, 5_000);
    app.world.set_fault(Target::Customers, Fault::PageRepeats, Times::UntilCleared);
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    let identity = app.identity("acme").await;
    assert!(browser.get(&format!("{home}/as/{identity}/properties/162925")).await.shows("500 residents"));
    assert_eq!(app.world.calls(Method::GetCustomers), 2);
}
