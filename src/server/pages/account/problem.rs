//! Why a form of the account page was refused.

use crate::server::{
    account::Refusal,
    clock::Epoch,
    ids::IdentityId,
    messages::{Messages, message},
    pages::login::{SignInProblem, refusal_id},
};

#[derive(Debug, Clone)]
pub struct Problem {
    pub form: Form,
    /// The text of the form's field, so that nobody has to type it again.
    pub typed: String,
    pub error: FieldError,
}

/// A form of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    Unlink { identity: IdentityId, not_me: bool },
    Name,
    Email,
    Password,
    DataExport,
    Delete,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldError {
    /// The current password.
    Password(SignInProblem),
    /// The new name, email or password.
    Refused(Refusal),
    /// The last Entrata user can't be unlinked.
    Last,
    /// The text that confirms a deletion is wrong.
    NotConfirmed,
}

impl Problem {
    pub fn new(form: Form, error: FieldError) -> Self {
        Self { form, typed: String::new(), error }
    }

    pub fn typed(self, typed: String) -> Self {
        Self { typed, ..self }
    }
}

impl FieldError {
    /// Returns the seconds to wait, if that is the problem.
    pub fn seconds(self) -> Option<Epoch> {
        match self {
            Self::Password(problem) => problem.seconds(),
            Self::Refused(_) | Self::Last | Self::NotConfirmed => None,
        }
    }

    /// The text above a form: what is wrong with the current password.
    fn form_text(self, messages: Messages) -> Option<String> {
        match self {
            Self::Password(problem) => Some(problem.password_text(messages)),
            Self::Refused(_) | Self::Last | Self::NotConfirmed => None,
        }
    }

    /// The text at the form's own field.
    fn field_text(self, messages: Messages) -> Option<&'static str> {
        match self {
            Self::Refused(Refusal::EmailTaken) => Some(message!(messages, "email-taken-by-other")),
            Self::Refused(refusal) => Some(messages.text(refusal_id(refusal))),
            Self::NotConfirmed => Some(message!(messages, "delete-email-mismatch")),
            Self::Password(_) | Self::Last => None,
        }
    }
}

/// The state of one form: whether it is open, its errors, and what was typed.
pub(super) struct FormState {
    pub open: bool,
    pub form_error: Option<String>,
    pub field_error: Option<&'static str>,
    pub typed: String,
}

impl FormState {
    pub fn new(messages: Messages, problem: Option<&Problem>, form: &Form) -> Self {
        match problem.filter(|problem| problem.form == *form) {
            Some(Problem { error, typed, .. }) => Self {
                open: true,
                form_error: error.form_text(messages),
                field_error: error.field_text(messages),
                typed: typed.clone(),
            },
            None => Self { open: false, form_error: None, field_error: None, typed: String::new() },
        }
    }
}
