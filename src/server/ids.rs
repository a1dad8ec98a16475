//! Ids as types of their own, so that an account's id can't be passed where a visit's is expected.

use std::fmt;

use serde::Serialize;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        /// For new ids and for ids read from a row or a request.
        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        #[cfg(test)]
        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// The id of an account.
    AccountId
);

id!(
    /// The id of an identity: a person as Entrata knows them.
    IdentityId
);

id!(
    /// The id of a visit.
    VisitId
);

id!(
    /// The id of a browser session's row. The browser never sees it: its cookie has ids of its own.
    SessionId
);

id!(
    /// The id of an activation event.
    EventId
);

id!(
    /// The id of a connection to another property system.
    ConnectionId
);

id!(
    /// The id of what an account has approved as Syncaroo's provider.
    GrantId
);

id!(
    /// The id of an update that Syncaroo announced.
    UpdateId
);
