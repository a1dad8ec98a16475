//! What handlers are handed. Permission is a type: a handler that takes a `LinkedVisit` can't be reached without one.

mod browser;
mod client;
mod fields;
mod flash;
mod framing;
mod page_renderer;
mod reader;
mod visit;

pub use browser::{FromBrowser, MaybeCredential, MaybeKey};
pub use client::{Client, ClientPrefix, PasswordAttempt, Prefix};
pub use fields::Fields;
pub use flash::{Flash, Typed};
pub use framing::Framing;
pub use page_renderer::{PageNonce, PageRenderer};
pub use reader::Reader;
pub use visit::{LinkedVisit, OpenVisit, OwnVisit, PendingVisit, VisitId};
