//! Extractors. Permissions are types: a handler that takes `Acting<Linked>` runs only for a linked visit.

mod acting;
mod client;
mod credential;
mod fields;
mod flash;
mod framing;
mod page_renderer;
mod provider;
mod query;
mod top_level;
mod visit;

pub use acting::{Acting, AsIdentity, Linked, Open, Own, Pending, RecentlyAuthenticated};
pub use client::{Client, ClientPrefix, PasswordAttempt, Prefix};
pub use credential::{FromBrowser, MaybeCredential, MaybeKey};
pub use fields::Fields;
pub use flash::{Flash, Typed};
pub use framing::Framing;
pub use page_renderer::{PageNonce, PageRenderer};
pub use provider::{MaybeGrant, ProviderOn};
pub use query::{ListParams, Params};
pub use top_level::TopLevel;
pub use visit::VisitParam;
