//! A company's web services: lists, and any other call. One call at a time per company. Reads are repeated after
//! temporary errors, writes never. Addresses are built from the validated subdomain alone.

mod call;
mod company;
mod read;

use std::time::Duration;

use reqwest::header::HeaderName;
use serde_json::{Map, Value};
use tokio::time::Instant;
use url::Url;

pub use call::{ApiCredentials, Call};
#[cfg(any(test, feature = "fuzz"))]
pub(super) use read::read_page;

use self::company::{Companies, Company};
use crate::server::{
    clock::Clock,
    connectors::{
        ConnectorError, PageRequest, RowPage, Source,
        entrata::{
            ApiAddress, EntrataSettings, envelope,
            methods::ListMethod,
            rate_limit,
            request_format::{Casing, Format},
        },
    },
    metrics::{Metrics, ServiceMethod},
    outbound::{Answer, Outbound, Request},
    property_data::{Lease, Place, Resident},
    rng::Rng,
};

/// How often a read is tried.
const TRIES: u32 = 3;
/// The pause before the second try. It doubles before each further one, and is varied by half.
const PAUSE: Duration = Duration::from_millis(250);
/// Asks for `Link` headers with the next page.
const SEND_PAGINATION_LINKS: HeaderName = HeaderName::from_static("x-send-pagination-links");

#[derive(Clone)]
pub struct Services {
    outbound: Outbound,
    api: ApiAddress,
    format: Format,
    casing: Casing,
    rng: Rng,
    clock: Clock,
    companies: Companies,
    metrics: Option<Metrics>,
}

/// A call with all that sending it needs.
#[derive(Clone, Copy)]
struct PreparedCall<'a> {
    company: &'a Company,
    credentials: &'a ApiCredentials,
    url: &'a Url,
    call: &'a Call<'a>,
}

impl Services {
    pub fn new(outbound: &Outbound, settings: &EntrataSettings, rng: Rng, clock: Clock) -> Self {
        let (api, format, casing) = (settings.api.clone(), settings.format, settings.casing);
        let outbound = outbound.with_limits(outbound.limits().for_data());
        Self { outbound, api, format, casing, rng, clock, companies: Companies::default(), metrics: None }
    }

    /// Counts each request: how long it takes, and its outcome.
    pub fn measured(self, metrics: Metrics) -> Self {
        Self { metrics: Some(metrics), ..self }
    }

    /// Makes any call and returns its whole result.
    ///
    /// # Errors
    /// When the call fails, or the answer has no result.
    pub async fn call(&self, credentials: &ApiCredentials, call: &Call<'_>) -> Result<Value, ConnectorError> {
        let read_whole = |answer: &Answer| {
            let mut whole = None;
            read::read(answer, &[], &mut |_, row| whole = Some(row))?;
            whole.ok_or(ConnectorError::NotUnderstood("there is no result"))
        };
        self.send_with_retries(credentials, call, read_whole).await
    }

    async fn list<T: ListMethod>(
        &self,
        credentials: &ApiCredentials,
        params: Map<String, Value>,
        page: PageRequest,
    ) -> Result<RowPage<T>, ConnectorError> {
        self.send_with_retries(credentials, &Call::list::<T>(params, page), read::read_page).await
    }

    async fn send_with_retries<T: Send + 'static>(
        &self,
        credentials: &ApiCredentials,
        call: &Call<'_>,
        read: fn(&Answer) -> Result<T, ConnectorError>,
    ) -> Result<T, ConnectorError> {
        let url = call.url(&self.api, &credentials.subdomain)?;
        let company = self.companies.get(&credentials.subdomain);
        let prepared = PreparedCall { company: &company, credentials, url: &url, call };
        let (mut pause, mut tries_left) = (PAUSE, TRIES);
        loop {
            let result = self.send_in_turn(prepared, read).await;
            tries_left -= 1;
            match result {
                // The caller has waited long already, or would have to: let it decide.
                Err(ConnectorError::Limited(_) | ConnectorError::TooSlow) => return result,
                Err(error) if error.is_transient() && !call.writes && tries_left > 0 => {
                    let company = credentials.subdomain.as_str();
                    tracing::info!(company, method = call.method, %error, tries_left, "retrying a web service call");
                    tokio::time::sleep(self.varied(pause)).await;
                    pause *= 2;
                }
                result => return result,
            }
        }
    }

    /// Sends one request when it is its company's turn. The turn lasts until the answer is read, so that only one
    /// answer per company is in memory.
    async fn send_in_turn<T: Send + 'static>(
        &self,
        prepared: PreparedCall<'_>,
        read: fn(&Answer) -> Result<T, ConnectorError>,
    ) -> Result<T, ConnectorError> {
        let _locked = prepared.company.call_lock.lock().await;
        if let Some(seconds) = prepared.company.seconds_until_allowed(self.clock.uptime()) {
            return Err(ConnectorError::Limited(Some(seconds)));
        }
        let started = Instant::now();
        let result = self.send(prepared, read).await;
        if let Some(metrics) = &self.metrics {
            let error = result.as_ref().err().map(ConnectorError::kind);
            metrics.service_called(ServiceMethod::of(prepared.call.method), started.elapsed(), error);
        }
        result
    }

    async fn send<T: Send + 'static>(
        &self,
        PreparedCall { company, credentials, url, call }: PreparedCall<'_>,
        read: fn(&Answer) -> Result<T, ConnectorError>,
    ) -> Result<T, ConnectorError> {
        let request_id = u16::from_be_bytes(self.rng.bytes()).to_string();
        let (content_type, body) = self.format.request(&request_id, call);
        let request = Request::post(url, content_type, body).bearer(&credentials.token)?;
        let deadline = self.outbound.begin(url)?;
        let answer = self.outbound.send(request.header(SEND_PAGINATION_LINKS, "1"), deadline).await?;
        let headers = answer.headers.clone();
        let result = envelope::read_off_worker(answer, read).await;
        let limited = matches!(result, Err(ConnectorError::Limited(_)));
        let wait = rate_limit::wait(&headers, limited);
        if let Some(seconds) = wait {
            company.limit_until(self.clock.uptime() + Duration::from_secs(seconds.unsigned_abs()));
        }
        if limited { Err(ConnectorError::Limited(wait)) } else { result }
    }

    /// Returns half of the pause to one and a half, so that calls that failed together are not repeated together.
    fn varied(&self, pause: Duration) -> Duration {
        pause / 2 + pause * u32::from(self.rng.bytes::<1>()[0]) / 255
    }
}

impl Source for Services {
    type Credentials = ApiCredentials;

    async fn test(&self, credentials: &ApiCredentials) -> Result<(), ConnectorError> {
        self.places(credentials, PageRequest { number: 1, size: 1 }).await.map(drop)
    }

    async fn places(&self, credentials: &ApiCredentials, page: PageRequest) -> Result<RowPage<Place>, ConnectorError> {
        self.list(credentials, Map::new(), page).await
    }

    async fn residents(
        &self,
        credentials: &ApiCredentials,
        place: &str,
        page: PageRequest,
    ) -> Result<RowPage<Resident>, ConnectorError> {
        self.list(credentials, self.casing.property(place), page).await
    }

    async fn leases(
        &self,
        credentials: &ApiCredentials,
        place: &str,
        page: PageRequest,
    ) -> Result<RowPage<Lease>, ConnectorError> {
        self.list(credentials, self.casing.property(place), page).await
    }
}
