//! The state of the simulated Entrata: companies, codes, tokens, faults and the log of requests. Tests and the command line hold a
//! clone and change it while it is being served. Asking it for somebody who does not exist is a mistake in the test: it panics.

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::clock::{self, Clock};
use super::company::{Company, Property, Staff, UserId};
use super::fault::Fault;
use super::launch;
use super::received::{Method, Received};
use super::seed;
use super::services::Estate;
use super::target::Target;
use super::waiting::{ActiveFault, Faults, Times};

/// What a world is told at its beginning.
#[derive(Clone, Debug)]
pub struct WorldSettings {
    /// What the app must present to exchange a code.
    pub client_id: String,
    pub client_secret: String,
    /// The app's default URL, which the tile opens.
    pub app_url: String,
    /// The value of `referrer` in a launch.
    pub referrer: String,
}

impl Default for WorldSettings {
    /// Made-up credentials in the form of real ones, for `make run`.
    fn default() -> Self {
        Self {
            client_id: "5a0db0c0000000000000.latchkey".to_owned(),
            client_secret: "5a0db0c0000000000000000000000000".to_owned(),
            app_url: "http://localhost:3000/login".to_owned(),
            referrer: "propertysolutions".to_owned(),
        }
    }
}

/// The simulated Entrata. Clones share one state.
#[derive(Clone, Debug)]
pub struct World {
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) settings: WorldSettings,
    pub(super) clock: Clock,
    pub(super) companies: Vec<Company>,
    pub(super) codes: HashMap<String, Grant>,
    pub(super) tokens: HashMap<String, Grant>,
    pub(super) faults: Faults,
    pub(super) log: Vec<Received>,
    pub(super) received: u64,
    pub(super) estate: Estate,
}

/// A code or a token: whose it is, when (world time) it was issued, and whether a code has been used.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) subdomain: String,
    pub(super) user_id: String,
    pub(super) issued: Duration,
    pub(super) spent: bool,
}

impl World {
    /// How long a code may wait for its exchange.
    pub const CODE_LIFE: Duration = Duration::from_secs(60);
    /// How long a token lives: the 90 days of the captured answer.
    pub const TOKEN_LIFE: Duration = Duration::from_secs(7_776_000);

    /// A world with the companies `acme`, `beech`, `cedar-test-17402`, the hostile `mallory` and the huge `granite`.
    pub fn new(settings: WorldSettings) -> Self {
        let state = State {
            settings,
            clock: Clock::new(),
            companies: seed::companies(),
            codes: HashMap::new(),
            tokens: HashMap::new(),
            faults: Faults::default(),
            log: Vec::new(),
            received: 0,
            estate: Estate::default(),
        };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// A panic in one test's assertion must not hide the state from the others.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn settings(&self) -> WorldSettings {
        self.state().settings.clone()
    }

    /// For tests that know the app's port only after the world is there.
    pub fn set_app_url(&self, url: impl Into<String>) {
        self.state().settings.app_url = url.into();
    }

    // Who works where.

    pub fn companies(&self) -> Vec<Company> {
        self.state().companies.clone()
    }

    pub fn company(&self, subdomain: &str) -> Option<Company> {
        self.state().company(subdomain).cloned()
    }

    pub fn staff(&self, subdomain: &str, user_id: impl Display) -> Option<Staff> {
        self.state().staff(subdomain, &user_id.to_string()).cloned()
    }

    /// Adds a company, or replaces the one of the same subdomain.
    pub fn add_company(&self, company: Company) {
        let mut state = self.state();
        state.companies.retain(|known| known.subdomain != company.subdomain);
        state.companies.push(company);
    }

    /// Adds a member of staff, or replaces the one of the same id.
    pub fn add_staff(&self, subdomain: &str, staff: Staff) {
        let mut state = self.state();
        let company = state.company_mut(subdomain);
        company.staff.retain(|known| known.user_id.to_string() != staff.user_id.to_string());
        company.staff.push(staff);
    }

    pub fn rename_company(&self, subdomain: &str, name: impl Into<String>) {
        self.state().company_mut(subdomain).name = name.into();
    }

    /// Which properties a member of staff may see from now on.
    pub fn set_properties(&self, subdomain: &str, user_id: impl Display, properties: Vec<Property>) {
        let id = user_id.to_string();
        let mut state = self.state();
        let staff = state.company_mut(subdomain).staff.iter_mut().find(|staff| staff.user_id.to_string() == id);
        staff.unwrap_or_else(|| panic!("nobody has the id {id} at {subdomain}")).properties = properties;
    }

    // Launches.

    /// A new authorization code: works once, for 60 seconds of world time.
    pub fn mint_code(&self, subdomain: &str, user_id: impl Display) -> String {
        let id = user_id.to_string();
        self.try_mint_code(subdomain, &id).unwrap_or_else(|| panic!("nobody has the id {id} at {subdomain}"))
    }

    /// As `mint_code`, but chosen so that it holds `part` (`+`, `/`, `==`), for tests of escaping.
    pub fn mint_code_with(&self, subdomain: &str, user_id: impl Display, part: &str) -> String {
        assert!(["+", "/", "=", "=="].contains(&part), "no code can be counted on to hold {part:?}");
        let id = user_id.to_string();
        std::iter::repeat_with(|| self.mint_code(subdomain, &id))
            .find(|code| code.contains(part))
            .expect("an endless iterator")
    }

    pub(super) fn try_mint_code(&self, subdomain: &str, user_id: &str) -> Option<String> {
        let mut state = self.state();
        state.staff(subdomain, user_id)?;
        let grant = state.grant(subdomain, user_id);
        let code = clock::new_code();
        state.codes.insert(code.clone(), grant);
        Some(code)
    }

    /// What the frame opens: the code is not escaped, as in the vendor's sample.
    pub fn launch_url(&self, code: &str) -> String {
        launch::url(&self.state().settings, code)
    }

    /// The same launch with the code percent-encoded.
    pub fn launch_url_escaped(&self, code: &str) -> String {
        launch::url_escaped(&self.state().settings, code)
    }

    // Time.

    /// Time since the world began, what was added included.
    pub fn now(&self) -> Duration {
        self.state().clock.now()
    }

    /// Moves the world's time on, beside the real time that passes.
    pub fn advance(&self, by: Duration) {
        self.state().clock.advance(by);
    }

    // Faults.

    /// Makes the coming answers faulty. A fault takes the place of another of its kind whose target overlaps; faults of
    /// different kinds act together. A fault that only one method can have is for that method, whatever `target` says.
    pub fn set_fault(&self, target: Target, fault: Fault, times: Times) {
        self.state().faults.set(target, fault, times);
    }

    /// Takes one fault back, for whichever target it was set.
    pub fn clear_fault(&self, fault: Fault) {
        self.state().faults.clear(fault);
    }

    pub fn clear_faults(&self) {
        self.state().faults = Faults::default();
    }

    pub fn active_faults(&self) -> Vec<ActiveFault> {
        self.state().faults.active().to_vec()
    }

    // What was received.

    /// Oldest first.
    pub fn requests(&self) -> Vec<Received> {
        self.state().log.clone()
    }

    pub fn clear_requests(&self) {
        self.state().log.clear();
    }

    /// How many `getAccessToken` requests are in the log, refused ones included.
    pub fn exchanges(&self) -> usize {
        self.calls(Method::GetAccessToken)
    }

    /// How many `getUserInfo` requests are in the log, refused ones included.
    pub fn user_infos(&self) -> usize {
        self.calls(Method::GetUserInfo)
    }

    /// How many requests with this method's name are in the log, refused ones included.
    pub fn calls(&self, method: Method) -> usize {
        self.state().log.iter().filter(|received| received.is(method)).count()
    }
}

impl State {
    pub(super) fn company(&self, subdomain: &str) -> Option<&Company> {
        self.companies.iter().find(|company| company.subdomain == subdomain)
    }

    fn company_mut(&mut self, subdomain: &str) -> &mut Company {
        let found = self.companies.iter_mut().find(|company| company.subdomain == subdomain);
        found.unwrap_or_else(|| panic!("there is no company {subdomain}"))
    }

    pub(super) fn staff(&self, subdomain: &str, user_id: &str) -> Option<&Staff> {
        let is_meant = |id: &UserId| id.to_string() == user_id;
        self.company(subdomain)?.staff.iter().find(|staff| is_meant(&staff.user_id))
    }

    pub(super) fn grant(&self, subdomain: &str, user_id: &str) -> Grant {
        Grant { subdomain: subdomain.to_owned(), user_id: user_id.to_owned(), issued: self.clock.now(), spent: false }
    }
}
