//! Plays Syncaroo in front of Latchkey as its provider: its user's browser and its server.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use serde_json::Value;
use tower::ServiceExt;

use super::{
    app::{PASSWORD, TestApp},
    browser::{Browser, Page},
};
use crate::server::{
    account::Account, account_management, audit::ClientInfo, company, link_management::remove_link, storage::accounts,
};

pub const CLIENT_ID: &str = "xyz1243";
pub const CLIENT_SECRET: &str = "canary-provider-secret-0123456789";
pub const REDIRECT: &str = "https://app.syncaroo.com/connection";
/// A registered address that has a query.
pub const REDIRECT_WITH_QUERY: &str = "https://app.syncaroo.com/connection?tenant=7";

pub const SETTINGS: &[(&str, &str)] = &[
    ("SYNCAROO_PROVIDER_CLIENT_ID", CLIENT_ID),
    ("SYNCAROO_PROVIDER_CLIENT_SECRET", CLIENT_SECRET),
    ("SYNCAROO_REDIRECT_URIS", "https://app.syncaroo.com/connection, https://app.syncaroo.com/connection?tenant=7"),
];

/// Syncaroo's server. It sends neither cookies nor headers of browsers.
#[derive(Clone)]
pub struct Server(Router);

#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

#[derive(Debug, Clone)]
pub struct Tokens {
    pub access: String,
    pub refresh: String,
    pub expires: String,
}

/// Starts the app with the provider on.
pub async fn start() -> TestApp {
    TestApp::with(SETTINGS).await
}

/// Returns the address of an authorization request with these changes. An empty value leaves a parameter out.
pub fn authorize(changes: &[(&str, &str)]) -> String {
    let usual = [("connectionId", "99"), ("clientId", CLIENT_ID), ("redirectUri", REDIRECT), ("responseType", "code")];
    let changed = |name: &str| changes.iter().find(|(n, _)| *n == name).map(|(_, value)| *value);
    let pairs = usual.iter().map(|(name, value)| (*name, changed(name).unwrap_or(value)));
    let pairs = pairs.filter(|(_, value)| !value.is_empty());
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("/api/oauth/authorize?{query}")
}

/// Returns a parameter of an address.
pub fn parameter(address: &str, name: &str) -> Option<String> {
    let query = address.split_once('?')?.1;
    form_urlencoded::parse(query.as_bytes()).find(|(n, _)| n == name).map(|(_, value)| value.into_owned())
}

impl Browser {
    /// Posts the consent page's form and returns the address that the browser is sent to.
    pub async fn post_consent(&mut self, ending: &str) -> String {
        let page = self.answer_consent(ending).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        page.header("location").to_owned()
    }

    /// Posts the consent page's form.
    pub async fn answer_consent(&mut self, ending: &str) -> Page {
        let form = self.page.form(ending);
        self.send(Method::POST, &form.action, "same-origin", Some(&form)).await
    }

    /// Approves a connection and returns its code.
    pub async fn approve(&mut self, connection: &str) -> String {
        self.get(&authorize(&[("connectionId", connection)])).await;
        assert_eq!(self.page.name(), "consent", "{}", self.page.body);
        parameter(&self.post_consent("/approve").await, "code").unwrap()
    }
}

impl TestApp {
    /// Creates an account and returns a browser in which it has signed in without a launch.
    pub async fn signed_in(&self, email: &str) -> Browser {
        self.account(email).await;
        let mut browser = Browser::new(self);
        browser.get("/login").await;
        browser.sign_in(email, PASSWORD).await;
        assert_eq!(browser.page.name(), "home");
        browser
    }

    pub async fn account_of(&self, email: &str) -> Account {
        accounts::find_by_email(self.app.core.storage.reader(), email).await.unwrap().unwrap().0
    }

    pub async fn disable_account(&self, email: &str) {
        account_management::disable(&self.app.core, email, ClientInfo::command_line()).await.unwrap();
    }

    pub async fn delete_account(&self, email: &str) {
        let client = ClientInfo::command_line();
        account_management::delete_as_operator(&self.app.core, email, client).await.unwrap().unwrap();
    }

    pub async fn disable_company(&self, subdomain: &str) {
        company::disable(&self.app.core, subdomain, ClientInfo::command_line()).await.unwrap();
    }

    /// Removes an Entrata user's link as the operator does.
    pub async fn remove_link(&self, subdomain: &str, user_id: &str) {
        let (issuer, client) = (self.app.config.entrata.issuer(), ClientInfo::command_line());
        let removed = remove_link(&self.app.core, &issuer, subdomain, user_id, client).await;
        assert!(removed.unwrap().is_some());
    }

    pub fn syncaroo(&self) -> Server {
        Server(self.router.clone())
    }

    /// Approves a connection and exchanges its code.
    pub async fn grant(&self, browser: &mut Browser, connection: &str) -> Tokens {
        let code = browser.approve(connection).await;
        self.syncaroo().exchange(&code).await.tokens()
    }
}

impl Server {
    pub async fn send(
        &self,
        method: Method,
        address: &str,
        bearer: Option<&str>,
        content_type: &str,
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(address).header(header::HOST, "localhost:3000");
        if let Some(bearer) = bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {bearer}"));
        }
        if !content_type.is_empty() {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        let response = self.0.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer { status, headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    /// Posts a form to the token endpoint with Syncaroo's credentials, unless the fields name others.
    pub async fn token(&self, fields: &[(&str, &str)]) -> Answer {
        let usual = [("clientId", CLIENT_ID), ("clientSecret", CLIENT_SECRET)];
        let usual = usual.iter().filter(|(name, _)| fields.iter().all(|(n, _)| n != name));
        let pairs = usual.chain(fields).filter(|(_, value)| !value.is_empty());
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.send(Method::POST, "/api/oauth/token", None, "application/x-www-form-urlencoded", form).await
    }

    pub async fn exchange(&self, code: &str) -> Answer {
        self.token(&[("grantType", "authorization_code"), ("code", code)]).await
    }

    pub async fn refresh(&self, token: &str) -> Answer {
        self.token(&[("grantType", "refresh_token"), ("refreshToken", token)]).await
    }

    pub async fn check(&self, access: &str, connection: &str) -> Answer {
        let address = format!("/api/check_connection?connectionId={connection}");
        self.send(Method::GET, &address, Some(access), "", Body::empty()).await
    }

    /// Returns the status of a check of connection 99.
    pub async fn status(&self, access: &str) -> StatusCode {
        self.check(access, "99").await.status
    }

    pub async fn update(&self, access: &str, body: &str) -> Answer {
        self.send(Method::POST, "/api/update/", Some(access), "application/json", body.to_owned()).await
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub fn tokens(&self) -> Tokens {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        let text = |name: &str| self.json()[name].as_str().unwrap().to_owned();
        Tokens { access: text("accessToken"), refresh: text("refreshToken"), expires: text("expires") }
    }

    /// Asserts that a token request was refused with this error and status.
    pub fn is_refused(&self, status: u16, error: &str) {
        assert_eq!((self.status.as_u16(), self.json()), (status, serde_json::json!({ "error": error })));
        assert_eq!(self.header("cache-control"), "no-store");
    }
}
