//! What has to be mended on the account's page, and in which of its forms.

use crate::server::{
    account::Refusal,
    clock::Epoch,
    pages::login::{SignInProblem, words},
};

#[derive(Debug, Clone)]
pub struct Problem {
    pub form: Form,
    /// What stands in the form's text field, that nobody has to type it again.
    pub typed: String,
    pub mend: FieldError,
}

/// A form of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    Unlink { identity: String, not_me: bool },
    Name,
    Email,
    Password,
    DataExport,
    Delete,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldError {
    /// The password that counts so far.
    Password(SignInProblem),
    /// What is to take the place of something.
    Refused(Refusal),
    /// The last Entrata user stays.
    Last,
    /// What had to be typed was not.
    NotConfirmed,
}

impl Problem {
    pub fn new(form: Form, mend: FieldError) -> Self {
        Self { form, typed: String::new(), mend }
    }

    pub fn typed(self, typed: String) -> Self {
        Self { typed, ..self }
    }
}

impl FieldError {
    /// Seconds to wait, where that is the problem.
    pub fn seconds(self) -> Option<Epoch> {
        match self {
            Self::Password(problem) => problem.seconds(),
            Self::Refused(_) | Self::Last | Self::NotConfirmed => None,
        }
    }

    /// What is said above a form: the password is not right.
    pub(super) fn of_password(self) -> Option<String> {
        match self {
            Self::Password(problem) => Some(problem.of_password()),
            Self::Refused(_) | Self::Last | Self::NotConfirmed => None,
        }
    }

    /// What is said beside the form's own field.
    pub(super) fn of_field(self) -> Option<&'static str> {
        match self {
            Self::Refused(Refusal::EmailTaken) => Some("Another account already uses this email."),
            Self::Refused(refusal) => Some(words(refusal)),
            Self::NotConfirmed => Some("That doesn’t match your account email. Nothing was deleted."),
            Self::Password(_) | Self::Last => None,
        }
    }
}

/// What has to be mended in one form: what is said above it, what beside its field, and what was typed there.
pub(super) struct FormErrors {
    pub open: bool,
    pub above: Option<String>,
    pub beside: Option<&'static str>,
    pub typed: String,
}

impl FormErrors {
    pub fn of(problem: Option<&Problem>, form: &Form) -> Self {
        match problem.filter(|problem| problem.form == *form) {
            Some(Problem { mend, typed, .. }) => {
                Self { open: true, above: mend.of_password(), beside: mend.of_field(), typed: typed.clone() }
            }
            None => Self { open: false, above: None, beside: None, typed: String::new() },
        }
    }
}
