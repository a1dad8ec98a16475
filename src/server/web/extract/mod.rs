//! What handlers are handed. Permission is a type: a handler that takes a `LinkedVisit` can't be reached without one.

mod browser;
mod client;
mod fields;
mod framing;
mod memo;
mod reader;
mod scene;
mod visit;

pub use browser::{MaybeCarrier, MaybeKey, Presents};
pub use client::{ClientPrefix, Noted, Prefix, Tries};
pub use fields::{Fields, LARGEST};
pub use framing::Framing;
pub use memo::{Memo, Typed};
pub use reader::Reader;
pub use scene::{PageNonce, Scene};
pub use visit::{HeldVisit, LinkedVisit, OpenVisit, OwnVisit, VisitId};
