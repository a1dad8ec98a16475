//! Latchkey as an OAuth provider for Syncaroo: an account approves a connection, Syncaroo gets tokens for it, lists the
//! account's places and announces updates.

mod client;
mod consent;
mod exchange;
mod job;
mod locations;
mod model;
mod places;
mod present;
mod queue;
mod refresh;
mod request;
mod revoke;
mod service;
mod sweep;
mod tokens;
mod update;

pub use consent::{Consent, ConsentError};
pub use job::UpdateHandler;
pub use locations::SharedConnection;
pub use model::{
    AccessPair, AccountPlaces, CodeGrant, ConnectionId, DueUpdate, GrantView, NewPair, NewUpdate, PlaceStatus,
    RefreshPair, SharedPlace, SharedResource, StoredGrant, StoredPlace, UpdateResult, UpdateState, UpdateView,
};
pub use queue::Received;
pub use request::{AuthorizationError, AuthorizationRequest};
pub use service::Provider;
pub use sweep::sweep;
pub use tokens::{ACCESS_LIFETIME, IssuedTokens};
pub use update::{Announcement, NotUnderstood};
