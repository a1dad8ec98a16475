//! Activation events: what Entrata tells an app beside launches, as a GET on an address that the app has registered. Nothing in it is
//! signed, and all of it stands in the query.

use std::str::FromStr;

use super::dice::Dice;
use super::launch::escape;
use super::sender;
use super::world::World;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestType {
    Activation,
    Suspended,
    ChangeFeedType,
}

/// Only the company's number is in every event; what is `None` is left out of the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub subdomain: String,
    pub request_type: RequestType,
    /// Events come one for each property.
    pub property_id: Option<u64>,
    pub auth_code: Option<String>,
}

impl Event {
    pub fn new(subdomain: impl Into<String>, request_type: RequestType) -> Self {
        Self { subdomain: subdomain.into(), request_type, property_id: None, auth_code: None }
    }

    pub fn about(mut self, property_id: u64) -> Self {
        self.property_id = Some(property_id);
        self
    }

    /// A code of `World::mint_code` is what proves an event.
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.auth_code = Some(code.into());
        self
    }
}

impl RequestType {
    pub const ALL: [Self; 3] = [Self::Activation, Self::Suspended, Self::ChangeFeedType];

    pub fn name(self) -> &'static str {
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
        Self::ALL.into_iter().find(|known| known.name() == name).ok_or(())
    }
}

impl World {
    /// The number by which events call a company: five digits, always the same.
    pub fn cid(subdomain: &str) -> u64 {
        10_000 + Dice::of(subdomain, 0).below(90_000)
    }

    /// The address that Entrata would GET, at the app's own origin; nothing is sent. A company that does not exist has no name.
    pub fn event(&self, event: &Event) -> String {
        let Event { subdomain, request_type, property_id, auth_code } = event;
        let name = self.company(subdomain).map(|company| company.name);
        let settings = self.settings();
        let location = format!("https://{subdomain}.entrata.com/api/v1");
        let told = [
            ("cid", Some(Self::cid(subdomain).to_string())),
            ("company_name", name),
            ("subdomain", Some(subdomain.clone())),
            ("auth_code", auth_code.clone()),
            ("api_location", Some(location)),
            ("property_id", property_id.map(|id| id.to_string())),
            ("occupancy_type", property_id.map(|_| "CONVENTIONAL".to_owned())),
            ("request_type", Some(request_type.name().to_owned())),
            ("referrer", Some(settings.referrer.clone())),
        ];
        let told = told.iter().filter_map(|(name, value)| Some(format!("{name}={}", escape(value.as_ref()?))));
        format!("{}/events/entrata?{}", sender::origin(&settings.app_url), told.collect::<Vec<_>>().join("&"))
    }

    /// Makes the world as the event says.
    pub fn make_true(&self, event: &Event) {
        match event.request_type {
            RequestType::Activation => self.activate_company(&event.subdomain),
            RequestType::Suspended => self.suspend_company(&event.subdomain),
            RequestType::ChangeFeedType => {}
        }
    }

    /// Sends it: a GET over loopback, 10 seconds at the most.
    ///
    /// # Errors
    /// In plain words: an app that is not on loopback or not plain HTTP, no connection, no answer.
    pub async fn send_event(&self, event: &Event) -> Result<sender::Reply, String> {
        sender::get(&self.event(event)).await
    }
}
