//! The types of this module. They don't depend on storage, except for the codes that rows hold.

use crate::server::{
    clock::Epoch,
    ids::{AccountId, IdentityId, VisitId},
};

/// The client of a request, as far as it is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientInfo {
    /// An IPv4 address or an IPv6 /64; empty for the command line.
    pub address: String,
    /// The browser's name, or a code of `ORIGINS` where there was no browser.
    pub browser: String,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditAction {
    Registered,
    SignedIn,
    /// A launched visit continued as an account that was signed in in the same browser, without a password.
    Continued,
    /// A linked identity was signed in by its launch.
    Launched,
    /// A visit was opened in a new tab.
    TabOpened,
    /// A wrong password, or the right one of a disabled account.
    Failed,
    Linked,
    Declined,
    Unlinked,
    /// Unlinked because somebody else made the link.
    Disowned,
    PasswordChanged,
    NameChanged,
    EmailChanged,
    /// The account was deleted. Only its audit rows are left, without addresses, browsers and details.
    AccountDeleted,
    /// An account that was registered and not linked in time was deleted.
    RegistrationExpired,
    SessionEnded,
    /// A bearer token was used after its successor, so somebody had a copy.
    SessionStolen,
    /// A code was used again: by another browser than the one it signed in, in an event, or after Entrata refused it.
    CodeReplayed,
    KeysRotated,
    AccountDisabled,
    AccountEnabled,
    CompanyDisabled,
    CompanyEnabled,
    /// Entrata suspended a company. Each visit that this ended has its own row.
    CompanySuspended,
    CompanyActivated,
    /// The account approved a connection of Syncaroo. The detail is its number, as in the next two.
    GrantApproved,
    GrantRevoked,
    /// A code or refresh token was used again, so somebody had a copy. The grant was revoked.
    GrantReused,
    /// A launch that Entrata accepted lifted a suspension that no web service had confirmed.
    SuspensionLifted,
    /// A connection to another property system was made.
    Connected,
    /// A connection was authorized again.
    Reconnected,
    Disconnected,
}

/// What else there is to say about an event. Other details are data: a company's subdomain, the name of the system of a
/// connection, or the figures of a key rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditDetail {
    /// The password was entered again in a signed-in visit.
    PasswordConfirmed,
    /// The password was right, but the account is disabled.
    AccountDisabled,
    /// The link was made by `latchkey links import`.
    Imported,
}

/// The account, identity and visit that an event is about, as far as there are any.
#[derive(Debug, Clone, Copy, Default)]
pub struct AuditSubject<'a> {
    pub account: Option<&'a AccountId>,
    pub identity: Option<&'a IdentityId>,
    pub visit: Option<&'a VisitId>,
    /// A code of [`AuditDetail`], or data; never words for people.
    pub detail: &'a str,
}

/// A stored event, as the history shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    pub number: i64,
    pub at: Epoch,
    pub what: AuditAction,
    pub identity: Option<SubjectIdentity>,
    pub address: String,
    pub browser: String,
    pub detail: String,
}

/// The identity that an event is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectIdentity {
    pub id: IdentityId,
    pub company: String,
    pub subdomain: String,
    pub user_id: String,
    /// Whether it is still linked to the account.
    pub linked: bool,
}

/// What made a change where there was no browser: the stored code, and its words.
const ORIGINS: &[(&str, &str)] =
    &[(COMMAND_LINE, "Command line"), (ENTRATA_EVENT, "Entrata event"), (SYNCAROO, "Syncaroo")];
const COMMAND_LINE: &str = "command_line";
const ENTRATA_EVENT: &str = "entrata_event";
const SYNCAROO: &str = "syncaroo";

impl ClientInfo {
    /// The operator's command line.
    pub fn command_line() -> Self {
        Self { address: String::new(), browser: COMMAND_LINE.to_owned() }
    }

    /// An activation event that this address sent.
    pub fn entrata_event(address: String) -> Self {
        Self { address, browser: ENTRATA_EVENT.to_owned() }
    }

    /// Syncaroo's server, at this address.
    pub fn syncaroo(address: String) -> Self {
        Self { address, browser: SYNCAROO.to_owned() }
    }
}

impl AuditEvent {
    /// The browser or origin, in words.
    pub fn browser_text(&self) -> &str {
        words(ORIGINS, &self.browser)
    }

    /// The detail, in words.
    pub fn detail_text(&self) -> &str {
        words(DETAILS, &self.detail)
    }
}

/// The text for a code. Data that isn't a code is returned unchanged.
fn words<'a>(words: &[(&str, &'a str)], code: &'a str) -> &'a str {
    words.iter().find(|(known, _)| *known == code).map_or(code, |(_, words)| words)
}

/// Codes of details, and their words.
const DETAILS: &[(&str, &str)] = &[
    ("password_confirmed", "password confirmed"),
    ("account_disabled", "disabled"),
    ("imported", "imported"),
    ("octorate", "Octorate"),
    ("activebuilding", "ActiveBuilding"),
    ("rex", "Gryphtech REX"),
    ("syncaroo", "Syncaroo"),
];

impl AuditDetail {
    /// The code that is stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::PasswordConfirmed => "password_confirmed",
            Self::AccountDisabled => "account_disabled",
            Self::Imported => "imported",
        }
    }
}

/// The code of each action, as rows hold it.
const CODES: &[(AuditAction, &str)] = &[
    (AuditAction::Registered, "registered"),
    (AuditAction::SignedIn, "signed_in"),
    (AuditAction::Continued, "continued"),
    (AuditAction::Launched, "launched"),
    (AuditAction::TabOpened, "tab_opened"),
    (AuditAction::Failed, "failed"),
    (AuditAction::Linked, "linked"),
    (AuditAction::Declined, "declined"),
    (AuditAction::Unlinked, "unlinked"),
    (AuditAction::Disowned, "disowned"),
    (AuditAction::PasswordChanged, "password_changed"),
    (AuditAction::NameChanged, "name_changed"),
    (AuditAction::EmailChanged, "email_changed"),
    (AuditAction::AccountDeleted, "account_deleted"),
    (AuditAction::RegistrationExpired, "registration_expired"),
    (AuditAction::SessionEnded, "session_ended"),
    (AuditAction::SessionStolen, "session_stolen"),
    (AuditAction::CodeReplayed, "code_replayed"),
    (AuditAction::KeysRotated, "keys_rotated"),
    (AuditAction::AccountDisabled, "account_disabled"),
    (AuditAction::AccountEnabled, "account_enabled"),
    (AuditAction::CompanyDisabled, "company_disabled"),
    (AuditAction::CompanyEnabled, "company_enabled"),
    (AuditAction::CompanySuspended, "company_suspended"),
    (AuditAction::CompanyActivated, "company_activated"),
    (AuditAction::GrantApproved, "grant_approved"),
    (AuditAction::GrantRevoked, "grant_revoked"),
    (AuditAction::GrantReused, "grant_reused"),
    (AuditAction::SuspensionLifted, "suspension_lifted"),
    (AuditAction::Connected, "connected"),
    (AuditAction::Reconnected, "reconnected"),
    (AuditAction::Disconnected, "disconnected"),
];

impl AuditAction {
    /// The code that is stored, and that files show.
    pub fn name(self) -> &'static str {
        CODES.iter().find(|(action, _)| *action == self).map_or("", |(_, code)| code)
    }

    /// Returns the action with this code, or `None` for an unknown code.
    pub fn of(code: &str) -> Option<Self> {
        CODES.iter().find(|(_, known)| *known == code).map(|(action, _)| *action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_stores_codes_and_its_event_shows_words() {
        let event = |client: ClientInfo, detail: &str| AuditEvent {
            number: 1,
            at: 0,
            what: AuditAction::Linked,
            identity: None,
            address: client.address,
            browser: client.browser,
            detail: detail.to_owned(),
        };
        let imported = event(ClientInfo::command_line(), AuditDetail::Imported.code());
        assert_eq!((imported.browser.as_str(), imported.browser_text()), ("command_line", "Command line"));
        assert_eq!((imported.detail.as_str(), imported.detail_text()), ("imported", "imported"));
        let sent = event(ClientInfo::entrata_event("203.0.113.9".into()), AuditDetail::PasswordConfirmed.code());
        assert_eq!((sent.browser_text(), sent.detail_text()), ("Entrata event", "password confirmed"));
        let other = event(ClientInfo { browser: "Chrome on Windows".into(), ..ClientInfo::default() }, "acme");
        assert_eq!((other.browser_text(), other.detail_text()), ("Chrome on Windows", "acme"));
    }

    #[test]
    fn every_detail_has_words() {
        for detail in [AuditDetail::PasswordConfirmed, AuditDetail::AccountDisabled, AuditDetail::Imported] {
            assert!(DETAILS.iter().any(|(code, _)| *code == detail.code()), "{detail:?}");
        }
    }
}
