//! An app that is registered with Octorate.

/// What the vendor's welcome mail tells an app's developer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    pub client_id: String,
    pub client_secret: String,
    pub redirect_uris: Vec<String>,
}

impl App {
    /// Returns the two apps that every simulator begins with. Their credentials are the same each time.
    pub(super) fn samples() -> Vec<Self> {
        ["one", "two"].map(Self::sample).into()
    }

    fn sample(name: &str) -> Self {
        Self {
            client_id: format!("octoratesandboxclient00{name}"),
            client_secret: format!("octorate-sandbox-secret-of-{name}-7f3a"),
            // What Octorate registers until the developer changes it.
            redirect_uris: vec!["https://localhost".to_owned()],
        }
    }
}
