//! The simulated Entrata as tests and the command line hold it: they change it while it is served.

use std::fmt::Display;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::company::{Company, Property, Staff};
use super::event::{Event, RequestType};
use super::faults::{ActiveFault, ActiveFaults, Fault, Target, Times};
use super::grant;
use super::method::Method;
use super::rate_limit::Limits;
use super::request_log::LoggedRequest;
use super::settings::Settings;
use super::state::State;
use crate::loopback::{self, AppResponse};
use crate::url::percent_encode;

/// The simulated Entrata. Clones share one state. Naming a company or user that does not exist is a mistake in the test
/// and panics.
#[derive(Clone, Debug)]
pub struct Simulator {
    state: Arc<Mutex<State>>,
}

impl Simulator {
    /// Starts with the companies `acme`, `beech`, `cedar-test-17402`, `mallory` (hostile names) and `granite` (huge).
    pub fn new(settings: Settings) -> Self {
        Self { state: Arc::new(Mutex::new(State::new(settings))) }
    }

    /// Ignores poisoning: after a failed assertion in one test, others can still use the state.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn settings(&self) -> Settings {
        self.state().settings.clone()
    }

    // Companies and staff.

    pub(crate) fn companies(&self) -> Vec<Company> {
        self.state().companies.clone()
    }

    pub(crate) fn company(&self, subdomain: &str) -> Option<Company> {
        self.state().company(subdomain).cloned()
    }

    pub fn staff(&self, subdomain: &str, user_id: impl Display) -> Option<Staff> {
        self.state().staff(subdomain, &user_id.to_string()).cloned()
    }

    /// Adds a company, or replaces the one with the same subdomain.
    pub fn add_company(&self, company: Company) {
        let mut state = self.state();
        state.companies.retain(|other| other.subdomain != company.subdomain);
        state.companies.push(company);
    }

    pub fn rename_company(&self, subdomain: &str, name: impl Into<String>) {
        self.state().company_mut(subdomain).name = name.into();
    }

    /// Sets the properties that a member of staff may see.
    pub fn set_properties(&self, subdomain: &str, user_id: impl Display, properties: Vec<Property>) {
        let id = user_id.to_string();
        let mut state = self.state();
        let staff = state.company_mut(subdomain).staff.iter_mut().find(|staff| staff.user_id.to_string() == id);
        staff.unwrap_or_else(|| panic!("no user {id} at {subdomain}")).properties = properties;
    }

    // Launches.

    /// Returns a new auth code. It works once, for 60 seconds of simulated time.
    pub fn mint_code(&self, subdomain: &str, user_id: impl Display) -> String {
        let id = user_id.to_string();
        self.try_mint_code(subdomain, &id).unwrap_or_else(|| panic!("no user {id} at {subdomain}"))
    }

    /// Like `mint_code`, but returns a code that contains `part` (`+`, `/`, `=` or `==`), to test encoding.
    pub fn mint_code_with(&self, subdomain: &str, user_id: impl Display, part: &str) -> String {
        assert!(["+", "/", "=", "=="].contains(&part), "codes rarely or never contain {part:?}");
        let id = user_id.to_string();
        std::iter::repeat_with(|| self.mint_code(subdomain, &id))
            .find(|code| code.contains(part))
            .expect("the iterator is endless")
    }

    /// Like `mint_code`, but returns `None` if there is no such user.
    pub(crate) fn try_mint_code(&self, subdomain: &str, user_id: &str) -> Option<String> {
        let mut state = self.state();
        state.staff(subdomain, user_id)?;
        let grant = state.new_grant(subdomain, user_id);
        let code = grant::new_code();
        state.codes.insert(code.clone(), grant);
        Some(code)
    }

    /// Returns the URL that the frame opens. The code is not encoded, as in the vendor's sample.
    pub fn launch_url(&self, code: &str) -> String {
        self.state().settings.launch_url(code)
    }

    /// Like `launch_url`, with the code percent-encoded.
    pub fn launch_url_escaped(&self, code: &str) -> String {
        self.state().settings.launch_url(&percent_encode(code))
    }

    // Time.

    /// Returns the simulated time since the start.
    pub(crate) fn now(&self) -> Duration {
        self.state().clock.now()
    }

    /// Moves the simulated time forward.
    pub fn advance(&self, by: Duration) {
        self.state().clock.advance(by);
    }

    // Faults.

    /// Activates a fault. It replaces active faults of its category whose targets overlap. If only some methods can
    /// have the fault, it applies to those.
    pub fn set_fault(&self, target: Target, fault: Fault, times: Times) {
        self.state().faults.set(target, fault, times);
    }

    pub(crate) fn clear_fault(&self, fault: Fault) {
        self.state().faults.clear(fault);
    }

    pub fn clear_faults(&self) {
        self.state().faults = ActiveFaults::default();
    }

    pub(crate) fn active_faults(&self) -> Vec<ActiveFault> {
        self.state().faults.as_slice().to_vec()
    }

    // Received requests.

    /// Returns the log, oldest first.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.state().log.entries().to_vec()
    }

    pub(crate) fn clear_requests(&self) {
        self.state().log.clear();
    }

    /// Counts the `getAccessToken` requests in the log, including refused ones.
    pub fn exchanges(&self) -> usize {
        self.calls(Method::GetAccessToken)
    }

    /// Counts the `getUserInfo` requests in the log, including refused ones.
    pub fn user_infos(&self) -> usize {
        self.calls(Method::GetUserInfo)
    }

    /// Counts the requests in the log that name this method, including refused ones.
    pub fn calls(&self, method: Method) -> usize {
        self.state().log.count(method)
    }

    // Web services.

    /// Forbids the app to read a property (error 311). `getUserInfo` keeps naming it.
    pub fn forbid_property(&self, subdomain: &str, property_id: u64) {
        self.state().services.forbidden_properties.insert((subdomain.to_owned(), property_id));
    }

    pub(crate) fn allow_property(&self, subdomain: &str, property_id: u64) {
        self.state().services.forbidden_properties.remove(&(subdomain.to_owned(), property_id));
    }

    /// Turns the app off for a company: every web service returns error 1403. Signing in keeps working.
    pub fn suspend_company(&self, subdomain: &str) {
        self.state().services.suspended_companies.insert(subdomain.to_owned());
    }

    pub fn activate_company(&self, subdomain: &str) {
        self.state().services.suspended_companies.remove(subdomain);
    }

    pub(crate) fn is_active(&self, subdomain: &str) -> bool {
        !self.state().services.suspended_companies.contains(subdomain)
    }

    /// Sets how many residents a property has, at most 99,999.
    pub fn set_residents(&self, subdomain: &str, property_id: u64, residents: u64) {
        self.state().services.set_residents(subdomain, property_id, residents);
    }

    pub fn residents(&self, subdomain: &str, property_id: u64) -> u64 {
        self.state().services.residents(subdomain, property_id)
    }

    /// Sets a company's rate limits. Its counters stay.
    pub fn set_limits(&self, subdomain: &str, limits: Limits) {
        self.state().services.rate_limiter(subdomain).limits = limits;
    }

    /// Sets how long every call of a web service takes, in addition to faults.
    pub fn set_call_delay(&self, delay: Duration) {
        self.state().services.delay = delay;
    }

    /// Returns the highest number of a company's web service calls that ran at the same time.
    pub fn max_concurrent_calls(&self, subdomain: &str) -> usize {
        self.state().services.max_concurrent_calls(subdomain)
    }

    /// Restores the initial permissions, residents, limits and counters.
    pub(crate) fn reset_services(&self) {
        self.state().services.reset();
    }

    // Events.

    /// Returns the URL that Entrata calls to report an event. Nothing is sent. An unknown company has no name.
    pub fn event_url(&self, event: &Event) -> String {
        let state = self.state();
        let company = state.company(&event.subdomain);
        event.url(&state.settings, company.map(|company| company.name.as_str()))
    }

    /// Activates or suspends the company as the event says.
    pub(crate) fn apply_event(&self, event: &Event) {
        match event.request_type {
            RequestType::Activation => self.activate_company(&event.subdomain),
            RequestType::Suspended => self.suspend_company(&event.subdomain),
            RequestType::ChangeFeedType => {}
        }
    }

    /// Sends an event to the app, over loopback, for 10 seconds at most.
    ///
    /// # Errors
    /// With a message when the app isn't on loopback or doesn't use plain HTTP, when it can't be reached, and when it
    /// doesn't respond.
    pub(crate) async fn send_event(&self, event: &Event) -> Result<AppResponse, String> {
        loopback::get(&self.event_url(event)).await
    }
}
