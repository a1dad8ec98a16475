//! A browser of the in-process tests: a cookie jar, the headers that browsers send from a frame, and pages whose forms are filled in.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use tower::ServiceExt;

use super::app::TestApp;

#[derive(Clone)]
pub struct Browser {
    pub router: Router,
    /// The cookie's value, as the browser holds it.
    pub cookie: Option<String>,
    /// What it is known by, where the app asks new browsers.
    pub key: Option<String>,
    /// What its pages' script carries, where no cookie is kept.
    pub bearer: Option<String>,
    /// Whether it keeps cookies in a frame.
    pub keeps_cookies: bool,
    pub page: Page,
    /// Headers that replace or join the usual ones.
    pub headers: Vec<(&'static str, &'static str)>,
}

#[derive(Clone, Debug, Default)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    /// Where it was asked for, or what its script replaced that by.
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
        Self { router, cookie: None, key: None, bearer: None, keeps_cookies: true, page, headers: Vec::new() }
    }

    /// The frame is sent to the app with a code, as Entrata does it: not escaped.
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

    /// Fills in the form of the page shown whose action ends so.
    pub async fn submit(&mut self, ending: &str, values: &[(&str, &str)]) -> Page {
        let form = self.page.form(ending).with(values);
        self.post(&form).await
    }

    /// A form without fields, wherever it stands.
    pub async fn submit_at(&mut self, action: &str) -> Page {
        self.post(&Form { action: action.to_owned(), fields: Vec::new() }).await
    }

    pub async fn sign_in(&mut self, email: &str, password: &str) -> Page {
        self.submit("/sign-in", &[("email", email), ("password", password)]).await
    }

    pub async fn confirm(&mut self) -> Page {
        self.submit("/link", &[]).await
    }

    /// One request and its answer, redirects not followed.
    pub async fn send(&mut self, method: Method, address: &str, site: &str, form: Option<&Form>) -> Page {
        let mut request = Request::builder().method(method).uri(address).header(header::HOST, "localhost:3000");
        let usual = [("sec-fetch-dest", "iframe"), ("sec-fetch-mode", "navigate"), ("sec-fetch-site", site)];
        let own = |name: &str| self.headers.iter().any(|(n, _)| *n == name);
        for (name, value) in usual.into_iter().filter(|(n, _)| !own(n)).chain(self.headers.iter().copied()) {
            if !value.is_empty() {
                request = request.header(name, value);
            }
        }
        for (name, value) in [("__Host-Http-sid", &self.cookie), ("__Host-Http-browser", &self.key)] {
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
        let answer = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        if let Some(bearer) = headers.get("latchkey-bearer") {
            self.bearer = Some(bearer.to_str().unwrap().to_owned());
        }
        for cookie in headers.get_all(header::SET_COOKIE).into_iter().filter(|_| self.keeps_cookies) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            let kept = match name {
                "__Host-Http-sid" => &mut self.cookie,
                "__Host-Http-browser" => &mut self.key,
                _ => panic!("no such cookie: {name}"),
            };
            *kept = (!value.is_empty()).then(|| value.to_owned());
        }
        let body = String::from_utf8(body.to_vec()).unwrap();
        Page { status, headers, address: address.to_owned(), body }
    }

    /// What the first page's script does: the echo, with the page's ticket. Its status.
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
    /// The page's name.
    pub fn name(&self) -> &str {
        let from = self.body.split("<main data-page=\"").nth(1).unwrap_or_default();
        from.split('"').next().unwrap_or_default()
    }

    /// What its first script replaces the address by.
    pub fn clean_address(&self) -> Option<String> {
        Some(self.body.split("history.replaceState(null,\"\",\"").nth(1)?.split('"').next()?.to_owned())
    }

    /// The call that its first script makes.
    ///
    /// # Panics
    /// When it makes none.
    pub fn cookie_probe(&self) -> Form {
        let within =
            |before: &str| self.body.split(before).nth(1).expect("the page makes an echo").split('"').next().unwrap();
        let (action, ticket) = (within("call:fetch(\""), within("const t=\""));
        Form { action: action.to_owned(), fields: vec![("ticket".into(), ticket.into())] }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|v| v.to_str().unwrap()).unwrap_or_default()
    }

    pub fn shows(&self, text: &str) -> bool {
        self.body.contains(text)
    }

    /// Whether a text from outside is shown, as text.
    pub fn shows_text(&self, text: &str) -> bool {
        self.shows(&text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
    }

    pub fn has_form(&self, ending: &str) -> bool {
        self.forms().iter().any(|f| f.action.ends_with(ending))
    }

    /// # Panics
    /// When there is no such form.
    pub fn form(&self, ending: &str) -> Form {
        let form = self.forms().into_iter().find(|f| f.action.ends_with(ending));
        form.unwrap_or_else(|| panic!("no form …{ending} on {} ({}): {}", self.name(), self.status, self.body))
    }

    /// The form of this page whose action ends so, or one without fields at a visit's address.
    pub fn form_or_empty(&self, ending: &str, visit: &str) -> Form {
        let form = self.forms().into_iter().find(|f| f.action.ends_with(ending));
        form.unwrap_or_else(|| Form { action: format!("{visit}{ending}"), fields: Vec::new() })
    }

    fn forms(&self) -> Vec<Form> {
        let attribute = |tag: &str, name: &str| {
            let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
            Some(value.replace("&amp;", "&"))
        };
        let part = |html: &str| {
            let (tag, rest) = html.split_once('>')?;
            let inside = rest.split("</form>").next()?;
            let fields = inside.split("<input").skip(1).filter_map(|input| {
                let input = format!(" {}", input.split('>').next()?);
                Some((attribute(&input, "name")?, attribute(&input, "value").unwrap_or_default()))
            });
            Some(Form { action: attribute(tag, "action")?, fields: fields.collect() })
        };
        self.body.split("<form").skip(1).filter_map(part).collect()
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
