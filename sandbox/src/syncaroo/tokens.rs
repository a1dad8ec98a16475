//! Codes and tokens: a code works once, an access token for ten minutes, a refresh token once.

use std::collections::{HashMap, HashSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Reuse;
use crate::random;

/// How long an access token lives, in seconds.
pub(crate) const ACCESS_TOKEN_LIFE: i64 = 600;
/// How long a code lives, in seconds. Syncaroo's page does not say.
const CODE_LIFE: i64 = 600;

/// A new access and refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

/// All tokens that descend from one code are a family.
type Family = u64;

#[derive(Debug, Default)]
pub(crate) struct Tokens {
    codes: HashMap<String, Code>,
    access: HashMap<String, (Family, i64)>,
    refresh: HashMap<String, (Family, bool)>,
    revoked: HashSet<Family>,
    families: Family,
}

#[derive(Debug)]
struct Code {
    redirect_uri: String,
    expires_at: i64,
    is_spent: bool,
}

impl Tokens {
    pub(crate) fn mint_code(&mut self, redirect_uri: &str, now: i64) -> String {
        let code = random_text();
        let entry = Code { redirect_uri: redirect_uri.to_owned(), expires_at: now + CODE_LIFE, is_spent: false };
        self.codes.insert(code.clone(), entry);
        code
    }

    /// Spends a code. Returns none if it is unknown, spent, expired or was issued for another redirect URI.
    pub(crate) fn exchange(&mut self, code: &str, redirect_uri: &str, now: i64) -> Option<Pair> {
        let code = self.codes.get_mut(code)?;
        if code.is_spent || now >= code.expires_at || code.redirect_uri != redirect_uri {
            return None;
        }
        code.is_spent = true;
        Some(self.new_grant(now))
    }

    /// Spends a refresh token. Returns none if it is unknown, spent or revoked.
    pub(crate) fn refresh(&mut self, token: &str, reuse: Reuse, now: i64) -> Option<Pair> {
        let (family, is_spent) = self.refresh.get_mut(token)?;
        let family = *family;
        if *is_spent {
            if reuse == Reuse::FamilyRevoked {
                self.revoked.insert(family);
            }
            return None;
        }
        *is_spent = true;
        (!self.revoked.contains(&family)).then(|| self.issue(family, now))
    }

    /// Starts a family.
    pub(crate) fn new_grant(&mut self, now: i64) -> Pair {
        self.families += 1;
        self.issue(self.families, now)
    }

    pub(crate) fn accepts(&self, access: &str, now: i64) -> bool {
        let Some((family, expires_at)) = self.access.get(access) else { return false };
        now < *expires_at && !self.revoked.contains(family)
    }

    pub(crate) fn revoke_all(&mut self) {
        self.revoked.extend(1..=self.families);
    }

    fn issue(&mut self, family: Family, now: i64) -> Pair {
        let pair = Pair { access: random_text(), refresh: random_text() };
        self.access.insert(pair.access.clone(), (family, now + ACCESS_TOKEN_LIFE));
        self.refresh.insert(pair.refresh.clone(), (family, false));
        pair
    }
}

fn random_text() -> String {
    URL_SAFE_NO_PAD.encode(random::bytes::<24>())
}
