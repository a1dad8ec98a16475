//! Label values. They are closed lists, so that outside input cannot create new ones.

/// Declares an enum whose variants have label values.
macro_rules! labels {
    ($(#[$doc:meta])* $name:ident { $($(#[$note:meta])* $variant:ident = $value:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$note])* $variant,)* }

        impl $name {
            #[allow(dead_code, reason = "not every label's counter starts at zero")]
            pub(super) const ALL: &[Self] = &[$(Self::$variant,)*];

            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $value,)* }
            }
        }
    };
}

labels! {
    /// The outcome of a launch.
    Launched {
        Linked = "linked",
        Pending = "pending",
        /// The same code again, from the browser that launched with it.
        Again = "again",
        Refused = "refused",
        /// Entrata rejected this server, not the code.
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

labels! {
    /// What presented a code again.
    ReplaySource {
        ByLaunch = "launch",
        ByEvent = "event",
    }
}

labels! {
    LinkChange {
        Linked = "linked",
        Unlinked = "unlinked",
        /// Unlinked because the user reported that somebody else had linked it.
        Disowned = "disowned",
    }
}

labels! {
    /// What became of an activation event: the first five when it was received, the others when it was processed.
    EventOutcome {
        Accepted = "taken",
        Repeated = "repeated",
        Malformed = "malformed",
        TooMany = "too_many",
        Full = "full",
        Logged = "logged",
        Verified = "verified",
        Unverified = "unverified",
        Reported = "reported",
        Refuted = "refuted",
    }
}

labels! {
    /// The result of a request to Latchkey as Syncaroo's provider.
    ProviderOutcome {
        Approved = "approved",
        Denied = "denied",
        /// A code was exchanged.
        Exchanged = "exchanged",
        Refreshed = "refreshed",
        /// The answer to a refresh was lost.
        RefreshedAgain = "refreshed_again",
        /// A code or token was used again, which revoked the grant.
        Reused = "reused",
        /// A code or token was not valid.
        Refused = "refused",
        ClientRefused = "client_refused",
        UpdateQueued = "update_queued",
        UpdateRepeated = "update_repeated",
        UpdateRefused = "update_refused",
    }
}

labels! {
    /// The addresses that the server listens on.
    Listener {
        Public = "public",
        Admin = "admin",
    }
}

labels! {
    /// Why the server closed a connection.
    ClosedFor {
        /// The limit of connections was reached, and this one had been waiting for its client longest.
        Full = "full",
        /// Its request head took too long.
        Head = "head",
        /// There was no next request.
        Idle = "idle",
        /// The client did not read the answer.
        Stalled = "stalled",
        /// The client did not close its side.
        Lingering = "lingering",
    }
}

labels! {
    /// The result of a renewal of a connection's token.
    RefreshOutcome {
        Renewed = "renewed",
        /// Another process stored a newer token meanwhile.
        Overtaken = "overtaken",
        /// The owner has to authorize again.
        GrantGone = "grant_gone",
        /// A failure that says nothing about the grant.
        Failed = "failed",
    }
}

labels! {
    /// Why a call to an outside system failed.
    ErrorKind {
        Unreachable = "unreachable",
        TooSlow = "too_slow",
        Down = "down",
        Transient = "transient",
        Limited = "limited",
        TokenRejected = "token_gone",
        GrantGone = "grant_gone",
        ClientRefused = "client_refused",
        NotPermitted = "not_permitted",
        NotEnabled = "not_enabled",
        PastTheEnd = "past_the_end",
        Refused = "refused",
        NotUnderstood = "not_understood",
    }
}

labels! {
    /// A method of Entrata's web services.
    ServiceMethod {
        GetProperties = "getProperties",
        GetCustomers = "getCustomers",
        GetLeases = "getLeases",
        Other = "other",
    }
}

impl ServiceMethod {
    pub fn of(method: &str) -> Self {
        Self::ALL.iter().copied().find(|known| known.name() == method).unwrap_or(Self::Other)
    }
}
