//! A live visit: what it is, what state it is in, and which transitions that state allows. Other files in `visit/`
//! apply these transitions inside a database transaction.

use super::{RECENT_AUTHENTICATION, SessionCredential};
use crate::server::{
    account::{AccessDenied, Account, may_enter},
    audit::AuditSubject,
    clock::Epoch,
    company::{self, CompanyStatus},
    identity::Identity,
    ids::{AccountId, SessionId, VisitId},
    vault::Sealed,
};

/// A live visit.
#[derive(Debug, Clone)]
pub struct Visit {
    pub id: VisitId,
    pub session_id: SessionId,
    /// Only session ids with this number or higher open the visit.
    pub opens_from: i64,
    /// True once the password was entered in this visit. Then only the session id issued at that point, and later ids
    /// with it in their chain, open the visit.
    pub by_password: bool,
    pub state: VisitState,
    /// How many tabs were opened from it.
    pub tabs: i64,
    /// The visit whose tab chain this one belongs to, if it was opened in a new tab.
    pub opened_by: Option<VisitId>,
    pub used_at: Epoch,
    /// When the newest open visit of the same browser session began.
    pub newest_at: Epoch,
    /// When the account's password was last entered in it.
    pub password_verified_at: Option<Epoch>,
}

/// Who the visit acts as, or what it waits for. A visit never changes its identity, and never its account once it is
/// linked.
#[derive(Debug, Clone)]
pub enum VisitState {
    /// Waits for a sign-in.
    Pending {
        identity: Identity,
        /// The id of the identity's account. Set if the identity is already linked and only this browser is new.
        linked_to: Option<AccountId>,
    },
    /// Somebody signed in; the link waits for confirmation.
    Unconfirmed {
        identity: Identity,
        account: Account,
        /// The sealed ticket of the confirmation form.
        ticket: Sealed,
    },
    /// Acts as an account. Without an identity if it began with a direct sign-in.
    Linked { identity: Option<Identity>, account: Account },
}

/// The visit's state does not allow the transition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the visit's state does not allow this")]
pub struct WrongState;

impl VisitState {
    /// Signs an account in; the link then waits for confirmation. A second sign-in replaces the first.
    ///
    /// # Errors
    /// When the visit is linked, or its identity already has an account.
    pub fn sign_in(self, account: Account, ticket: Sealed) -> Result<Self, WrongState> {
        match self {
            Self::Pending { identity, linked_to: None } | Self::Unconfirmed { identity, .. } => {
                Ok(Self::Unconfirmed { identity, account, ticket })
            }
            Self::Pending { linked_to: Some(_), .. } | Self::Linked { .. } => Err(WrongState),
        }
    }

    /// Confirms the link to the account that signed in.
    ///
    /// # Errors
    /// When nobody has signed in, or the visit is linked already.
    pub fn confirm(self) -> Result<Self, WrongState> {
        match self {
            Self::Unconfirmed { identity, account, .. } => Ok(Self::Linked { identity: Some(identity), account }),
            Self::Pending { .. } | Self::Linked { .. } => Err(WrongState),
        }
    }

    /// Forgets the sign-in; the visit waits for another one.
    ///
    /// # Errors
    /// When nobody has signed in, or the visit is linked already.
    pub fn decline(self) -> Result<Self, WrongState> {
        match self {
            Self::Unconfirmed { identity, .. } => Ok(Self::Pending { identity, linked_to: None }),
            Self::Pending { .. } | Self::Linked { .. } => Err(WrongState),
        }
    }

    /// Links the visit to the account that its identity is already linked to, after the password was entered.
    ///
    /// # Errors
    /// When the identity is not linked to this account, or the visit is linked already.
    pub fn admit(self, account: Account) -> Result<Self, WrongState> {
        match self {
            Self::Pending { identity, linked_to: Some(id) } if id == account.id => {
                Ok(Self::Linked { identity: Some(identity), account })
            }
            _ => Err(WrongState),
        }
    }
}

impl Visit {
    /// The Entrata user it was launched by; none for a direct sign-in.
    pub fn identity(&self) -> Option<&Identity> {
        match &self.state {
            VisitState::Pending { identity, .. } | VisitState::Unconfirmed { identity, .. } => Some(identity),
            VisitState::Linked { identity, .. } => identity.as_ref(),
        }
    }

    /// The account it acts as; none before it is linked.
    pub fn account(&self) -> Option<&Account> {
        match &self.state {
            VisitState::Linked { account, .. } => Some(account),
            VisitState::Pending { .. } | VisitState::Unconfirmed { .. } => None,
        }
    }

    /// In a pending visit: the id of the account that its identity is linked to.
    pub fn linked_to(&self) -> Option<&AccountId> {
        match &self.state {
            VisitState::Pending { linked_to, .. } => linked_to.as_ref(),
            VisitState::Unconfirmed { .. } | VisitState::Linked { .. } => None,
        }
    }

    /// The account, identity and visit to record in the audit log. Includes the account of an unconfirmed sign-in.
    pub fn audit_subject(&self) -> AuditSubject<'_> {
        let account = match &self.state {
            VisitState::Unconfirmed { account, .. } | VisitState::Linked { account, .. } => Some(&account.id),
            VisitState::Pending { .. } => None,
        };
        let identity = self.identity().map(|identity| &identity.id);
        AuditSubject { account, identity, visit: Some(&self.id), ..AuditSubject::default() }
    }

    /// Whether a session credential opens the visit.
    pub fn opens_to(&self, credential: &SessionCredential) -> bool {
        self.session_id == *credential.session_id() && credential.opens(&self.id, self.opens_from, self.by_password)
    }

    /// Checks that neither the account nor the company is disabled or suspended. Includes the account of an unconfirmed
    /// sign-in.
    ///
    /// # Errors
    /// [`AccessDenied`] says which of them is.
    pub fn may_act(&self) -> Result<(), AccessDenied> {
        let company = self.identity().map_or(CompanyStatus::Open, |identity| identity.company_status);
        match &self.state {
            VisitState::Unconfirmed { account, .. } | VisitState::Linked { account, .. } => may_enter(account, company),
            VisitState::Pending { .. } => Ok(company::may_act(company)?),
        }
    }

    /// Whether it may act and acts as this account.
    pub fn acts_as(&self, account_id: &AccountId) -> bool {
        self.may_act().is_ok() && self.account().is_some_and(|account| account.id == *account_id)
    }

    /// Whether the account's password was entered in it within the last five minutes.
    pub fn is_recently_authenticated(&self, now: Epoch) -> bool {
        self.password_verified_at.is_some_and(|at| now - at <= RECENT_AUTHENTICATION)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> Identity {
        Identity {
            id: "identity".into(),
            issuer: "https://entrata.example".into(),
            subdomain: "acme".into(),
            user_id: "7".into(),
            company: "Acme".into(),
            company_status: CompanyStatus::Open,
            properties: "[]".into(),
            launched_at: 1,
        }
    }

    fn account(id: &str) -> Account {
        Account { id: id.into(), email: format!("{id}@acme.example"), name: id.into(), disabled: false }
    }

    fn ticket() -> Sealed {
        Sealed { key_id: "k1".into(), bytes: vec![1] }
    }

    fn pending(linked_to: Option<&str>) -> VisitState {
        VisitState::Pending { identity: identity(), linked_to: linked_to.map(Into::into) }
    }

    fn unconfirmed() -> VisitState {
        VisitState::Unconfirmed { identity: identity(), account: account("jane"), ticket: ticket() }
    }

    fn linked() -> VisitState {
        VisitState::Linked { identity: Some(identity()), account: account("jane") }
    }

    #[test]
    fn a_pending_visit_is_linked_only_after_a_sign_in_and_its_confirmation() {
        assert!(pending(None).confirm().is_err());
        let signed_in = pending(None).sign_in(account("jane"), ticket()).unwrap();
        let confirmed = signed_in.confirm().unwrap();
        assert!(matches!(confirmed, VisitState::Linked { account, .. } if account.id.as_str() == "jane"));
    }

    #[test]
    fn a_declined_sign_in_leaves_the_visit_pending() {
        assert!(matches!(unconfirmed().decline(), Ok(VisitState::Pending { linked_to: None, .. })));
        assert!(pending(None).decline().is_err());
    }

    #[test]
    fn a_second_sign_in_replaces_the_first() {
        let again = unconfirmed().sign_in(account("joe"), ticket()).unwrap();
        assert!(matches!(again, VisitState::Unconfirmed { account, .. } if account.id.as_str() == "joe"));
    }

    #[test]
    fn a_visit_whose_identity_has_an_account_admits_that_account_only() {
        assert!(pending(Some("jane")).sign_in(account("jane"), ticket()).is_err());
        assert!(pending(Some("jane")).admit(account("joe")).is_err());
        assert!(pending(None).admit(account("jane")).is_err());
        assert!(matches!(pending(Some("jane")).admit(account("jane")), Ok(VisitState::Linked { .. })));
    }

    #[test]
    fn a_linked_visit_never_changes_its_account() {
        assert!(linked().sign_in(account("joe"), ticket()).is_err());
        assert!(linked().confirm().is_err());
        assert!(linked().decline().is_err());
        assert!(linked().admit(account("joe")).is_err());
    }
}
