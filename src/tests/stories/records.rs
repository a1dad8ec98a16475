//! A company's data: the right ones, for whoever may read them, with their age, and without asking Entrata for more than is needed.

use std::time::Duration;

use axum::http::StatusCode;
use latchkey_sandbox::entrata::{Fault, Limits, Method, Target, Times};

use crate::tests::{
    app::{PASSWORD, TestApp},
    browser::{Browser, Page},
};

impl TestApp {
    /// Where the page of a property is, for somebody at `home`.
    async fn property(&self, home: &str, subdomain: &str, property: u64) -> String {
        format!("{home}/as/{}/properties/{property}", self.identity(subdomain).await)
    }
}

impl Page {
    /// How many rows its list has.
    fn rows(&self) -> usize {
        self.body.matches("<th scope=\"row\">").count()
    }

    fn trouble(&self) -> Option<&str> {
        self.body.split("data-trouble=\"").nth(1)?.split('"').next()
    }

    /// Where its links below an address lead, and what they say.
    fn links_below(&self, path: &str) -> Vec<(String, String)> {
        let links = self.body.split("href=\"").skip(1).filter(|link| link.starts_with(path));
        let link = |link: &str| {
            let (address, rest) = link.split_once('"')?;
            let words = rest.split_once('>')?.1.split('<').next()?;
            Some((address.to_owned(), words.to_owned()))
        };
        links.filter_map(link).collect()
    }

    fn title(&self) -> &str {
        self.body.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap_or_default()
    }

    /// The steps that stood there before the list did.
    fn steps(&self) -> Vec<&str> {
        let steps =
            self.body.split("<p data-step").skip(1).filter_map(|step| step.split('>').nth(1)?.split('<').next());
        steps.collect()
    }
}

async fn home(app: &TestApp, subdomain: &str, user_id: &str) -> (Browser, String) {
    let browser = app.linked("jane@acme.example", subdomain, user_id).await;
    let home = browser.page.address.clone();
    (browser, home)
}

#[tokio::test]
async fn the_properties_of_the_visit_s_company_are_listed_with_address_and_phone() {
    let app = TestApp::start().await;
    let (mut browser, home) = home(&app, "acme", "48213").await;
    let page = browser.get(&format!("{home}/properties")).await;
    assert_eq!((page.status, page.name(), page.rows()), (StatusCode::OK, "properties", 12));
    assert!(page.shows("1 Oak Street") && page.shows("Provo, UT 84601") && page.shows_text("Maple & Main"));
    assert_eq!(app.world.calls(Method::GetProperties), 1);
    let again = browser.get(&format!("{home}/properties?q=redstone+ii&sort=-name")).await;
    assert_eq!((again.rows(), again.steps().len()), (1, 0), "from what was read before, at once");
    assert_eq!(app.world.calls(Method::GetProperties), 1);
}

#[tokio::test]
async fn a_property_that_the_app_may_not_read_is_said_not_hidden() {
    let app = TestApp::start().await;
    let (mut browser, home) = home(&app, "acme", "48213").await;
    app.world.forbid_property("acme", 163_112);
    let page = browser.get(&format!("{home}/properties?q=harbour")).await;
    assert!(page.shows("No access") && page.shows("Harbour House"), "{}", page.body);
    let page = browser.get(&app.property(&home, "acme", 163_112).await).await;
    assert_eq!(page.trouble(), Some("not-permitted"));
    assert_eq!(app.world.calls(Method::GetCustomers), 0, "what is known to be refused is not asked for");
}

#[tokio::test]
async fn a_no_to_the_whole_list_of_properties_is_not_told_as_one_property_s() {
    let app = TestApp::start().await;
    let (mut browser, home) = home(&app, "acme", "48213").await;
    let list = format!("{home}/properties");
    assert_eq!(browser.get(&list).await.rows(), 12);
    for (error, calls) in [(Fault::Forbidden, 2), (Fault::PropertyForbidden, 3)] {
        app.clock.advance(10 * 60);
        app.world.set_fault(Target::Properties, error, Times::UntilCleared);
        browser.get(&list).await;
        settle(&app, Method::GetProperties, calls).await;
        let page = browser.get(&list).await;
        assert_eq!((page.trouble(), page.rows()), (Some("list-not-permitted"), 12), "those that the launch told");
        assert!(page.shows("doesn’t have access to the property list of Acme Residential Management"));
        assert!(!page.shows("this property") && !page.shows("No access") && !page.shows("Showing data from"));
    }
    assert!(browser.get(&app.property(&home, "acme", 162_925).await).await.rows() > 0, "its residents may be read");
    app.world.set_fault(Target::Customers, Fault::Forbidden, Times::UntilCleared);
    let page = browser.get(&app.property(&home, "acme", 162_931).await).await;
    assert_eq!(page.trouble(), Some("not-permitted"));
}

#[tokio::test]
async fn all_companies_are_shown_only_when_asked_for_each_row_named_and_read_as_its_own_user() {
    let app = TestApp::start().await;
    let mut browser = app.linked_twice().await;
    let home = browser.page.address.clone();
    let own = browser.get(&format!("{home}/properties")).await;
    assert!(own.shows_text("Beech & Rowan") && !own.shows("Oak Court"), "the visit's own company");
    assert!(
        app.world.requests().iter().all(|r| r.method != "getProperties" || r.subdomain.as_deref() == Some("beech"))
    );
    let all = browser.get(&format!("{home}/properties?all=1")).await;
    assert!(all.shows("Oak Court") && all.shows("Acme Residential Management") && all.shows("Only Beech"));
    for request in app.world.requests().iter().filter(|r| r.method == "getProperties") {
        assert_eq!((request.bearer_ok, request.status), (Some(true), Some(200)));
    }
    assert_eq!(app.world.calls(Method::GetProperties), 2);
}

#[tokio::test]
async fn the_residents_of_a_property_are_searched_sorted_and_paged() {
    let app = TestApp::start().await;
    app.world.set_residents("acme", 162_925, 1_234);
    let (mut browser, home) = home(&app, "acme", "48213").await;
    let property = app.property(&home, "acme", 162_925).await;
    let page = browser.get(&property).await;
    assert_eq!((page.name(), page.rows()), ("property", 100));
    assert!(page.shows("1,234 residents") && page.shows("Page 1 of 13"));
    assert_eq!(app.world.calls(Method::GetCustomers), 3);
    let last = browser.get(&format!("{property}?page=13")).await;
    assert_eq!(last.rows(), 34);
    let found = browser.get(&format!("{property}?q=notice&sort=name")).await;
    assert!(found.rows() > 0 && found.shows(" of 1,234 residents"));
    assert_eq!(app.world.calls(Method::GetCustomers), 3, "all of it from one reading");
    let whole = browser.get(&format!("{property}?whole=1")).await;
    assert_eq!(whole.rows(), 1_234, "for paper");
}

#[tokio::test]
async fn a_page_that_has_to_wait_tells_each_step_before_its_list_stands() {
    let app = TestApp::start().await;
    app.world.set_residents("acme", 162_925, 1_700);
    app.world.set_call_delay(Duration::from_millis(60));
    let (mut browser, home) = home(&app, "acme", "48213").await;
    let page = browser.get(&app.property(&home, "acme", 162_925).await).await;
    let steps = page.steps().join("\n");
    assert!(steps.contains("Loading residents… 1,000 of about 2,000"), "{steps}");
    let order = [page.body.find("<header"), page.body.find("data-step"), page.body.find("<table")];
    assert!(order.is_sorted() && order[0].is_some(), "{order:?}");
    assert!(page.header("cache-control").contains("no-store") && !page.header("content-security-policy").is_empty());
}

#[tokio::test]
async fn pages_are_counted_by_what_one_really_holds() {
    let app = TestApp::start().await;
    app.world.set_residents("acme", 162_925, 450);
    app.world.set_fault(Target::Customers, Fault::PagesOfAHundred, Times::UntilCleared);
    app.world.set_call_delay(Duration::from_millis(60));
    let (mut browser, home) = home(&app, "acme", "48213").await;
    let page = browser.get(&app.property(&home, "acme", 162_925).await).await;
    let steps = page.steps().join("\n");
    assert!(steps.contains("… 100 of about 500") && steps.contains("… 400 of about 500"), "{steps}");
    assert!(page.shows("450 residents"));
}

#[tokio::test]
async fn no_property_passes_for_one_that_may_not_be_read_because_a_page_held_fewer_than_were_asked_for() {
    let app = TestApp::start().await;
    app.world.set_fault(Target::Properties, Fault::PagesOfAHundred, Times::UntilCleared);
    let (mut browser, home) = home(&app, "granite", "90210001").await;
    let page = browser.get(&format!("{home}/properties?whole=1")).await;
    assert_eq!((page.rows(), page.shows("No access")), (800, false));
    assert_eq!(app.world.calls(Method::GetProperties), 8);
}

#[tokio::test]
async fn a_resident_s_page_shows_the_leases_that_they_are_on() {
    let app = TestApp::start().await;
    let (mut browser, home) = home(&app, "acme", "48213").await;
    let property = app.property(&home, "acme", 162_925).await;
    let list = browser.get(&property).await;
    let link = list.body.split(&format!("href=\"{property}/residents/")).nth(1).unwrap().split('"').next().unwrap();
    let page = browser.get(&format!("{property}/residents/{link}")).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "resident"));
    assert!(page.shows("class=\"card lease\"") && page.shows("Residents: "), "{}", page.body);
    assert_eq!(browser.get(&format!("{property}/residents/nobody")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_was_read_last_is_shown_with_its_age_while_entrata_is_down() {
    let app = TestApp::start().await;
    let (mut browser, home) = home(&app, "acme", "48213").await;
    let list = format!("{home}/properties");
    browser.get(&list).await;
    app.clock.advance(40 * 60);
    app.world.set_fault(Target::Services, Fault::Status502, Times::UntilCleared);
    browser.get(&list).await;
    settle(&app, Method::GetProperties, 4).await;
    let page = browser.get(&list).await;
    assert_eq!((page.trouble(), page.rows()), (Some("down"), 12));
    assert!(page.shows("Showing data from") && page.shows("40 minutes ago"));
    app.world.clear_faults();
    let refreshed = browser.submit("/refresh", &[]).await;
    assert_eq!(refreshed.name(), "properties");
    settle(&app, Method::GetProperties, 5).await;
    let page = browser.get(&list).await;
    assert_eq!((page.trouble(), page.rows()), (None, 12));
    assert!(page.shows("just now"));
}

#[tokio::test]
async fn a_list_that_is_read_anew_says_so_with_a_link_to_the_update_and_does_not_say_so_once_that_is_over() {
    let app = TestApp::start().await;
    let (mut browser, home) = home(&app, "acme", "48213").await;
    let property = app.property(&home, "acme", 162_925).await;
    let lists = [
        (format!("{home}/properties?q=oak"), Method::GetProperties, Target::Properties),
        (property, Method::GetCustomers, Target::Customers),
    ];
    for (list, method, target) in lists {
        browser.get(&list).await;
        for error in [None, Some(Fault::Status502), Some(Fault::TooManyNoWait)] {
            app.clock.advance(10 * 60);
            app.world.set_call_delay(Duration::from_millis(300));
            error.iter().for_each(|error| app.world.set_fault(target, *error, Times::Next(1)));
            let calls = app.world.calls(method);
            let page = browser.get(&list).await;
            let link = format!("<a href=\"{list}\">Check again</a>");
            assert!(page.shows("data-reading") && page.shows(&link), "{list} {error:?}: {}", page.body);
            if error == Some(Fault::TooManyNoWait) {
                settle(&app, method, calls + 1).await;
                tokio::time::sleep(Duration::from_millis(500)).await;
                let page = browser.get(&list).await;
                assert!(
                    page.shows(" · Updating… Entrata is busy. Continuing in 30 seconds. "),
                    "{list}: {}",
                    page.body
                );
                continue;
            }
            settle(&app, method, calls + if error.is_some() { 2 } else { 1 }).await;
            tokio::time::sleep(Duration::from_millis(500)).await;
            let page = browser.get(&list).await;
            assert!(!page.shows("data-reading") && !page.shows("Updating…"), "{list} {error:?}: {}", page.body);
        }
        app.world.set_call_delay(Duration::ZERO);
        // The company has to be left alone for 30 seconds.
        app.clock.advance(60);
    }
}

#[tokio::test]
async fn a_reading_that_ends_with_too_many_requests_gives_that_reason() {
    let app = TestApp::start().await;
    let (mut browser, home) = home(&app, "acme", "48213").await;
    let list = format!("{home}/properties");
    browser.get(&list).await;
    app.clock.advance(10 * 60);
    app.world.set_limits("acme", Limits { hour: 1, ..Limits::default() });
    let calls = app.world.calls(Method::GetProperties);
    browser.get(&list).await;
    settle(&app, Method::GetProperties, calls + 1).await;
    let page = browser.get(&list).await;
    assert_eq!((page.trouble(), page.rows(), page.shows("data-reading")), (Some("limited"), 12, false));
    assert!(page.shows("Entrata is busy. Try again in "));
}

#[tokio::test]
async fn an_open_page_that_asks_for_itself_again_does_not_make_entrata_be_asked_again() {
    let app = TestApp::start().await;
    let (mut browser, home) = home(&app, "acme", "48213").await;
    let list = format!("{home}/properties");
    browser.get(&list).await;
    app.clock.advance(10 * 60);
    app.world.set_fault(Target::Services, Fault::ErrorIn200, Times::UntilCleared);
    let calls = app.world.calls(Method::GetProperties);
    browser.get(&list).await;
    settle(&app, Method::GetProperties, calls + 1).await;
    // Every five seconds at the least, says src/frame/list_updates.js.
    app.clock.advance(5);
    let page = browser.get(&list).await;
    assert_eq!((page.trouble(), page.shows("data-reading")), (Some("not-understood"), false));
    settle(&app, Method::GetProperties, calls + 1).await;
}

/// Until as many calls of a method were made, and their answer is read.
async fn settle(app: &TestApp, method: Method, calls: usize) {
    for _ in 0..200 {
        if app.world.calls(method) >= calls {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(app.world.calls(method), calls);
    tokio::time::sleep(Duration::from_millis(100)).await;
}

#[tokio::test]
async fn nothing_to_show_and_entrata_down_says_so_and_what_the_launch_told_stands_there() {
    let app = TestApp::start().await;
    let (mut browser, home) = home(&app, "acme", "48213").await;
    app.world.set_fault(Target::Services, Fault::Status502, Times::UntilCleared);
    let page = browser.get(&format!("{home}/properties")).await;
    assert_eq!((page.status, page.trouble(), page.rows()), (StatusCode::OK, Some("down"), 12));
    let page = browser.get(&app.property(&home, "acme", 162_925).await).await;
    assert_eq!((page.trouble(), page.rows()), (Some("down"), 0));
}

#[tokio::test]
async fn a_token_that_is_gone_ends_in_open_again_from_entrata_and_takes_away_what_was_read() {
    let app = TestApp::start().await;
    let (mut browser, home) = home(&app, "acme", "48213").await;
    let property = app.property(&home, "acme", 162_925).await;
    assert!(browser.get(&property).await.rows() > 0);
    app.world.advance(Duration::from_secs(91 * 24 * 60 * 60));
    app.clock.advance(20 * 60);
    browser.get(&property).await;
    settle(&app, Method::GetCustomers, 2).await;
    let page = browser.get(&property).await;
    assert_eq!((page.status, page.trouble(), page.rows()), (StatusCode::OK, Some("open-again"), 0));
    assert!(page.shows("Open Latchkey again from Entrata"));
    browser.get(&property).await;
    assert_eq!(app.world.calls(Method::GetCustomers), 2, "not asked again with the token that is gone");
    app.clock.advance(1);
    let home = browser.launch(&app.code("acme", "48213")).await.address;
    let page = browser.get(&app.property(&home, "acme", 162_925).await).await;
    assert!(page.trouble().is_none() && page.rows() > 0, "the launch brought a new token");
}

#[tokio::test]
async fn nobody_reads_as_a_user_that_is_not_linked_to_them_nor_what_their_user_may_not_see() {
    let app = TestApp::start().await;
    let (mut jane, janes) = home(&app, "acme", "48213").await;
    let as_jane = app.property(&janes, "acme", 162_925).await;
    assert!(jane.get(&as_jane).await.rows() > 0);
    let mut lee = app.linked("lee@acme.example", "acme", "51877").await;
    let lees = lee.page.address.clone();
    let stolen = as_jane.replace(&janes, &lees);
    let calls = app.world.requests().len();
    for path in ["", "/residents.csv", "/residents/1"] {
        assert_eq!(lee.get(&format!("{stolen}{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(app.world.requests().len(), calls);
    let of_lee: String = sqlx::query_scalar("select id from identities where user_id = '51877'")
        .fetch_one(app.app.core.storage.reader().pool())
        .await
        .unwrap();
    for property in ["162925", "1", "..", "%2e%2e", "1%2F2", &"9".repeat(500)] {
        let page = lee.get(&format!("{lees}/as/{of_lee}/properties/{property}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{property}");
    }
    assert_eq!(app.world.calls(Method::GetCustomers), 1, "jane's");
    let list = lee.get(&format!("{lees}/properties")).await;
    assert_eq!(list.rows(), 1, "her user's own, not what was read as another of the same company");
}

#[tokio::test]
async fn unlinking_drops_what_was_read_and_nothing_more_is_asked_for() {
    let app = TestApp::start().await;
    let mut browser = app.linked_twice().await;
    let home = browser.page.address.clone();
    let acme = app.identity("acme").await;
    let property = app.property(&home, "acme", 162_925).await;
    assert!(browser.get(&property).await.rows() > 0);
    let calls = app.world.requests().len();
    let gone = browser.unlink(&home, &acme, &[("password", PASSWORD)]).await;
    assert_eq!(gone.status, StatusCode::OK);
    assert_eq!(browser.get(&property).await.status, StatusCode::NOT_FOUND);
    let all = browser.get(&format!("{home}/properties?all=1")).await;
    assert!(!all.shows("Oak Court"));
    assert!(app.world.requests().iter().skip(calls).all(|r| r.subdomain.as_deref() != Some("acme")));
    // Linked again, it is read again: nothing of before was kept.
    let read = app.world.calls(Method::GetCustomers);
    browser.launch(&app.code("acme", "48213")).await;
    browser.sign_in("jane@acme.example", PASSWORD).await;
    let home = browser.confirm().await.address;
    assert!(browser.get(&app.property(&home, "acme", 162_925).await).await.rows() > 0);
    assert_eq!(app.world.calls(Method::GetCustomers), read + 1);
}

#[tokio::test]
async fn one_call_at_a_time_is_made_to_a_company_however_many_pages_are_opened() {
    let app = TestApp::start().await;
    app.world.set_call_delay(Duration::from_millis(40));
    let (browser, home) = home(&app, "acme", "48213").await;
    let identity = app.identity("acme").await;
    let properties = ["162925", "162931", "163008", "163112", "163240", "164001"];
    let pages = properties.map(|property| {
        let (mut browser, address) = (browser.clone(), format!("{home}/as/{identity}/properties/{property}"));
        tokio::spawn(async move { browser.get(&address).await.rows() })
    });
    for page in pages {
        assert!(page.await.unwrap() > 0);
    }
    assert_eq!(app.world.max_concurrent_calls("acme"), 1);
    assert_eq!(app.world.calls(Method::GetCustomers), 6);
    assert_eq!(app.world.calls(Method::GetProperties), 1, "asked for by all, read once");
}

#[tokio::test]
async fn a_used_up_allowance_is_not_tried_and_says_when_it_is_over() {
    let app = TestApp::start().await;
    app.world.set_limits("acme", Limits { hour: 1, ..Limits::default() });
    let (mut browser, home) = home(&app, "acme", "48213").await;
    assert_eq!(browser.get(&format!("{home}/properties")).await.rows(), 12);
    let page = browser.get(&app.property(&home, "acme", 162_925).await).await;
    assert_eq!(page.trouble(), Some("limited"));
    assert!(page.shows("Try again in "), "{}", page.body);
    assert_eq!(app.world.calls(Method::GetCustomers), 0, "not sent, since the answer before said that nothing is left");
}

#[tokio::test]
async fn a_company_that_has_not_enabled_the_app_is_told_so_and_what_passes_is_tried_again() {
    let app = TestApp::start().await;
    let (mut browser, home) = home(&app, "acme", "48213").await;
    app.world.set_fault(Target::Customers, Fault::Transient, Times::Next(2));
    let page = browser.get(&app.property(&home, "acme", 162_925).await).await;
    assert!(page.rows() > 0 && page.trouble().is_none());
    assert_eq!(app.world.calls(Method::GetCustomers), 3);
    app.world.suspend_company("acme");
    let page = browser.get(&app.property(&home, "acme", 162_931).await).await;
    assert_eq!((page.trouble(), page.rows()), (Some("not-enabled"), 0));
    assert_eq!(app.world.calls(Method::GetCustomers), 4, "a no is not asked for again");
}

#[tokio::test]
async fn a_list_is_a_file_with_all_its_rows_as_they_were_searched() {
    let app = TestApp::start().await;
    app.world.set_residents("acme", 162_925, 800);
    let (mut browser, home) = home(&app, "acme", "48213").await;
    let property = app.property(&home, "acme", 162_925).await;
    let file = browser.get(&format!("{property}/residents.csv")).await;
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"oak-court-residents.csv\"");
    assert_eq!(file.body.lines().count(), 801);
    let file = browser.get(&format!("{home}/properties/list.csv?q=boise&sort=-name")).await;
    let names: Vec<_> = file.body.lines().skip(1).map(|line| line.split(',').nth(2).unwrap().to_owned()).collect();
    assert_eq!(names, ["Willow Bend", "The Alder"]);
    app.world.set_fault(Target::Services, Fault::Status502, Times::UntilCleared);
    let none = browser.get(&format!("{}/residents.csv", app.property(&home, "acme", 162_931).await)).await;
    assert_eq!((none.name(), none.trouble()), ("property", Some("down")), "the page says why there is no file");
}

#[tokio::test]
async fn a_list_that_was_not_read_offers_no_file() {
    let app = TestApp::start().await;
    let (mut browser, home) = home(&app, "acme", "48213").await;
    let property = app.property(&home, "acme", 162_925).await;
    app.world.set_fault(Target::Services, Fault::Status502, Times::UntilCleared);
    let down = browser.get(&property).await;
    assert_eq!((down.name(), down.trouble(), down.rows()), ("property", Some("down"), 0));
    assert!(!down.shows("Download as CSV") && !down.shows("residents.csv"));
    app.world.clear_faults();
    let refreshed = browser.submit("/refresh", &[]).await;
    assert!(refreshed.rows() > 0 && refreshed.shows("Download as CSV"));
    let searched = browser.get(&format!("{property}?q=nobody+has+this+name")).await;
    assert!(searched.rows() == 0 && searched.shows("Download as CSV"), "there is a list to take along");
}

#[tokio::test]
async fn the_title_of_a_page_names_the_property_or_the_resident() {
    let app = TestApp::start().await;
    let (mut browser, home) = home(&app, "acme", "48213").await;
    let property = app.property(&home, "acme", 162_925).await;
    let page = browser.get(&property).await;
    assert_eq!(page.title(), "Oak Court · Latchkey");
    let (address, name) = page.links_below(&format!("{property}/residents/")).remove(0);
    let title = format!("{name} · Latchkey");
    assert_eq!(browser.get(&address).await.title(), title);

    // Where the list is still to be read, the title was sent before: script takes it from the content.
    let fresh = TestApp::start().await;
    let (mut browser, home) = self::home(&fresh, "acme", "48213").await;
    let property = fresh.property(&home, "acme", 162_925).await;
    let ending = address.rsplit_once("/residents/").unwrap().1;
    let resident = browser.get(&format!("{property}/residents/{ending}")).await;
    assert_eq!(resident.title(), "Resident · Latchkey");
    assert!(resident.shows(&format!("data-title=\"{title}\"")), "{}", resident.body);
}

#[tokio::test]
async fn a_hostile_name_is_text_in_a_title_too() {
    let app = TestApp::start().await;
    let (mut browser, home) = home(&app, "mallory", "e0e0e0e0e0").await;
    let list = browser.get(&format!("{home}/properties")).await;
    let properties = list.links_below(&format!("{home}/as/"));
    assert!(properties.iter().any(|(_, name)| name.contains("&lt;")), "{properties:?}");
    for (address, name) in properties {
        let page = browser.get(&address).await;
        assert_eq!(page.title(), format!("{name} · Latchkey"));
        assert!(!page.title().contains('<') && !page.shows("\u{202E}"));
    }
}

#[tokio::test]
async fn names_from_entrata_are_text_wherever_they_are_shown() {
    let app = TestApp::start().await;
    let (mut browser, home) = home(&app, "mallory", "e0e0e0e0e0").await;
    let list = browser.get(&format!("{home}/properties")).await;
    assert!(list.rows() > 0 && !list.shows("<script>alert") && !list.shows("\u{202E}"));
    let found = browser.get(&format!("{home}/properties?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")).await;
    assert!(!found.shows("<script>alert(1)"), "nor what is searched for");
}

#[tokio::test]
async fn xml_and_the_other_casing_lead_to_the_same_pages() {
    let mut shown = Vec::new();
    for settings in [
        vec![],
        vec![("ENTRATA_API_FORMAT", "xml")],
        vec![("ENTRATA_API_FORMAT", "xml"), ("ENTRATA_API_PARAMETERS", "property_id")],
    ] {
        let app = TestApp::with(&settings).await;
        let (mut browser, home) = home(&app, "acme", "48213").await;
        let list = browser.get(&format!("{home}/properties/list.csv")).await.body;
        let property = app.property(&home, "acme", 162_925).await;
        shown.push((list, browser.get(&format!("{property}/residents.csv")).await.body));
        let format = if settings.is_empty() { "json" } else { "xml" };
        let requests = app.world.requests();
        assert!(requests.iter().filter(|r| r.method == "getCustomers").all(|r| r.format == Some(format)));
    }
    assert_eq!(shown[0], shown[1]);
    assert_eq!(shown[0], shown[2]);
    assert!(shown[0].1.lines().count() > 20);
}

#[tokio::test]
async fn what_somebody_waits_for_is_not_shown_once_their_visit_is_over() {
    let app = TestApp::start().await;
    app.world.set_call_delay(Duration::from_millis(400));
    let (browser, home) = home(&app, "acme", "48213").await;
    let property = app.property(&home, "acme", 162_925).await;
    for (address, status) in
        [(property.clone(), StatusCode::OK), (format!("{property}/residents.csv"), StatusCode::UNAUTHORIZED)]
    {
        let (mut waits, mut elsewhere) = (browser.clone(), Browser::new(&app));
        let page = tokio::spawn(async move { waits.get(&address).await });
        tokio::time::sleep(Duration::from_millis(150)).await;
        let other = elsewhere.launch(&app.code("acme", "48213")).await.address;
        elsewhere.submit_at(&format!("{other}/sign-out-everywhere")).await;
        let page = page.await.unwrap();
        assert_eq!((page.status, page.rows()), (status, 0));
        assert!(!page.shows("@example.com"), "{}", page.body);
    }
}

#[tokio::test]
async fn rights_that_a_launch_takes_away_are_gone_from_the_lists_at_once() {
    let app = TestApp::start().await;
    let (mut browser, home) = home(&app, "acme", "48213").await;
    assert_eq!(browser.get(&format!("{home}/properties")).await.rows(), 12);
    let few = app.world.staff("acme", 51_877).unwrap().properties;
    app.world.set_properties("acme", 48_213, few);
    let home = browser.launch(&app.code("acme", "48213")).await.address;
    assert_eq!(browser.get(&format!("{home}/properties")).await.rows(), 1);
}

#[tokio::test]
async fn a_row_that_is_larger_than_any_row_is_refused_and_takes_no_memory() {
    use crate::server::{connectors::entrata::read_residents, outbound::Answer};
    let many = "{\"\":0},".repeat(100_000);
    for list in [format!("[{{\"Id\":8,\"x\":[{many}0]}}]"), format!("{{\"Id\":8,\"x\":[{many}0]}}")] {
        let body = format!("{{\"response\":{{\"result\":{{\"Customers\":{{\"Customer\":{list}}}}}}}}}");
        assert!(read_residents(&Answer::new(StatusCode::OK, body)).is_err());
    }
    let many = "<x>0</x>".repeat(100_000);
    let body =
        format!("<response><result><Customers><Customer Id=\"8\">{many}</Customer></Customers></result></response>");
    assert!(read_residents(&Answer::new(StatusCode::OK, body)).is_err());
}

#[tokio::test]
async fn a_list_that_was_never_read_is_not_called_empty() {
    let app = TestApp::start().await;
    let (mut browser, home) = home(&app, "acme", "48213").await;
    app.world.set_fault(Target::Services, Fault::Status502, Times::UntilCleared);
    let page = browser.get(&app.property(&home, "acme", 162_925).await).await;
    assert!(!page.shows("No residents"), "{}", page.body);
}
