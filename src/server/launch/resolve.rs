//! Resolving: who came is stored, and signed in if the identity has an account, else held. One transaction, so that a launch leaves
//! either everything or nothing.

use super::exchange::{Launches, Outcome};
use crate::server::{
    account::{AccessDenied, company_may, may_enter},
    audit::{AuditAction, AuditSubject},
    company::CompanyStatus,
    connectors::{Token, entrata::UserInfo},
    identity::{LaunchProfile, LaunchedIdentity, token_place},
    storage::{self, audit, companies, identities, visits},
    visit::{
        Browser, BrowserContext, IssuedFor, NewSessionIds, NewVisit, PENDING_LIFETIME, PageTicket, Visit, cap, next_id,
    },
};

impl Launches {
    pub(super) async fn resolve(
        &self,
        hash: [u8; 32],
        (token, info, exchange_began_at): (Token, UserInfo, i64),
        presented: BrowserContext,
    ) -> storage::Result<Outcome> {
        let (now, clock) = (self.core.clock.now(), self.core.clock.clone());
        let subdomain = info.subdomain.as_str().to_owned();
        let place = token_place(&self.issuer, &subdomain, &info.user_id);
        let sealed = self.vault.seal(&place, secrecy::ExposeSecret::expose_secret(&token.secret));
        let token_expires_at = token.expires_in.map(|life| now.saturating_add(life));
        let properties = serde_json::to_string(&info.properties).unwrap_or_else(|_| "[]".into());
        let (issuer, identity_id, visit_id) = (self.issuer.clone(), self.core.rng.id(), self.core.rng.id());
        let (fresh, asks) = (NewSessionIds::draw(&self.core.rng), self.asks);
        let (cookie, ticket) = (fresh.cookie(), PageTicket::draw(&self.core.rng, now));
        let secret = ticket.secret.clone();
        let visit: Result<Visit, AccessDenied> = self
            .core
            .storage
            .write(move |mut tx| async move {
                let told = LaunchProfile {
                    issuer: &issuer,
                    subdomain: &subdomain,
                    company: &info.company,
                    user_id: &info.user_id,
                    properties: &properties,
                    token: &sealed,
                    token_expires_at,
                    exchange_began_at,
                };
                let LaunchedIdentity { mut identity, account } =
                    identities::upsert_launched(&mut tx, &identity_id, told, &clock).await?;
                // Entrata has just let somebody of the company in, which refutes a suspension that only an event
                // claimed.
                if identity.company_status == CompanyStatus::Suspended
                    && companies::lift_unconfirmed(&mut tx, &identity.issuer, &identity.subdomain).await?
                {
                    identity.company_status = CompanyStatus::Open;
                    let about = AuditSubject { detail: &identity.subdomain, ..AuditSubject::default() };
                    audit::insert(&mut tx, AuditAction::SuspensionLifted, about, &presented.client, now).await?;
                }
                let denied = match &account {
                    Some(account) => may_enter(account, identity.company_status).err(),
                    None => company_may(identity.company_status).err(),
                };
                if let Some(denied) = denied {
                    return Ok(Err(denied));
                }
                let linked_to = account.as_ref().map(|a| a.id.clone());
                let account = match (account, presented.key) {
                    (Some(account), Some(key)) if asks && !key.knows(&mut tx, &account.id, now).await? => None,
                    // Without a cookie, as with a bearer, no browser can be remembered: the password is asked for
                    // each time.
                    (Some(_), None) if asks => None,
                    (account, _) => account,
                };
                let came = presented.browser;
                let browser = next_id(&mut tx, came.as_ref(), IssuedFor::Launch, &fresh, now).await?;
                let came = came.filter(|came| came.session_id == browser.session_id);
                let begin = NewVisit {
                    id: &visit_id,
                    session_id: &browser.session_id,
                    opens_from: browser.number,
                    password_verified_at: None,
                    identity_id: Some(&identity.id),
                    account_id: account.as_ref().map(|a| a.id.as_str()),
                    pending_until: account.is_none().then_some(now + PENDING_LIFETIME),
                    code: Some(&hash),
                    presented_number: came.map_or(0, |came| came.number),
                    ticket: ticket.row(),
                    browser: &presented.client.browser,
                    opened_by: None,
                };
                visits::insert(&mut tx, begin, now).await?;
                let account_id = account.as_ref().map(|a| a.id.as_str());
                cap(&mut tx, &visit_id, &browser.session_id, account_id, &presented.client, now).await?;
                if let Some(account) = &account {
                    let (account, identity) = (Some(account.id.as_str()), Some(identity.id.as_str()));
                    let about = AuditSubject { account, identity, visit: Some(&visit_id), detail: "" };
                    audit::insert(&mut tx, AuditAction::Launched, about, &presented.client, now).await?;
                }
                let linked_to = linked_to.filter(|_| account.is_none());
                let Browser { session_id, number: opens_from, .. } = browser;
                let identity = Some(identity);
                Ok::<_, storage::Error>(Ok(Visit {
                    id: visit_id,
                    session_id,
                    opens_from,
                    by_password: false,
                    identity,
                    account,
                    linked_to,
                    unconfirmed: None,
                    tabs: 0,
                    opened_by: None,
                    used_at: now,
                    newest_at: now,
                    password_verified_at: None,
                }))
            })
            .await?;
        Ok(match visit {
            Ok(visit) => Outcome::Arrived { visit: Box::new(visit), cookie: Some(cookie), ticket: Some(secret) },
            Err(denied) => Outcome::AccessDenied(denied),
        })
    }
}
