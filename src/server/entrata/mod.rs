//! Entrata's side of the wire: the envelope that every answer comes in, the two calls of the sign-in, and what they tell.
//! Takes every form of answer that the real service has sent, and refuses all else.

mod envelope;
mod fault;
mod oauth;
mod subdomain;
mod user_info;

pub use fault::Fault;
pub use oauth::{EntrataOauth, Token};
pub use subdomain::Subdomain;
pub use user_info::{Property, UserInfo};
