//! Activation events: a GET to a URL that the app has registered. The query holds everything, and nothing is signed.

use std::str::FromStr;

use super::settings::Settings;
use crate::generator::Generator;
use crate::url::{origin, percent_encode};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestType {
    Activation,
    Suspended,
    ChangeFeedType,
}

/// An event about a company. A field that is `None` is missing from the URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub subdomain: String,
    pub request_type: RequestType,
    /// Entrata sends one event per property.
    pub property_id: Option<u64>,
    pub auth_code: Option<String>,
}

impl Event {
    pub fn new(subdomain: impl Into<String>, request_type: RequestType) -> Self {
        Self { subdomain: subdomain.into(), request_type, property_id: None, auth_code: None }
    }

    pub fn for_property(mut self, property_id: u64) -> Self {
        self.property_id = Some(property_id);
        self
    }

    /// Adds a code from `Simulator::mint_code`, which lets the app verify the event.
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.auth_code = Some(code.into());
        self
    }

    /// Returns the URL that Entrata calls, at the app's origin.
    pub(crate) fn url(&self, settings: &Settings, company_name: Option<&str>) -> String {
        let Self { subdomain, request_type, property_id, auth_code } = self;
        let parameters = [
            ("cid", Some(company_number(subdomain).to_string())),
            ("company_name", company_name.map(str::to_owned)),
            ("subdomain", Some(subdomain.clone())),
            ("auth_code", auth_code.clone()),
            ("api_location", Some(format!("https://{subdomain}.entrata.com/api/v1"))),
            ("property_id", property_id.map(|id| id.to_string())),
            ("occupancy_type", property_id.map(|_| "CONVENTIONAL".to_owned())),
            ("request_type", Some(request_type.name().to_owned())),
            ("referrer", Some(settings.referrer.clone())),
        ];
        let query: Vec<_> = parameters
            .iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", percent_encode(value.as_ref()?))))
            .collect();
        format!("{}/events/entrata?{}", origin(&settings.app_url), query.join("&"))
    }
}

/// Returns the number that events identify a company by: five digits, derived from the subdomain.
pub(crate) fn company_number(subdomain: &str) -> u64 {
    10_000 + Generator::new(subdomain, 0).below(90_000)
}

impl RequestType {
    const ALL: [Self; 3] = [Self::Activation, Self::Suspended, Self::ChangeFeedType];

    fn name(self) -> &'static str {
        match self {
            Self::Activation => "ACTIVATION",
            Self::Suspended => "SUSPENDED",
            Self::ChangeFeedType => "CHANGE_FEED_TYPE",
        }
    }
}

impl FromStr for RequestType {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|request_type| request_type.name() == name).ok_or(())
    }
}
