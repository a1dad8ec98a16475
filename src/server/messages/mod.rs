//! The text of the pages, in every language that has a file in `locales/`. Code names a message by its id, which the
//! compiler looks up in the default language's file: a message that does not exist does not compile.

mod catalog;
mod ids;
mod language;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, sync::LazyLock};

use catalog::Catalog;
pub use ids::MessageId;

/// The default language and its messages.
const DEFAULT: (&str, &str) = ("en-US", ids::SOURCE);

/// Every language and its messages; the default comes first.
const LANGUAGES: &[(&str, &str)] = &[DEFAULT];

static CATALOGS: LazyLock<Vec<Catalog>> = LazyLock::new(|| Catalog::load(LANGUAGES));

/// The id of a message; an unknown one is a compile error.
macro_rules! message_id {
    ($id:literal) => {
        const { $crate::server::messages::MessageId::of($id) }
    };
}

/// The text of a message: `message!(messages, "sign-in")`, or with arguments
/// `message!(messages, "minutes", count = 5)`.
macro_rules! message {
    ($messages:expr, $id:literal) => {
        $messages.text($crate::server::messages::message_id!($id))
    };
    ($messages:expr, $id:literal, $($name:ident = $value:expr),+ $(,)?) => {
        $messages.format(
            $crate::server::messages::message_id!($id),
            &[$((stringify!($name), $crate::server::messages::Argument::from($value))),+],
        )
    };
}

pub(crate) use {message, message_id};

/// An argument of a message. A number chooses the plural form and is written with the language's digit separator.
#[derive(Debug, Clone)]
pub enum Argument<'a> {
    Text(Cow<'a, str>),
    Number(u64),
}

impl<'a> From<&'a str> for Argument<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl<'a> From<&'a String> for Argument<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Argument<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<usize> for Argument<'_> {
    fn from(number: usize) -> Self {
        Self::Number(number as u64)
    }
}

/// Numbers of seconds and the like. A negative one counts as zero.
impl From<i64> for Argument<'_> {
    fn from(number: i64) -> Self {
        Self::Number(u64::try_from(number).unwrap_or_default())
    }
}

/// The messages of one language.
#[derive(Clone, Copy)]
pub struct Messages(&'static Catalog);

impl Messages {
    /// Returns the messages in the language that suits a request best, by its `Accept-Language` header
    /// (RFC 9110, section 12.5.4).
    pub fn for_request(accept_language: Option<&str>) -> Self {
        Self(language::best(accept_language.unwrap_or_default(), &CATALOGS))
    }

    /// Returns the language, as `<html lang>` names it (BCP 47).
    pub fn language(self) -> &'static str {
        self.0.language
    }

    /// Returns a message without arguments.
    pub fn text(self, id: MessageId) -> &'static str {
        self.0.text(id)
    }

    /// Returns a message with its arguments filled in.
    pub fn format(self, id: MessageId, arguments: &[(&'static str, Argument<'_>)]) -> String {
        self.0.format(id, arguments)
    }

    /// Returns a number with the language's digit separator: `20,000`.
    pub fn number(self, number: usize) -> String {
        self.0.number(number)
    }
}

impl Default for Messages {
    fn default() -> Self {
        Self::for_request(None)
    }
}
