//! The one-time ticket of a form that begins a redirect. The form opens a tab without the frame's cookies, so the
//! ticket alone authorizes the post. It is sealed and not stored, because rendering a page must not cost a write; its
//! hash is stored when it is used.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

use super::{RedirectTarget, System, context::Context};
use crate::server::{
    clock::Epoch,
    digest::digest,
    ids::{AccountId, ConnectionId, VisitId},
    vault::Sealed,
};

/// Seconds that a ticket is valid: as long as somebody may look at the page before pressing the button.
pub const LIFETIME: Epoch = 10 * 60;

/// What a valid ticket says.
pub struct Ticket {
    pub account: AccountId,
    pub target: RedirectTarget,
    pub hash: [u8; 32],
    pub expires_at: Epoch,
}

/// The associated data that a ticket is sealed with.
fn context_of(visit: &VisitId) -> String {
    format!("connect_tickets/{visit}")
}

pub fn issue(context: &Context, visit: &VisitId, account: &AccountId, target: &RedirectTarget) -> SecretString {
    let connection = target.connection.as_ref().map_or("", ConnectionId::as_str);
    let (nonce, expires_at) = (context.core.rng.ticket(), context.now() + LIFETIME);
    let plain = format!("{nonce}.{account}.{}.{connection}.{expires_at}", target.system.name());
    let sealed = context.vault.seal(&context_of(visit), &plain);
    format!("{}.{}", sealed.key_id, URL_SAFE_NO_PAD.encode(sealed.bytes)).into()
}

/// Opens a ticket of a visit. Returns none if it is late, altered or another visit's.
pub fn open(context: &Context, visit: &VisitId, ticket: &str) -> Option<Ticket> {
    let (key_id, bytes) = ticket.rsplit_once('.')?;
    let sealed = Sealed { key_id: key_id.to_owned(), bytes: URL_SAFE_NO_PAD.decode(bytes).ok()? };
    let plain = context.vault.open(&context_of(visit), &sealed).ok()?;
    let mut parts = plain.expose_secret().split('.');
    let (nonce, account) = (parts.next()?, parts.next()?.to_owned());
    let system = System::of(parts.next()?)?;
    let connection = Some(parts.next()?).filter(|id| !id.is_empty()).map(|id| ConnectionId::from(id.to_owned()));
    let expires_at = parts.next()?.parse().ok().filter(|at| *at > context.now())?;
    let (target, hash) = (RedirectTarget { system, connection }, digest("connect ticket", nonce.as_bytes()));
    Some(Ticket { account: account.into(), target, hash, expires_at })
}
