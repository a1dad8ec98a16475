//! What the shell needs to know about a page.

use crate::server::{
    account::Account,
    ids::VisitId,
    messages::{MessageId, Messages, message},
    visit::Visit,
};

/// What the shell needs to know about a page.
#[derive(Debug, Clone)]
pub struct Document {
    /// The page's name in `data-page`, which tests rely on.
    pub name: &'static str,
    pub title: Title,
    /// Replaces the address in the browser; none keeps it.
    pub address: Option<String>,
    pub person: Option<Person>,
    /// Whether the page has islands and so needs the WebAssembly.
    pub islands: bool,
    /// Only on a visit's first page.
    pub cookie_probe: Option<ProbeTicket>,
    /// Whether the page replaces one that needs a session. Script may have the bearer token for it.
    pub resumes: bool,
    /// Whether its form was sent too often. Its name in `data-page` is then `unavailable`, although the form is still
    /// there.
    pub too_many: bool,
}

/// A page's title, which the browser's tab shows.
#[derive(Debug, Clone)]
pub enum Title {
    Message(MessageId),
    /// The name of what the page shows.
    Name(String),
}

impl From<MessageId> for Title {
    fn from(id: MessageId) -> Self {
        Self::Message(id)
    }
}

impl From<String> for Title {
    fn from(name: String) -> Self {
        Self::Name(name)
    }
}

/// What the first page of a visit sends to the server to find out whether the browser sends the cookie back.
#[derive(Debug, Clone)]
pub struct ProbeTicket {
    pub visit: VisitId,
    pub ticket: String,
}

/// Returns the text of the browser's tab.
pub fn browser_title(messages: Messages, title: &str) -> String {
    message!(messages, "browser-title", page = title)
}

impl Document {
    /// A page that keeps its address, for signed-out users.
    pub fn new(name: &'static str, title: impl Into<Title>) -> Self {
        Self {
            name,
            title: title.into(),
            address: None,
            person: None,
            islands: false,
            cookie_probe: None,
            resumes: false,
            too_many: false,
        }
    }

    pub fn with_address(self, address: impl Into<String>) -> Self {
        Self { address: Some(address.into()), ..self }
    }

    pub fn with_too_many(self, too_many: bool) -> Self {
        Self { too_many, ..self }
    }
}

/// Who is signed in. The bar shows it on every page, with a way to sign out.
#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    pub email: String,
    /// The company that a launched visit acts for.
    pub company: Option<String>,
    pub visit: VisitId,
    /// Opens the visit in a new tab, once.
    pub new_tab_ticket: String,
}

impl Person {
    pub fn new(visit: &Visit, account: &Account, new_tab_ticket: &str) -> Self {
        Self {
            name: account.name.clone(),
            email: account.email.clone(),
            company: visit.identity().map(|i| i.company.clone()),
            visit: visit.id.clone(),
            new_tab_ticket: new_tab_ticket.to_owned(),
        }
    }
}
