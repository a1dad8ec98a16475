//! Parameters of a query or a form, by the names used since 2021.

/// The older names of the parameters, which are refused in strict mode.
const OLD_NAMES: [(&str, &str); 7] = [
    ("client_id", "clientId"),
    ("client_secret", "clientSecret"),
    ("redirect_uri", "redirectUri"),
    ("response_type", "responseType"),
    ("grant_type", "grantType"),
    ("refresh_token", "refreshToken"),
    ("connection_id", "connectionId"),
];

pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    /// Reads `name=value&…`; a name without `=` has an empty value.
    ///
    /// # Errors
    /// With a message when a name occurs twice or, if `strict`, has its older form.
    pub(crate) fn parse(text: &str, strict: bool) -> Result<Self, String> {
        let mut params: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            let new_name = OLD_NAMES.iter().find(|(old, _)| *old == name).map(|(_, new)| *new);
            let name = match new_name {
                Some(new) if strict => return Err(format!("{name} is not a parameter; its name is {new}")),
                Some(new) => new.to_owned(),
                None => name.into_owned(),
            };
            if params.iter().any(|(other, _)| *other == name) {
                return Err(format!("{name} occurs twice"));
            }
            params.push((name, value.into_owned()));
        }
        Ok(Self(params))
    }

    /// Returns a value, which may be empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// # Errors
    /// With a message when the parameter is missing or empty.
    pub(crate) fn required(&self, name: &str) -> Result<&str, String> {
        self.get(name).filter(|value| !value.is_empty()).ok_or_else(|| format!("{name} is missing"))
    }
}
