//! Connecting ActiveBuilding and Gryphtech REX, whose credentials are typed into our form.

use std::time::Duration;

use axum::http::StatusCode;
use latchkey_sandbox::simulation::Fault;

use crate::tests::systems::{Systems, connection_of};

/// Refused attempts of an account in a minute.
const REFUSED_CONNECTS_PER_MINUTE: u32 = 30;
const ACTIVEBUILDING: &str = "/connections/activebuilding/connect";
const REX: &str = "/connections/rex/connect";

#[tokio::test]
async fn activebuilding_is_connected_with_a_user_name_and_a_password() {
    let systems = Systems::start().await;
    let mut browser = systems.linked().await;
    let user = systems.activebuilding.users().swap_remove(0);
    let page = systems.connect_activebuilding(&mut browser).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "connection"));
    assert!(page.shows_text(&user.full_name) && !page.shows(&user.password));
    assert!(systems.open(&mut browser).await.shows("data-system=\"activebuilding\""));
    let secrets = [user.password.as_bytes()];
    let stored = systems.app.database_bytes();
    assert!(secrets.iter().all(|secret| !stored.windows(secret.len()).any(|part| part == *secret)));
}

#[tokio::test]
async fn a_wrong_password_shows_the_form_with_the_user_name_and_without_the_password() {
    let systems = Systems::start().await;
    let mut browser = systems.linked().await;
    let user = systems.activebuilding.users().swap_remove(0);
    systems.open(&mut browser).await;
    let fields = [("username", user.email.as_str()), ("password", "wrong-horse")];
    let page = browser.submit(ACTIVEBUILDING, &fields).await;
    assert_eq!((page.status, page.name()), (StatusCode::UNPROCESSABLE_ENTITY, "connections"));
    assert!(page.shows(&format!("value=\"{}\"", user.email)) && !page.shows("wrong-horse"));
    assert!(page.shows("role=\"alert\"") && page.has_form(ACTIVEBUILDING));
    assert_eq!(systems.app.count("select count(*) from connections").await, 0);
}

#[tokio::test]
async fn rex_is_connected_with_its_keys_and_wrong_ones_are_refused() {
    let systems = Systems::start().await;
    let mut browser = systems.linked().await;
    let keys = systems.rex.key_sets().swap_remove(0);
    systems.open(&mut browser).await;
    let fields = |secret: &'static str| [("api_key", keys.api_key.clone()), ("secret_key", secret.to_owned())];
    let wrong = fields("00000000-0000-4000-8000-000000000000");
    let mut wrong: Vec<(&str, &str)> = wrong.iter().map(|(name, value)| (*name, value.as_str())).collect();
    wrong.push(("integrator_id", &keys.integrator_id));
    let page = browser.submit(REX, &wrong).await;
    assert_eq!((page.status, page.name()), (StatusCode::UNPROCESSABLE_ENTITY, "connections"));
    assert!(page.shows(&format!("value=\"{}\"", keys.integrator_id)) && !page.shows(&keys.api_key));
    let right = [
        ("api_key", keys.api_key.as_str()),
        ("secret_key", keys.secret_key.as_str()),
        ("integrator_id", keys.integrator_id.as_str()),
    ];
    let page = browser.submit(REX, &right).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "connection"));
    assert!(!page.shows(&keys.secret_key) && !page.shows(&keys.api_key));
}

#[tokio::test]
async fn a_system_that_cant_be_reached_shows_the_form_again() {
    let systems = Systems::start().await;
    let mut browser = systems.linked().await;
    for (fault, status) in [
        (Fault::Status(503), StatusCode::BAD_GATEWAY),
        (Fault::Html, StatusCode::BAD_GATEWAY),
        (Fault::Slow(Duration::from_secs(4)), StatusCode::GATEWAY_TIMEOUT),
    ] {
        systems.open(&mut browser).await;
        systems.activebuilding.simulation().faults.set("", fault, 1);
        let page = browser.submit(ACTIVEBUILDING, &[("username", "pat@oak.example"), ("password", "secret-7")]).await;
        assert_eq!((page.status, page.name()), (status, "connections"), "{fault:?}");
        assert!(page.shows("value=\"pat@oak.example\"") && !page.shows("secret-7"));
    }
}

#[tokio::test]
async fn hostile_input_is_refused_with_words_and_nothing_is_sent() {
    let systems = Systems::start().await;
    let mut browser = systems.linked().await;
    let long = "é".repeat(32 * 1024);
    for (form, names) in
        [(ACTIVEBUILDING, &["username", "password"][..]), (REX, &["api_key", "secret_key", "integrator_id"][..])]
    {
        for name in names {
            for hostile in ["", " ", long.as_str(), "a\u{0}b", "a\r\nb", "\u{202E}pat", "a\u{200B}b"] {
                if (*name, hostile) == ("password", " ") {
                    continue;
                }
                systems.open(&mut browser).await;
                let usual = names.iter().map(|name| (*name, "0A1B2C3D-0B7D-4E39-9A64-2D5E7C11B0A1"));
                let fields: Vec<_> = usual.map(|(n, value)| (n, if n == *name { hostile } else { value })).collect();
                let page = browser.submit(form, &fields).await;
                let about = format!("{form} {name} {:?}", hostile.chars().take(9).collect::<String>());
                assert_eq!((page.status, page.name()), (StatusCode::UNPROCESSABLE_ENTITY, "connections"), "{about}");
                assert!(page.shows("class=\"error\"") && page.shows("aria-invalid=\"true\""), "{about}");
                assert!(page.body.len() < 100_000 && !page.shows("\u{202E}") && !page.shows("\u{0}"), "{about}");
            }
        }
    }
    systems.open(&mut browser).await;
    let repeated = browser.page.form(ACTIVEBUILDING);
    let mut repeated = repeated.with(&[("username", "a"), ("password", "b")]);
    repeated.fields.push(("username".into(), "c".into()));
    assert_eq!(browser.post(&repeated).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(systems.requests(), 0);
}

#[tokio::test]
async fn reconnecting_with_credentials_keeps_the_connection() {
    let systems = Systems::start().await;
    let mut browser = systems.linked().await;
    let user = systems.activebuilding.users().swap_remove(0);
    let page = systems.connect_activebuilding(&mut browser).await;
    let id = connection_of(&page.address);
    let wrong = [("username", user.email.as_str()), ("password", "wrong-horse")];
    let page = browser.submit("/reconnect", &wrong).await;
    assert_eq!((page.status, page.name()), (StatusCode::UNPROCESSABLE_ENTITY, "connection"));
    assert!(page.shows(&format!("value=\"{}\"", user.email)) && !page.shows("wrong-horse"));
    assert!(page.address.ends_with(&format!("/connections/{id}")));
    let right = [("username", user.email.as_str()), ("password", user.password.as_str())];
    let page = browser.submit("/reconnect", &right).await;
    assert_eq!((page.name(), connection_of(&page.address)), ("connection", id));
    assert_eq!(systems.app.count("select count(*) from connections").await, 1);
}

#[tokio::test]
async fn a_cookieless_frame_connects_activebuilding_too() {
    let systems = Systems::start().await;
    let mut browser = systems.app.cookieless("jane@acme.example", "acme", "48213").await;
    assert_eq!(systems.connect_activebuilding(&mut browser).await.name(), "connection");
}

#[tokio::test]
async fn an_account_can_guess_passwords_of_another_system_only_slowly() {
    let systems = Systems::start().await;
    let mut browser = systems.linked().await;
    let user = systems.activebuilding.users().swap_remove(0);
    let form = systems.open(&mut browser).await.form(ACTIVEBUILDING);
    let wrong = form.clone().with(&[("username", &user.email), ("password", "wrong-horse")]);
    for _ in 0..REFUSED_CONNECTS_PER_MINUTE {
        assert_eq!(browser.post(&wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let page = browser.post(&wrong).await;
    assert_eq!((page.status, page.name()), (StatusCode::TOO_MANY_REQUESTS, "unavailable"));
    assert!(!page.header("retry-after").is_empty());
    assert_eq!(systems.requests(), usize::try_from(REFUSED_CONNECTS_PER_MINUTE).unwrap());
    systems.app.clock.advance(60);
    let right = form.with(&[("username", &user.email), ("password", &user.password)]);
    assert_eq!(browser.post(&right).await.name(), "connection");
}
