//! Everything the simulated Entrata knows. The steps that handle requests take it as an argument.

use std::collections::HashMap;

use super::company::{Company, Staff};
use super::error::{ApiError, fail};
use super::faults::ActiveFaults;
use super::grant::{Grant, TOKEN_LIFETIME};
use super::request_log::RequestLog;
use super::sample_companies;
use super::service_state::ServiceState;
use super::settings::Settings;
use crate::clock::Clock;

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) companies: Vec<Company>,
    pub(crate) codes: HashMap<String, Grant>,
    pub(crate) tokens: HashMap<String, Grant>,
    pub(crate) faults: ActiveFaults,
    pub(crate) log: RequestLog,
    pub(crate) services: ServiceState,
}

impl State {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            settings,
            clock: Clock::start(),
            companies: sample_companies::all(),
            codes: HashMap::new(),
            tokens: HashMap::new(),
            faults: ActiveFaults::default(),
            log: RequestLog::default(),
            services: ServiceState::default(),
        }
    }

    pub(crate) fn company(&self, subdomain: &str) -> Option<&Company> {
        self.companies.iter().find(|company| company.subdomain == subdomain)
    }

    /// # Panics
    /// If there is no such company: a mistake in the test.
    pub(crate) fn company_mut(&mut self, subdomain: &str) -> &mut Company {
        let company = self.companies.iter_mut().find(|company| company.subdomain == subdomain);
        company.unwrap_or_else(|| panic!("there is no company {subdomain}"))
    }

    pub(crate) fn staff(&self, subdomain: &str, user_id: &str) -> Option<&Staff> {
        self.company(subdomain)?.staff_member(user_id)
    }

    /// Returns a grant for a code or token that is issued now.
    pub(crate) fn new_grant(&self, subdomain: &str, user_id: &str) -> Grant {
        Grant {
            subdomain: subdomain.to_owned(),
            user_id: user_id.to_owned(),
            issued_at: self.clock.now(),
            is_used: false,
        }
    }

    /// Returns what a bearer token stands for.
    ///
    /// # Errors
    /// 401 if the token is missing, unknown or expired.
    pub(crate) fn check_bearer(&self, token: Option<&str>) -> Result<&Grant, ApiError> {
        let Some(token) = token else {
            return fail(401, "The bearer token is missing.");
        };
        match self.tokens.get(token) {
            None => fail(401, "The access token is unknown."),
            Some(grant) if self.clock.now() >= grant.issued_at + TOKEN_LIFETIME => {
                fail(401, "The access token has expired.")
            }
            Some(grant) => Ok(grant),
        }
    }
}
