//! Latchkey as Syncaroo's provider: codes, access tokens and refresh tokens.

use axum::http::{Method, StatusCode};
use futures_util::future::join_all;

use crate::tests::{
    app::TestApp,
    browser::Browser,
    syncaroo::{Answer, CLIENT_SECRET, REDIRECT, Server, Tokens, authorize, parameter, start},
};

async fn granted() -> (TestApp, Browser, Server, Tokens) {
    let app = start().await;
    let mut browser = app.signed_in("jane@acme.example").await;
    let tokens = app.grant(&mut browser, "99").await;
    let server = app.syncaroo();
    (app, browser, server, tokens)
}

#[tokio::test]
async fn a_code_is_exchanged_for_tokens_with_an_expiry_in_utc_without_a_zone() {
    let app = start().await;
    let mut browser = app.signed_in("jane@acme.example").await;
    let code = browser.approve("99").await;
    let answer = app.syncaroo().exchange(&code).await;
    let Tokens { access, refresh, expires } = answer.tokens();
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let form: String = expires.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(form, "0000-00-00T00:00:00");
    let in_an_hour = crate::server::clock::exact(app.clock.now() + 3_600);
    assert!(expires.as_str() <= in_an_hour.trim_end_matches('Z'));
    assert!(expires > crate::server::clock::exact(app.clock.now() + 3_500));
    assert!(access != refresh && access.len() >= 43 && refresh.len() >= 43);
    assert_eq!(app.syncaroo().status(&access).await, StatusCode::OK);
}

#[tokio::test]
async fn token_requests_with_errors_are_told_which() {
    let app = start().await;
    let mut browser = app.signed_in("jane@acme.example").await;
    let code = browser.approve("99").await;
    let server = app.syncaroo();
    let (code_grant, refresh_grant) = (("grantType", "authorization_code"), ("grantType", "refresh_token"));
    for bad in [("clientSecret", "wrong"), ("clientSecret", ""), ("clientId", "other"), ("clientId", "")] {
        server.token(&[code_grant, ("code", &code), bad]).await.is_refused(401, "invalid_client");
    }
    server.token(&[code_grant, ("code", &code), ("clientId", CLIENT_SECRET)]).await.is_refused(401, "invalid_client");
    server.token(&[("code", &code)]).await.is_refused(400, "invalid_request");
    server.token(&[("grant_type", "authorization_code"), ("code", &code)]).await.is_refused(400, "invalid_request");
    server.token(&[("grantType", "password")]).await.is_refused(400, "unsupported_grant_type");
    server.token(&[code_grant]).await.is_refused(400, "invalid_request");
    server.token(&[refresh_grant]).await.is_refused(400, "invalid_request");
    server.token(&[code_grant, ("code", &code), ("code", &code)]).await.is_refused(400, "invalid_request");
    server.token(&[code_grant, ("code", "never-issued")]).await.is_refused(400, "invalid_grant");
    server.token(&[refresh_grant, ("refreshToken", "never-issued")]).await.is_refused(400, "invalid_grant");
    server.token(&[refresh_grant, ("refreshToken", &code)]).await.is_refused(400, "invalid_grant");
    let other_address = ("redirectUri", "https://app.syncaroo.com/connection?tenant=7");
    server.token(&[code_grant, ("code", &code), other_address]).await.is_refused(400, "invalid_grant");
    let json = format!("{{\"code\":\"{code}\"}}");
    let answer = server.send(Method::POST, "/api/oauth/token", None, "application/json", json).await;
    answer.is_refused(400, "invalid_request");
    let large = format!("code={}", "x".repeat(17 * 1024));
    let form = "application/x-www-form-urlencoded";
    let answer = server.send(Method::POST, "/api/oauth/token", None, form, large).await;
    answer.is_refused(413, "invalid_request");
    // None of it used the code up.
    server.token(&[code_grant, ("code", &code), ("redirectUri", REDIRECT)]).await.tokens();
}

#[tokio::test]
async fn a_code_lives_for_60_seconds() {
    let app = start().await;
    let mut browser = app.signed_in("jane@acme.example").await;
    let code = browser.approve("99").await;
    app.clock.advance(59);
    app.syncaroo().exchange(&code).await.tokens();
    let code = browser.approve("100").await;
    app.clock.advance(60);
    app.syncaroo().exchange(&code).await.is_refused(400, "invalid_grant");
}

/// OpenID conformance: CodeReuse.
#[tokio::test]
async fn t42_a_code_that_is_used_again_revokes_the_grant() {
    let app = start().await;
    let mut browser = app.signed_in("jane@acme.example").await;
    let (code, server) = (browser.approve("99").await, app.syncaroo());
    let tokens = server.exchange(&code).await.tokens();
    server.exchange(&code).await.is_refused(400, "invalid_grant");
    assert_eq!(server.status(&tokens.access).await, StatusCode::UNAUTHORIZED);
    server.refresh(&tokens.refresh).await.is_refused(400, "invalid_grant");
    assert_eq!(app.count("select count(*) from audit where what = 'grant_reused' and detail = '99'").await, 1);
}

/// OpenID conformance: CodeReuseAfter30Seconds.
#[tokio::test]
async fn t42_a_code_that_is_used_again_later_revokes_the_grant() {
    for seconds in [30, 90, 3_000] {
        let app = start().await;
        let mut browser = app.signed_in("jane@acme.example").await;
        let (code, server) = (browser.approve("99").await, app.syncaroo());
        let tokens = server.exchange(&code).await.tokens();
        assert_eq!(server.status(&tokens.access).await, StatusCode::OK);
        app.clock.advance(seconds);
        app.app.sweep.delete_expired().await.unwrap();
        server.exchange(&code).await.is_refused(400, "invalid_grant");
        assert_eq!(server.status(&tokens.access).await, StatusCode::UNAUTHORIZED, "after {seconds} seconds");
    }
}

#[tokio::test]
async fn t42_of_parallel_exchanges_of_a_code_at_most_one_gets_tokens_and_none_works() {
    let app = start().await;
    let mut browser = app.signed_in("jane@acme.example").await;
    let (code, server) = (browser.approve("99").await, app.syncaroo());
    let answers = join_all((0..10).map(|_| server.exchange(&code))).await;
    let issued: Vec<_> = answers.iter().filter(|answer| answer.status == StatusCode::OK).collect();
    assert_eq!(issued.len(), 1);
    assert_eq!(server.status(&issued[0].tokens().access).await, StatusCode::UNAUTHORIZED);
}

/// OpenID conformance: RefreshToken.
#[tokio::test]
async fn a_refresh_token_gets_another_pair_once() {
    let (app, _, server, first) = granted().await;
    assert_eq!(server.status(&first.access).await, StatusCode::OK);
    let second = server.refresh(&first.refresh).await.tokens();
    assert!(second.access != first.access && second.refresh != first.refresh);
    assert_eq!(server.status(&second.access).await, StatusCode::OK);
    let third = server.refresh(&second.refresh).await.tokens();
    assert_eq!(server.status(&third.access).await, StatusCode::OK);
    assert_eq!(app.count("select count(*) from provider_grants").await, 1);
}

#[tokio::test]
async fn t42_a_refresh_token_that_is_used_again_revokes_the_grant() {
    // Its successor's access token was presented, or its refresh token.
    for presented in ["access", "refresh"] {
        let (app, _, server, first) = granted().await;
        let second = server.refresh(&first.refresh).await.tokens();
        let mut newest = second.access.clone();
        if presented == "access" {
            assert_eq!(server.status(&second.access).await, StatusCode::OK);
        } else {
            newest = server.refresh(&second.refresh).await.tokens().access;
        }
        server.refresh(&first.refresh).await.is_refused(400, "invalid_grant");
        assert_eq!(server.status(&newest).await, StatusCode::UNAUTHORIZED, "{presented}");
        server.refresh(&second.refresh).await.is_refused(400, "invalid_grant");
        assert_eq!(app.count("select count(*) from audit where what = 'grant_reused'").await, 1);
    }
}

#[tokio::test]
async fn t42_a_refresh_whose_answer_was_lost_is_answered_again() {
    let (_app, _, server, first) = granted().await;
    let lost = server.refresh(&first.refresh).await.tokens();
    let lost_again = server.refresh(&first.refresh).await.tokens();
    let third = server.refresh(&first.refresh).await.tokens();
    for replaced in [&lost, &lost_again] {
        assert_eq!(server.status(&replaced.access).await, StatusCode::UNAUTHORIZED);
        server.refresh(&replaced.refresh).await.is_refused(400, "invalid_grant");
    }
    assert_eq!(server.status(&third.access).await, StatusCode::OK);
    server.refresh(&third.refresh).await.tokens();
}

#[tokio::test]
async fn t42_a_lost_answer_is_given_again_after_long_silence_and_old_pairs_are_deleted() {
    let (app, _, server, first) = granted().await;
    app.clock.advance(60 * 86_400);
    server.refresh(&first.refresh).await.tokens();
    app.app.sweep.delete_expired().await.unwrap();
    let second = server.refresh(&first.refresh).await.tokens();
    assert_eq!(server.status(&second.access).await, StatusCode::OK);
    let third = server.refresh(&second.refresh).await.tokens();
    let pairs = "select count(*) from provider_tokens";
    for (days, count) in [(30, 3), (1, 1)] {
        app.clock.advance(days * 86_400);
        app.app.sweep.delete_expired().await.unwrap();
        assert_eq!(app.count(pairs).await, count, "after {days} more days");
    }
    server.refresh(&third.refresh).await.tokens();
}

#[tokio::test]
async fn t42_of_parallel_refreshes_one_chain_survives() {
    let (_app, _, server, first) = granted().await;
    let answers = join_all((0..10).map(|_| server.refresh(&first.refresh))).await;
    let pairs: Vec<Tokens> = answers.iter().filter(|a| a.status == StatusCode::OK).map(Answer::tokens).collect();
    assert!(!pairs.is_empty());
    let mut working = Vec::new();
    for pair in &pairs {
        if server.status(&pair.access).await == StatusCode::OK {
            working.push(pair);
        }
    }
    assert_eq!(working.len(), 1, "of {}", pairs.len());
    let next = server.refresh(&working[0].refresh).await.tokens();
    assert_eq!(server.status(&next.access).await, StatusCode::OK);
}

#[tokio::test]
async fn an_access_token_lives_for_an_hour_and_the_refresh_token_longer() {
    let (app, _, server, tokens) = granted().await;
    app.clock.advance(3_599);
    assert_eq!(server.status(&tokens.access).await, StatusCode::OK);
    app.clock.advance(1);
    assert_eq!(server.status(&tokens.access).await, StatusCode::UNAUTHORIZED);
    assert_eq!(server.update(&tokens.access, "{}").await.status, StatusCode::UNAUTHORIZED);
    app.clock.advance(170 * 86_400);
    app.app.sweep.delete_expired().await.unwrap();
    let next = server.refresh(&tokens.refresh).await.tokens();
    assert_eq!(server.status(&next.access).await, StatusCode::OK);
}

#[tokio::test]
async fn a_grant_that_nobody_used_for_half_a_year_ends() {
    let (app, _, server, tokens) = granted().await;
    app.clock.advance(180 * 86_400);
    server.refresh(&tokens.refresh).await.is_refused(400, "invalid_grant");
    app.clock.advance(1);
    app.app.sweep.delete_expired().await.unwrap();
    assert_eq!(app.count("select count(*) from provider_grants").await, 0);
}

#[tokio::test]
async fn tokens_work_after_a_restart() {
    let (mut app, _, server, first) = granted().await;
    let lost = server.refresh(&first.refresh).await.tokens();
    app.restart().await;
    let server = app.syncaroo();
    assert_eq!(server.status(&lost.access).await, StatusCode::OK);
    server.refresh(&lost.refresh).await.tokens();
}

#[tokio::test]
async fn a_second_approval_of_a_connection_replaces_the_first() {
    let (app, mut browser, server, first) = granted().await;
    let second = app.grant(&mut browser, "99").await;
    assert_eq!(server.status(&first.access).await, StatusCode::UNAUTHORIZED);
    server.refresh(&first.refresh).await.is_refused(400, "invalid_grant");
    assert_eq!(server.status(&second.access).await, StatusCode::OK);
    // Another account's approval counts once Syncaroo has exchanged its code: anybody may ask for any number.
    let mut joe = app.signed_in("joe@acme.example").await;
    let code = joe.approve("99").await;
    assert_eq!(server.status(&second.access).await, StatusCode::OK);
    let third = server.exchange(&code).await.tokens();
    assert_eq!(server.status(&second.access).await, StatusCode::UNAUTHORIZED);
    assert_eq!(server.status(&third.access).await, StatusCode::OK);
    // An approval replaces the code of the one before it.
    let old = joe.approve("99").await;
    joe.approve("99").await;
    server.exchange(&old).await.is_refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_disabled_account_gets_no_tokens_and_its_tokens_do_not_work() {
    let (app, mut browser, server, tokens) = granted().await;
    let code = browser.approve("100").await;
    app.disable_account("jane@acme.example").await;
    assert_eq!(server.status(&tokens.access).await, StatusCode::UNAUTHORIZED);
    assert_eq!(server.update(&tokens.access, "{}").await.status, StatusCode::UNAUTHORIZED);
    server.refresh(&tokens.refresh).await.is_refused(400, "invalid_grant");
    server.exchange(&code).await.is_refused(400, "invalid_grant");
}

#[tokio::test]
async fn the_owner_sees_grants_and_revokes_them() {
    let (app, mut browser, server, tokens) = granted().await;
    let other = app.grant(&mut browser, "100").await;
    let (provider, account) = (app.app.provider.clone().unwrap(), app.account_of("jane@acme.example").await);
    server.status(&tokens.access).await;
    server.update(&tokens.access, r#"{"locationId":"1198","apiUrl":"https://a.example/"}"#).await;
    let grants = provider.grants_of(&account).await.unwrap();
    let numbers: Vec<String> = grants.iter().map(|grant| grant.connection_id.to_string()).collect();
    assert_eq!(numbers.len(), 2);
    let used = grants.iter().find(|grant| grant.connection_id.number() == 99).unwrap();
    assert!(used.last_used_at.is_some() && used.updates[0].location_id == "1198");
    provider.revoke(&account, used.connection_id, Default::default()).await.unwrap();
    assert_eq!(server.status(&tokens.access).await, StatusCode::UNAUTHORIZED);
    server.refresh(&tokens.refresh).await.is_refused(400, "invalid_grant");
    assert_eq!(server.check(&other.access, "100").await.status, StatusCode::OK);
    assert_eq!(app.count("select count(*) from provider_updates").await, 0);
    // Not another account's.
    app.account("joe@acme.example").await;
    let joe = app.account_of("joe@acme.example").await;
    let connection = grants.iter().find(|grant| grant.connection_id.number() == 100).unwrap().connection_id;
    provider.revoke(&joe, connection, Default::default()).await.unwrap();
    assert!(provider.grants_of(&joe).await.unwrap().is_empty());
    assert_eq!(server.check(&other.access, "100").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_time_set_back_does_not_lengthen_the_life_of_a_code_or_token() {
    let (app, mut browser, server, tokens) = granted().await;
    app.clock.set(7_200);
    let (code, later) = (browser.approve("100").await, app.grant(&mut browser, "101").await);
    app.app.sweep.delete_expired().await.unwrap();
    app.clock.set(-7_200);
    app.app.sweep.delete_expired().await.unwrap();
    app.clock.advance(61);
    server.exchange(&code).await.is_refused(400, "invalid_grant");
    app.clock.advance(3_600);
    assert_eq!(server.check(&later.access, "101").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(server.status(&tokens.access).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn consent_asks_again_for_a_connection_that_was_approved_before() {
    let (_app, mut browser, _, _) = granted().await;
    let page = browser.get(&authorize(&[])).await;
    assert_eq!(page.name(), "consent");
    assert!(parameter(&browser.post_consent("/deny").await, "code").is_none());
}
