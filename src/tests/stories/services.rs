//! The client of the web services against every shape and fault that the sandbox knows, in JSON and in XML.

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

/// Somebody of Acme's, and seven residents of theirs to be read.
struct Caller {
    app: TestApp,
    api_credentials: ApiCredentials,
}

impl Caller {
    async fn speaking(format: &str) -> Self {
        let app = TestApp::with(&[("ENTRATA_API_FORMAT", format)]).await;
        app.world.set_residents("acme", 162_925, 7);
        // The allowance is another story.
        let plenty = Limits { minute: 1_000_000, hour: 1_000_000, day: 1_000_000 };
        app.world.set_limits("acme", plenty);
        app.linked("jane@acme.example", "acme", "48213").await;
        let account = sqlx::query_scalar::<_, String>("select account_id from links")
            .fetch_one(app.app.core.storage.reader().pool());
        let linked = crate::server::storage::links::list(app.app.core.storage.reader(), &account.await.unwrap()).await;
        let api_credentials = app.app.identities.api_credentials(&linked.unwrap()[0].identity).await.unwrap().unwrap();
        Self { app, api_credentials }
    }

    /// The ids of the residents, and whether their names came.
    async fn residents(&self) -> Result<(Vec<String>, bool), ConnectorError> {
        let part = self.app.app.services.residents(&self.api_credentials, "162925", PAGE).await?;
        let named = part.rows.iter().all(|resident| resident.name != resident.id);
        Ok((part.rows.into_iter().map(|resident| resident.id).collect(), named))
    }

    fn set(&self, error: Fault) {
        self.app.world.clear_faults();
        self.app.world.set_fault(Target::Services, error, Times::UntilCleared);
    }
}

#[tokio::test]
async fn every_shape_of_a_list_is_read_alike() {
    for format in FORMATS {
        let caller = Caller::speaking(format).await;
        let (all, _) = caller.residents().await.unwrap();
        assert_eq!(all.len(), 7, "{format}");
        for error in [
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
            caller.set(error);
            let read = caller.residents().await;
            assert_eq!(read, Ok((all.clone(), true)), "{format} {error}");
        }
        for error in [Fault::FieldsMissing, Fault::FieldsNull, Fault::ValuesAsObjects] {
            caller.set(error);
            assert_eq!(caller.residents().await.unwrap().0, all, "{format} {error}");
        }
        caller.set(Fault::ListOneObject);
        assert_eq!(caller.residents().await.unwrap().0, all[..1], "{format}");
        for error in [Fault::NoRecords, Fault::ListNull, Fault::ListMissing, Fault::ListEmptyText, Fault::RowIdsMissing]
        {
            caller.set(error);
            assert_eq!(caller.residents().await.unwrap().0, Vec::<String>::new(), "{format} {error}");
        }
    }
}

#[tokio::test]
async fn every_fault_is_told_by_its_kind() {
    for format in FORMATS {
        let caller = Caller::speaking(format).await;
        for (error, kind) in [
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
            caller.set(error);
            let said = caller.residents().await.map_err(|error| error.kind().name());
            assert_eq!(said, Err(kind), "{format} {error}");
        }
    }
}

#[tokio::test]
async fn what_passes_is_read_again_with_a_pause_and_a_no_or_a_write_never_is() {
    let caller = Caller::speaking("json").await;
    let calls = |method| caller.app.world.calls(method);
    caller.app.world.set_fault(Target::Services, Fault::Transient, Times::Next(2));
    assert_eq!(caller.residents().await.unwrap().0.len(), 7);
    assert_eq!(calls(Method::GetCustomers), 3);
    caller.set(Fault::Transient);
    let began = tokio::time::Instant::now();
    assert_eq!(caller.residents().await, Err(ConnectorError::Transient));
    assert_eq!(calls(Method::GetCustomers), 6, "three times, not more");
    assert!(began.elapsed() >= Duration::from_millis(350), "with pauses");
    caller.set(Fault::PropertyForbidden);
    assert_eq!(caller.residents().await, Err(ConnectorError::NotPermitted));
    assert_eq!(calls(Method::GetCustomers), 7);
    caller.set(Fault::Transient);
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
async fn a_429_and_a_used_up_allowance_keep_further_calls_from_being_sent_until_they_are_over() {
    for (error, seconds) in [(Fault::TooManyRequests, 7), (Fault::TooManyNoWait, 30)] {
        let caller = Caller::speaking("json").await;
        caller.app.world.set_fault(Target::Services, error, Times::Next(1));
        assert_eq!(caller.residents().await, Err(ConnectorError::Limited(Some(seconds))), "{error}");
        let sent = caller.app.world.calls(Method::GetCustomers);
        assert!(matches!(caller.residents().await, Err(ConnectorError::Limited(Some(_)))));
        let other = caller.app.app.services.places(&caller.api_credentials, PAGE).await;
        assert!(matches!(other, Err(ConnectorError::Limited(Some(_)))), "it is the company's");
        assert_eq!(caller.app.world.calls(Method::GetCustomers), sent);
        caller.app.clock.advance(seconds);
        assert_eq!(caller.residents().await.unwrap().0.len(), 7);
    }
    let caller = Caller::speaking("json").await;
    caller.app.world.set_fault(Target::Services, Fault::RateHeadersExhausted, Times::Next(1));
    assert_eq!(caller.residents().await.unwrap().0.len(), 7, "its own answer is good");
    assert!(matches!(caller.residents().await, Err(ConnectorError::Limited(Some(_)))));
    assert_eq!(caller.app.world.calls(Method::GetCustomers), 1);
}

#[tokio::test]
async fn any_other_call_gives_its_whole_result() {
    for format in FORMATS {
        let caller = Caller::speaking(format).await;
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
async fn pages_are_read_to_their_end_also_where_they_hold_fewer_than_were_asked_for() {
    for (error, calls) in [
        (None, 8),
        (Some(Fault::TotalCountOfPage), 8),
        (Some(Fault::TotalCountOnly), 8),
        (Some(Fault::PageLinksOdd), 8),
        (Some(Fault::PageLinksElsewhere), 8),
        // The end is found by asking for what is past it.
        (Some(Fault::PageLinksMissing), 9),
        (Some(Fault::PageLinksForeign), 9),
        (Some(Fault::TotalCountWrong), 9),
    ] {
        let app = TestApp::start().await;
        app.world.set_residents("acme", 162_925, 750);
        app.world.set_fault(Target::Customers, Fault::PagesOfAHundred, Times::UntilCleared);
        if let Some(error) = error {
            app.world.set_fault(Target::Customers, error, Times::UntilCleared);
        }
        let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
        let home = browser.page.address.clone();
        let identity = app.identity("acme").await;
        let page = browser.get(&format!("{home}/as/{identity}/properties/162925")).await;
        assert!(page.shows("750 residents"), "{error:?}");
        assert_eq!(app.world.calls(Method::GetCustomers), calls, "{error:?}");
    }
}

#[tokio::test]
async fn pages_are_read_to_their_end_whatever_the_answers_say_of_it() {
    for error in [
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
        if let Some(error) = error {
            app.world.set_fault(Target::Customers, error, Times::UntilCleared);
        }
        let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
        let home = browser.page.address.clone();
        let identity = app.identity("acme").await;
        let page = browser.get(&format!("{home}/as/{identity}/properties/162925")).await;
        assert!(page.shows("1,000 residents"), "{error:?}");
        assert!(app.world.calls(Method::GetCustomers) <= 3, "{error:?}");
    }
    // A service that gives the first page again and again is asked twice.
    let app = TestApp::start().await;
    app.world.set_residents("acme", 162_925, 5_000);
    app.world.set_fault(Target::Customers, Fault::PageRepeats, Times::UntilCleared);
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    let identity = app.identity("acme").await;
    assert!(browser.get(&format!("{home}/as/{identity}/properties/162925")).await.shows("500 residents"));
    assert_eq!(app.world.calls(Method::GetCustomers), 2);
}
