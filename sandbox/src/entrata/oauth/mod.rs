//! The OAuth URL: `getAccessToken` exchanges an auth code for a token, `getUserInfo` returns the token's user.

mod exchange;
mod field_faults;
mod handler;
mod request;
mod user_info;

pub(crate) use handler::{follow_redirect, oauth};
