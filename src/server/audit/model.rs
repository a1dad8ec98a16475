//! The types of this room. They know nothing of where they are stored.

use crate::server::clock::Epoch;

/// What a request is noted as: the prefix of its address, and its browser's name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientInfo {
    /// An IPv4 address or an IPv6 /64; empty for the command line.
    pub address: String,
    pub browser: String,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditAction {
    Registered,
    SignedIn,
    /// A launched visit continued as an account that was signed in in the same browser; no password was given.
    Continued,
    /// A linked identity came in by its launch.
    Launched,
    /// A visit was opened in a tab of its own.
    TabOpened,
    /// A wrong password.
    Failed,
    Linked,
    Declined,
    Unlinked,
    /// Unlinked because it was somebody else's doing.
    Disowned,
    PasswordChanged,
    NameChanged,
    EmailChanged,
    /// The account was deleted: nothing else is left of it but these rows, blanked.
    AccountDeleted,
    /// An account that was registered and not linked in time was deleted.
    RegistrationExpired,
    SessionEnded,
    /// A bearer was used after its successor: somebody had a copy.
    SessionStolen,
    /// A code came again: from another browser than the one that it let in, in an event, or though it had let nobody in.
    CodeReplayed,
    KeysRotated,
    AccountDisabled,
    AccountEnabled,
    CompanyDisabled,
    CompanyEnabled,
    /// Entrata keeps the app from a company; each visit that ended by it has a row of its own.
    CompanySuspended,
    CompanyActivated,
    /// A launch that Entrata accepted lifted a suspension that no web service had confirmed.
    SuspensionLifted,
}

/// Whom and what it is about, as far as there is one.
#[derive(Debug, Clone, Copy, Default)]
pub struct AuditSubject<'a> {
    pub account: Option<&'a str>,
    pub identity: Option<&'a str>,
    pub visit: Option<&'a str>,
    pub detail: &'a str,
}

/// A row as the person is shown it.
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
    pub id: String,
    pub company: String,
    pub subdomain: String,
    pub user_id: String,
    /// Whether it leads to the account still.
    pub linked: bool,
}

impl ClientInfo {
    pub fn command_line() -> Self {
        Self { address: String::new(), browser: "Command line".to_owned() }
    }
}

/// All there is, by their names in the database.
const NAMES: &[(AuditAction, &str)] = &[
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
    (AuditAction::SuspensionLifted, "suspension_lifted"),
];

impl AuditAction {
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(what, _)| *what == self).map_or("", |(_, name)| name)
    }

    /// The action of a code; none for an unknown one.
    pub fn of(code: &str) -> Option<Self> {
        NAMES.iter().find(|(_, name)| *name == code).map(|(action, _)| *action)
    }
}
