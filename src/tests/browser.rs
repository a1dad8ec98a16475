//! The browser of the in-process tests: it stores cookies, sends the headers that browsers send from a frame, and fills
//! in forms.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use tower::ServiceExt;

use super::app::TestApp;

const CONNECT: &str = "__Host-Http-connect";

#[derive(Clone)]
pub struct Browser {
    pub router: Router,
    /// The value of the session cookie.
    pub cookie: Option<String>,
    /// The value of the known-browser cookie, which the app sets with `NEW_BROWSER=ask`.
    pub key: Option<String>,
    /// The value of the cookie that a tab at top level gets when it begins a consent.
    pub connect: Option<String>,
    /// The bearer token that the page's script sends if the browser stores no cookies.
    pub bearer: Option<String>,
    /// Whether the browser stores cookies in a frame.
    pub keeps_cookies: bool,
    pub page: Page,
    /// Headers that replace the usual ones or are sent in addition to them.
    pub headers: Vec<(&'static str, &'static str)>,
}

#[derive(Clone, Debug, Default)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    /// The requested address, or the one that the page's script replaced it with.
    pub address: String,
}

#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

impl Browser {
    pub fn new(app: &TestApp) -> Self {
        let (router, page) = (app.router.clone(), Page::default());
        let (cookie, key, connect, bearer) = (None, None, None, None);
        Self { router, cookie, key, connect, bearer, keeps_cookies: true, page, headers: Vec::new() }
    }

    /// Opens the app with an auth code as Entrata does: the code is not escaped.
    pub async fn launch(&mut self, code: &str) -> Page {
        self.get(&format!("/login?referrer=propertysolutions&auth_code={code}")).await
    }

    pub async fn get(&mut self, address: &str) -> Page {
        let page = self.send(Method::GET, address, "cross-site", None).await;
        self.follow(page).await
    }

    pub async fn post(&mut self, form: &Form) -> Page {
        let page = self.send(Method::POST, &form.action, "same-origin", Some(form)).await;
        self.follow(page).await
    }

    /// Fills in and posts the current page's form whose action ends with `ending`.
    pub async fn submit(&mut self, ending: &str, values: &[(&str, &str)]) -> Page {
        let form = self.page.form(ending).with(values);
        self.post(&form).await
    }

    /// Posts an empty form to an address.
    pub async fn submit_at(&mut self, action: &str) -> Page {
        self.post(&Form { action: action.to_owned(), fields: Vec::new() }).await
    }

    pub async fn sign_in(&mut self, email: &str, password: &str) -> Page {
        self.submit("/sign-in", &[("email", email), ("password", password)]).await
    }

    pub async fn confirm(&mut self) -> Page {
        self.submit("/link", &[]).await
    }

    /// Sends one request and returns the response. Does not follow redirects.
    pub async fn send(&mut self, method: Method, address: &str, site: &str, form: Option<&Form>) -> Page {
        let mut request = Request::builder().method(method).uri(address).header(header::HOST, "localhost:3000");
        let usual = [("sec-fetch-dest", "iframe"), ("sec-fetch-mode", "navigate"), ("sec-fetch-site", site)];
        let overridden = |name: &str| self.headers.iter().any(|(n, _)| *n == name);
        for (name, value) in usual.into_iter().filter(|(n, _)| !overridden(n)).chain(self.headers.iter().copied()) {
            if !value.is_empty() {
                request = request.header(name, value);
            }
        }
        let cookies = [("__Host-Http-sid", &self.cookie), ("__Host-Http-browser", &self.key), (CONNECT, &self.connect)];
        for (name, value) in cookies {
            if let Some(value) = value {
                request = request.header(header::COOKIE, format!("{name}={value}"));
            }
        }
        if let Some(bearer) = &self.bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {bearer}"));
        }
        let body = match form {
            Some(form) => {
                request = request
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .header(header::ORIGIN, "null");
                Body::from(form_urlencoded::Serializer::new(String::new()).extend_pairs(&form.fields).finish())
            }
            None => Body::empty(),
        };
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        if let Some(bearer) = headers.get("latchkey-bearer") {
            self.bearer = Some(bearer.to_str().unwrap().to_owned());
        }
        for cookie in headers.get_all(header::SET_COOKIE).into_iter().filter(|_| self.keeps_cookies) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            let stored = match name {
                "__Host-Http-sid" => &mut self.cookie,
                "__Host-Http-browser" => &mut self.key,
                CONNECT => &mut self.connect,
                _ => panic!("unexpected cookie: {name}"),
            };
            *stored = (!value.is_empty()).then(|| value.to_owned());
        }
        let body = String::from_utf8(body.to_vec()).unwrap();
        Page { status, headers, address: address.to_owned(), body }
    }

    /// Makes the cookie probe as the first page's script does, with the page's ticket. Returns the status.
    pub async fn cookie_probe(&mut self) -> StatusCode {
        let form = self.page.cookie_probe();
        self.send(Method::POST, &form.action, "same-origin", Some(&form)).await.status
    }

    async fn follow(&mut self, mut page: Page) -> Page {
        if page.status == StatusCode::SEE_OTHER {
            let to = page.headers[header::LOCATION].to_str().unwrap().to_owned();
            page = self.send(Method::GET, &to, "same-origin", None).await;
        }
        if let Some(clean) = page.clean_address() {
            page.address = clean;
        }
        self.page = page.clone();
        page
    }
}

impl Page {
    /// Returns the page's name.
    pub fn name(&self) -> &str {
        let from = self.body.split("<main data-page=\"").nth(1).unwrap_or_default();
        from.split('"').next().unwrap_or_default()
    }

    /// Returns the address that the page's first script replaces the current one with.
    pub fn clean_address(&self) -> Option<String> {
        Some(self.body.split("history.replaceState(null,\"\",\"").nth(1)?.split('"').next()?.to_owned())
    }

    /// Returns the cookie probe that the page's first script makes.
    ///
    /// # Panics
    /// If the page makes none.
    pub fn cookie_probe(&self) -> Form {
        let text_after = |before: &str| {
            self.body.split(before).nth(1).expect("the page makes a cookie probe").split('"').next().unwrap()
        };
        let (action, ticket) = (text_after("call:fetch(\""), text_after("const t=\""));
        Form { action: action.to_owned(), fields: vec![("ticket".into(), ticket.into())] }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|v| v.to_str().unwrap()).unwrap_or_default()
    }

    pub fn shows(&self, text: &str) -> bool {
        self.body.contains(text)
    }

    /// Returns whether the page shows this text with its markup escaped.
    pub fn shows_text(&self, text: &str) -> bool {
        self.shows(&text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
    }

    pub fn has_form(&self, ending: &str) -> bool {
        self.forms().iter().any(|f| f.action.ends_with(ending))
    }

    /// # Panics
    /// If there is no such form.
    pub fn form(&self, ending: &str) -> Form {
        let form = self.forms().into_iter().find(|f| f.action.ends_with(ending));
        form.unwrap_or_else(|| panic!("no form …{ending} on {} ({}): {}", self.name(), self.status, self.body))
    }

    /// Returns the form whose action ends with `ending`, or an empty form for that address of the visit.
    pub fn form_or_empty(&self, ending: &str, visit: &str) -> Form {
        let form = self.forms().into_iter().find(|f| f.action.ends_with(ending));
        form.unwrap_or_else(|| Form { action: format!("{visit}{ending}"), fields: Vec::new() })
    }

    fn forms(&self) -> Vec<Form> {
        let attribute = |tag: &str, name: &str| {
            let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
            Some(value.replace("&amp;", "&"))
        };
        let parse = |html: &str| {
            let (tag, rest) = html.split_once('>')?;
            let inside = rest.split("</form>").next()?;
            let fields = inside.split("<input").skip(1).filter_map(|input| {
                let input = format!(" {}", input.split('>').next()?);
                Some((attribute(&input, "name")?, attribute(&input, "value").unwrap_or_default()))
            });
            Some(Form { action: attribute(tag, "action")?, fields: fields.collect() })
        };
        self.body.split("<form").skip(1).filter_map(parse).collect()
    }
}

impl Form {
    pub fn with(mut self, values: &[(&str, &str)]) -> Self {
        for (name, value) in values {
            match self.fields.iter_mut().find(|(n, _)| n == name) {
                Some(field) => (*value).clone_into(&mut field.1),
                None => self.fields.push(((*name).to_owned(), (*value).to_owned())),
            }
        }
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(n, _)| n != name);
        self
    }
}
