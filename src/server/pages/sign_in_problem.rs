//! Why a password did not sign in, in words for the form.

use crate::server::{
    clock::Epoch,
    messages::{Messages, message},
};

/// Why a password did not sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInProblem {
    /// Unknown email or wrong password.
    Wrong,
    /// A field is missing or empty.
    Incomplete,
    /// Too many were wrong; this one was not checked.
    Wait { seconds: Epoch },
}

impl SignInProblem {
    /// Returns the seconds to wait, if that is the problem.
    pub fn seconds(self) -> Option<Epoch> {
        match self {
            Self::Wait { seconds } => Some(seconds),
            Self::Wrong | Self::Incomplete => None,
        }
    }

    /// The text for a form that asks only for the password.
    pub(super) fn password_text(self, messages: Messages) -> String {
        match self {
            Self::Wrong => message!(messages, "wrong-password").to_owned(),
            Self::Incomplete => message!(messages, "password-missing").to_owned(),
            Self::Wait { seconds } => message!(messages, "too-many-attempts", wait = wait(messages, seconds)),
        }
    }

    pub(super) fn text(self, messages: Messages) -> String {
        match self {
            Self::Wrong => message!(messages, "wrong-email-or-password").to_owned(),
            Self::Incomplete => message!(messages, "email-or-password-missing").to_owned(),
            Self::Wait { .. } => self.password_text(messages),
        }
    }
}

/// `30 seconds`, `60 seconds`, `15 minutes`: rounded up, so it is never too short.
fn wait(messages: Messages, seconds: Epoch) -> String {
    match seconds {
        ..=60 => message!(messages, "seconds", count = seconds.max(1)),
        _ => message!(messages, "minutes", count = (seconds + 59) / 60),
    }
}
