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

/// What `getAccessToken`'s answer is read as, for the fuzz targets.
#[cfg(any(test, feature = "fuzz"))]
pub(super) fn read_token(answer: &super::outbound::Answer) -> Result<Token, Fault> {
    oauth::token(&envelope::result(answer)?)
}

/// What `getUserInfo`'s answer is read as, for the fuzz targets.
#[cfg(any(test, feature = "fuzz"))]
pub(super) fn read_user_info(answer: &super::outbound::Answer) -> Result<UserInfo, Fault> {
    UserInfo::read(&envelope::result(answer)?)
}
