//! The state of the simulated Octorate: apps, users, codes, grants and access tokens.

use std::collections::HashMap;

use super::app::App;
use super::error::ApiError;
use super::modes::{GrantTypes, Modes, RefusalStatus};
use super::token_answer::Tokens;
use super::user::User;
use crate::random;

#[derive(Debug)]
pub(super) struct State {
    pub(super) modes: Modes,
    pub(super) apps: Vec<App>,
    pub(super) users: Vec<User>,
    pub(super) rooms: u64,
    /// Calls that are still answered; none if there is no limit.
    pub(super) data_quota: Option<u32>,
    pub(super) identity_quota: Option<u32>,
    codes: HashMap<String, Code>,
    grants: Vec<Grant>,
    access_tokens: HashMap<String, AccessToken>,
}

#[derive(Debug)]
struct Code {
    app: usize,
    user: usize,
    redirect_uri: String,
    /// Milliseconds since 1970.
    issued_at: i64,
    is_used: bool,
}

#[derive(Debug)]
struct Grant {
    app: usize,
    user: usize,
    refresh_token: String,
    is_revoked: bool,
}

#[derive(Clone, Copy, Debug)]
struct AccessToken {
    /// The grant's index; none for an ApiLogin token.
    grant: Option<usize>,
    app: usize,
    /// Milliseconds since 1970.
    expires_at: i64,
}

/// Whose data an access token reads, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bearer {
    User(usize),
    App(usize),
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            modes: Modes::default(),
            apps: App::samples(),
            users: User::samples(),
            rooms: 3,
            data_quota: None,
            identity_quota: None,
            codes: HashMap::new(),
            grants: Vec::new(),
            access_tokens: HashMap::new(),
        }
    }

    pub(super) fn issue_code(&mut self, app: usize, user: usize, redirect_uri: &str, now: i64) -> String {
        let code = new_secret();
        let redirect_uri = redirect_uri.to_owned();
        self.codes.insert(code.clone(), Code { app, user, redirect_uri, issued_at: now, is_used: false });
        code
    }

    /// Exchanges a code. Only a successful exchange uses it up.
    pub(super) fn exchange(
        &mut self,
        app: usize,
        grant_type: &str,
        redirect_uri: &str,
        code: &str,
        now: i64,
    ) -> Result<Tokens, ApiError> {
        let is_lenient = self.modes.grant_types == GrantTypes::Lenient;
        if grant_type != "code" && !(is_lenient && grant_type == "authorization_code") {
            return Err(ApiError::params("errGrantType"));
        }
        let life = self.modes.code_life.seconds() * 1000;
        let code = self.codes.get_mut(code).ok_or(ApiError::params("errCode"))?;
        if code.app != app {
            return Err(ApiError::security("errCodeOfAnotherClient"));
        }
        if code.is_used || now - code.issued_at > life {
            return Err(ApiError::params("errCode"));
        }
        if code.redirect_uri != redirect_uri {
            return Err(ApiError::params("errRedirectUri"));
        }
        code.is_used = true;
        let grant = Grant { app, user: code.user, refresh_token: new_secret(), is_revoked: false };
        let refresh = Some(grant.refresh_token.clone());
        self.grants.push(grant);
        Ok(Tokens { refresh, ..self.issue_access_token(app, Some(self.grants.len() - 1), now) })
    }

    pub(super) fn refresh(&mut self, app: usize, refresh_token: &str, now: i64) -> Result<Tokens, ApiError> {
        let grant = self.grants.iter().position(|grant| grant.refresh_token == refresh_token && !grant.is_revoked);
        let refused = match self.modes.refusal {
            RefusalStatus::BadRequest => ApiError::params("errRefreshToken"),
            RefusalStatus::Forbidden => ApiError::security("errRefreshToken"),
        };
        let grant = grant.filter(|grant| self.grants[*grant].app == app).ok_or(refused)?;
        Ok(self.issue_access_token(app, Some(grant), now))
    }

    pub(super) fn issue_access_token(&mut self, app: usize, grant: Option<usize>, now: i64) -> Tokens {
        let expires_at = now + self.modes.access_life * 1000;
        let access = new_secret();
        self.access_tokens.insert(access.clone(), AccessToken { grant, app, expires_at });
        Tokens { access, refresh: None, expires_at }
    }

    pub(super) fn bearer(&self, token: &str, now: i64) -> Option<Bearer> {
        let token = self.access_tokens.get(token).filter(|token| now < token.expires_at)?;
        let Some(grant) = token.grant else { return Some(Bearer::App(token.app)) };
        let grant = &self.grants[grant];
        (!grant.is_revoked).then_some(Bearer::User(grant.user))
    }

    /// Revokes all grants of a user: their refresh tokens and access tokens.
    pub(super) fn disconnect(&mut self, user: usize) {
        self.grants.iter_mut().filter(|grant| grant.user == user).for_each(|grant| grant.is_revoked = true);
    }

    pub(super) fn expire_access_tokens(&mut self) {
        self.access_tokens.clear();
    }

    /// Checks a client's id and secret.
    pub(super) fn authenticate(&self, client_id: &str, client_secret: &str) -> Result<usize, ApiError> {
        let app = self.apps.iter().position(|app| app.client_id == client_id && app.client_secret == client_secret);
        app.ok_or(ApiError::security("errClient"))
    }
}

/// Counts a call against a quota.
pub(super) fn spend(quota: &mut Option<u32>) -> Result<(), ApiError> {
    match quota {
        None => Ok(()),
        Some(0) => Err(ApiError::quota()),
        Some(left) => {
            *left -= 1;
            Ok(())
        }
    }
}

/// Returns 40 random hex digits.
fn new_secret() -> String {
    random::hex::<20>()
}
