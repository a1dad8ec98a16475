//! The web services of a company: typed lists, and any other call. One call at a time per company, reads made again when a fault passes,
//! writes never; the company's allowance is obeyed. Addresses are built from the validated subdomain alone.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use reqwest::header::HeaderName;
use secrecy::SecretString;
use serde_json::{Map, Value};
use tokio::time::Instant;
use url::Url;

use crate::server::connectors::entrata::{
    EntrataError, Subdomain, allowance, envelope, json, links,
    methods::{Lease, ListMethod, ListedProperty, Resident},
    wire::{Casing, Format},
    xml,
};
use crate::server::{
    clock::{Clock, Epoch},
    config::{ApiAddress, EntrataSettings},
    metrics::Metrics,
    outbound::{Answer, Outbound, Request},
    rng::Rng,
};

/// How often a read is made at the most.
const TRIES: u32 = 3;
/// Before the second time; doubled before each further one, and varied by half.
const PAUSE: Duration = Duration::from_millis(250);

/// Asks for `Link` headers with the next page.
const SEND_PAGINATION_LINKS: HeaderName = HeaderName::from_static("x-send-pagination-links");

/// Whose data are asked for, and with whose token.
#[derive(Debug, Clone)]
pub struct ApiCredentials {
    pub subdomain: Subdomain,
    pub token: SecretString,
}

/// A page of a list, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    pub number: u32,
    pub size: u32,
}

/// What came of a page.
#[derive(Debug)]
pub struct Part<T> {
    pub rows: Vec<T>,
    /// How many rows came, also those that are of no use.
    pub came: u64,
    /// How many the whole list has, where the answer says so.
    pub total: Option<u64>,
    /// Whether the answer says that there is a next page; none where it says nothing of pages.
    pub has_next: Option<bool>,
}

/// Any call.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    pub resource: &'a str,
    pub method: &'a str,
    /// `r1` and so on; may be left out.
    pub version: Option<&'a str>,
    pub params: Map<String, Value>,
    pub page: Option<Page>,
    /// Whether it changes something there, and so is never made twice.
    pub writes: bool,
}

#[derive(Clone)]
pub struct Services {
    outbound: Outbound,
    api: ApiAddress,
    format: Format,
    casing: Casing,
    rng: Rng,
    clock: Clock,
    companies: Arc<Mutex<HashMap<Subdomain, Arc<Company>>>>,
    metrics: Option<Metrics>,
}

/// A company's place in the queue, and until when its allowance is used up.
#[derive(Default)]
struct Company {
    turn: tokio::sync::Mutex<()>,
    /// Until which uptime.
    waits_until: Mutex<Duration>,
}

/// A call on its way: of whom, where, with what.
#[derive(Clone, Copy)]
struct ServiceRequest<'a> {
    company: &'a Company,
    api_credentials: &'a ApiCredentials,
    url: &'a Url,
    call: &'a Call<'a>,
}

impl Company {
    /// Whole seconds until its allowance has something again.
    fn waits(&self, uptime: Duration) -> Option<Epoch> {
        let left = self.waits_until.lock().unwrap_or_else(PoisonError::into_inner).saturating_sub(uptime);
        Epoch::try_from(left.as_millis().div_ceil(1000)).ok().filter(|seconds| *seconds > 0)
    }

    fn wait_until(&self, at: Duration) {
        *self.waits_until.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }
}

/// The rows of a list.
pub(super) fn part<T: ListMethod>(answer: &Answer) -> Result<Part<T>, EntrataError> {
    let (mut rows, mut came) = (Vec::new(), 0);
    read(answer, T::PATH, &mut |key, row| {
        came += 1;
        // A row without an id is of no use.
        rows.extend(T::read(key, &row));
    })?;
    let total = answer.headers.get("x-total-count").and_then(|v| v.to_str().ok()?.trim().parse().ok());
    Ok(Part { rows, came, total, has_next: links::has_next(&answer.headers) })
}

/// Takes an answer apart, in the format that its first character tells: what it says of itself is not always so.
fn read(answer: &Answer, path: &[&str], rows: &mut json::Rows<'_>) -> Result<(), EntrataError> {
    let text = answer.body.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(&answer.body);
    let is_markup = text.trim_ascii_start().starts_with(b"<");
    let said = if is_markup { xml::read(text, path, rows).ok() } else { json::read(text, path, rows).ok() };
    envelope::judge(answer.status, said.as_ref())?;
    match said {
        Some(said) if said.result => Ok(()),
        Some(_) => Err(EntrataError::NotUnderstood("there is no result")),
        None => Err(EntrataError::NotUnderstood("the body is neither JSON nor XML of Entrata’s")),
    }
}

impl Services {
    pub fn new(outbound: &Outbound, settings: &EntrataSettings, rng: Rng, clock: Clock) -> Self {
        let (api, format, casing) = (settings.api.clone(), settings.format, settings.casing);
        let outbound = outbound.under(outbound.limits().for_data());
        Self { outbound, api, format, casing, rng, clock, companies: Arc::default(), metrics: None }
    }

    /// Counted: how long each request takes, and what comes of it.
    pub fn measured(self, metrics: Metrics) -> Self {
        Self { metrics: Some(metrics), ..self }
    }

    /// A page of the properties that the token's user and the app may read.
    ///
    /// # Errors
    /// See [`EntrataError`].
    pub async fn properties(
        &self,
        api_credentials: &ApiCredentials,
        page: Page,
    ) -> Result<Part<ListedProperty>, EntrataError> {
        self.list(api_credentials, Map::new(), page).await
    }

    /// A page of the residents of a property.
    ///
    /// # Errors
    /// See [`EntrataError`].
    pub async fn customers(
        &self,
        api_credentials: &ApiCredentials,
        property: &str,
        page: Page,
    ) -> Result<Part<Resident>, EntrataError> {
        self.list(api_credentials, self.casing.property(property), page).await
    }

    /// A page of the leases of a property.
    ///
    /// # Errors
    /// See [`EntrataError`].
    pub async fn leases(
        &self,
        api_credentials: &ApiCredentials,
        property: &str,
        page: Page,
    ) -> Result<Part<Lease>, EntrataError> {
        self.list(api_credentials, self.casing.property(property), page).await
    }

    /// Any call; its whole result.
    ///
    /// # Errors
    /// See [`EntrataError`].
    pub async fn call(&self, api_credentials: &ApiCredentials, call: &Call<'_>) -> Result<Value, EntrataError> {
        self.ask(api_credentials, call, |answer| {
            let mut whole = None;
            read(answer, &[], &mut |_, row| whole = Some(row))?;
            whole.ok_or(EntrataError::NotUnderstood("there is no result"))
        })
        .await
    }

    async fn list<T: ListMethod>(
        &self,
        api_credentials: &ApiCredentials,
        params: Map<String, Value>,
        page: Page,
    ) -> Result<Part<T>, EntrataError> {
        let call = Call {
            resource: T::RESOURCE,
            method: T::METHOD,
            version: Some(T::VERSION),
            params,
            page: Some(page),
            writes: false,
        };
        self.ask(api_credentials, &call, part).await
    }

    /// Makes a call until it is answered with something that counts, `TRIES` times at the most.
    async fn ask<T: Send + 'static>(
        &self,
        api_credentials: &ApiCredentials,
        call: &Call<'_>,
        read: fn(&Answer) -> Result<T, EntrataError>,
    ) -> Result<T, EntrataError> {
        let url = self.url(api_credentials, call)?;
        let company = self.company(&api_credentials.subdomain);
        let asked = ServiceRequest { company: &company, api_credentials, url: &url, call };
        let (mut pause, mut left) = (PAUSE, TRIES);
        loop {
            let done = self.once(asked, read).await;
            left -= 1;
            match done {
                // Whoever waited long, or has to, is told so instead.
                Err(EntrataError::Limited(_) | EntrataError::TooSlow) => return done,
                Err(error) if error.is_transient() && !call.writes && left > 0 => {
                    tracing::info!(company = api_credentials.subdomain.as_str(), method = call.method, %error, left, "retrying");
                    tokio::time::sleep(self.varied(pause)).await;
                    pause *= 2;
                }
                done => return done,
            }
        }
    }

    /// One request, when it is its company's turn; the turn lasts until the answer is read, so that of a company one answer is in memory.
    async fn once<T: Send + 'static>(
        &self,
        asked: ServiceRequest<'_>,
        read: fn(&Answer) -> Result<T, EntrataError>,
    ) -> Result<T, EntrataError> {
        let _turn = asked.company.turn.lock().await;
        if let Some(seconds) = asked.company.waits(self.clock.uptime()) {
            return Err(EntrataError::Limited(Some(seconds)));
        }
        let began = Instant::now();
        let done = self.request(asked, read).await;
        if let Some(metrics) = &self.metrics {
            metrics.called(asked.call.method, began.elapsed(), done.as_ref().err().map(EntrataError::kind));
        }
        done
    }

    async fn request<T: Send + 'static>(
        &self,
        ServiceRequest { company, api_credentials, url, call }: ServiceRequest<'_>,
        read: fn(&Answer) -> Result<T, EntrataError>,
    ) -> Result<T, EntrataError> {
        let deadline = self.outbound.begin(url)?;
        let request_id = u16::from_be_bytes(self.rng.bytes()).to_string();
        let (content_type, body) = self.format.request(&request_id, call);
        let request = Request::post(url, content_type, body).bearer(&api_credentials.token)?;
        let request = request.header(SEND_PAGINATION_LINKS, "1");
        let answer = self.outbound.send(request, deadline).await?;
        let headers = answer.headers.clone();
        let done = envelope::read_off_worker(answer, read).await;
        let limited = matches!(done, Err(EntrataError::Limited(_)));
        let wait = allowance::wait(&headers, limited);
        if let Some(seconds) = wait {
            company.wait_until(self.clock.uptime() + Duration::from_secs(seconds.unsigned_abs()));
        }
        if limited { Err(EntrataError::Limited(wait)) } else { done }
    }

    /// The address of a call: the company's base, the resource, and the page.
    fn url(&self, api_credentials: &ApiCredentials, call: &Call<'_>) -> Result<Url, EntrataError> {
        let base = self.api.of(api_credentials.subdomain.as_str());
        let mut url = base.map_err(|_| EntrataError::NotUnderstood("the subdomain makes no address"))?;
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(call.resource);
        }
        if let Some(Page { number, size }) = call.page {
            url.query_pairs_mut()
                .append_pair("page_no", &number.to_string())
                .append_pair("per_page", &size.to_string());
        }
        Ok(url)
    }

    fn company(&self, subdomain: &Subdomain) -> Arc<Company> {
        let mut companies = self.companies.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(companies.entry(subdomain.clone()).or_default())
    }

    /// Half of it to one and a half, so that what failed together is not tried again together.
    fn varied(&self, pause: Duration) -> Duration {
        pause / 2 + pause * u32::from(self.rng.bytes::<1>()[0]) / 255
    }
}
