//! How the simulated Entrata knows the app.

#[derive(Clone, Debug)]
pub struct Settings {
    /// What the app must send to exchange a code.
    pub client_id: String,
    pub client_secret: String,
    /// The app's launch URL, which the tile opens.
    pub app_url: String,
    /// The value of `referrer` in a launch.
    pub referrer: String,
}

impl Default for Settings {
    /// Made-up credentials that look like real ones.
    fn default() -> Self {
        Self {
            client_id: "5a0db0c0000000000000.latchkey".to_owned(),
            client_secret: "5a0db0c0000000000000000000000000".to_owned(),
            app_url: "http://localhost:3000/login".to_owned(),
            referrer: "propertysolutions".to_owned(),
        }
    }
}

impl Settings {
    /// Returns the URL that the frame opens. The code is not encoded, as in the vendor's sample.
    pub(crate) fn launch_url(&self, code: &str) -> String {
        let separator = if self.app_url.contains('?') { '&' } else { '?' };
        format!("{}{separator}referrer={}&auth_code={code}", self.app_url, self.referrer)
    }
}
