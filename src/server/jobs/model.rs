//! A job.

/// What a job does. Its name is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// Processes activation events. One job for all of them.
    Activation,
    /// Deletes expired rows.
    Sweep,
    /// Reads the data of the connection whose id is the key.
    ConnectionSync,
    /// Reads what Syncaroo announced. One job for all announcements.
    ProviderUpdates,
}

impl JobKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Activation => "activation",
            Self::Sweep => "sweep",
            Self::ConnectionSync => "connection_sync",
            Self::ProviderUpdates => "provider_updates",
        }
    }
}

/// A job that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub kind: JobKind,
    /// What it is about, such as the id of a connection. Empty where there is one job of the kind.
    pub key: String,
    /// Failed runs since the last success.
    pub tries: i64,
}

/// A job with what ends its claim.
#[derive(Debug, Clone)]
pub struct ClaimedJob {
    pub job: Job,
    /// The number of the claim. A later claim of the same job has a higher one.
    pub claim: i64,
    /// How often the job had been asked for. If it is more at the end of the run, it runs again.
    pub requests: i64,
}
