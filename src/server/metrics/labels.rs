//! The words that counts are told apart by: closed lists, so that what comes from outside makes no new ones.

/// An enum, its words, and all of it.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$said:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$said])* $variant,)* }

        impl $name {
            pub(super) const ALL: &[Self] = &[$(Self::$variant,)*];

            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }
    };
}

words! {
    /// What a launch came to.
    Launched {
        Linked = "linked",
        Pending = "held",
        /// The same code again, by the browser that launched it.
        Again = "again",
        Refused = "refused",
        /// Entrata refused this server, not the code.
        ClientRefused = "client_refused",
        Spent = "spent",
        AccessDenied = "disabled",
        Unavailable = "unavailable",
        StorageUnavailable = "no_room",
        Failed = "failed",
        Malformed = "malformed",
        NotFramed = "not_framed",
        TooMany = "too_many",
    }
}

words! {
    /// Where a code came again.
    Came {
        ByLaunch = "launch",
        ByEvent = "event",
    }
}

words! {
    LinkChange {
        Linked = "linked",
        Unlinked = "unlinked",
        /// Unlinked because it was somebody else's doing.
        Disowned = "disowned",
    }
}

words! {
    /// How an activation event fared: the first five at the door, the others when it was worked.
    Told {
        Taken = "taken",
        Repeated = "repeated",
        Malformed = "malformed",
        TooMany = "too_many",
        Full = "full",
        Logged = "logged",
        VerifiedPassword = "proven",
        Unproven = "unproven",
        Reported = "reported",
        Refuted = "refuted",
    }
}

words! {
    /// The addresses that connections come in on.
    Listener {
        Public = "public",
        Admin = "admin",
    }
}

words! {
    /// Why the server closed a connection.
    ClosedFor {
        /// The limit of connections was reached, and this client kept the server waiting longest.
        Full = "full",
        /// Its request head took too long.
        Head = "head",
        /// No next request came.
        Idle = "idle",
        /// The client took nothing of the answer.
        Stalled = "stalled",
        /// The client did not end its side.
        Lingering = "lingering",
    }
}

/// Methods of the web services that are told apart.
const METHODS: &[&str] = &["getProperties", "getCustomers", "getLeases"];

pub(super) fn method(called: &str) -> &'static str {
    METHODS.iter().find(|known| **known == called).copied().unwrap_or("other")
}
