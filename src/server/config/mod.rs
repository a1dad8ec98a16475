//! The settings, all from environment variables, read and checked when the server starts. If any are invalid, it does
//! not start, and names all of them at once.

mod access;
mod activebuilding;
mod entrata;
mod listen;
mod octorate;
mod reader;
mod rex;
mod storage;
mod syncaroo;
mod syncaroo_provider;
mod systems;

pub use access::{Access, NewBrowser, Registration};
pub use activebuilding::ActiveBuildingSection;
pub use entrata::EntrataSection;
pub use listen::{Listen, PublicUrl};
pub use octorate::OctorateSection;
pub use reader::{ClientCredentials, Vars, Wrong};
pub use rex::{RexFormat, RexSection};
pub use storage::StorageSettings;
pub use syncaroo::SyncarooSection;
pub use syncaroo_provider::SyncarooProvider;
pub use systems::{ConnectionSettings, Systems};

use super::vault::KeyRing;

/// One section per file. Each field's doc names its variable.
#[derive(Clone, Debug)]
pub struct Config {
    pub listen: Listen,
    pub entrata: EntrataSection,
    pub access: Access,
    pub storage: StorageSettings,
    pub systems: Systems,
    /// None: the provider is off.
    pub syncaroo_provider: Option<SyncarooProvider>,
}

impl Config {
    /// # Errors
    /// Returns every variable that is missing or invalid.
    pub fn read(vars: &Vars) -> Result<Self, Vec<Wrong>> {
        let mut reader = reader::Reader::new(vars);
        let listen = Listen::read(&mut reader);
        let entrata = EntrataSection::read(&mut reader);
        let access = Access::read(&mut reader);
        let storage = StorageSettings::read(&mut reader);
        let systems = Systems::read(&mut reader);
        let provider = SyncarooProvider::read(&mut reader);
        match (listen, entrata, access, storage, provider) {
            (Some(listen), Some(entrata), Some(access), Some(storage), Some(syncaroo_provider))
                if reader.wrong.is_empty() =>
            {
                Ok(Self { listen, entrata, access, storage, systems, syncaroo_provider })
            }
            _ => Err(reader.wrong),
        }
    }
}

/// Reads `DATABASE_URL` alone, for commands that need no other setting.
///
/// # Errors
/// When it is not a SQLite URL.
pub fn database_url(vars: &Vars) -> Result<String, Vec<Wrong>> {
    let mut reader = reader::Reader::new(vars);
    storage::read_database_url(&mut reader).ok_or(reader.wrong)
}

/// Reads `ENCRYPTION_KEYS` alone, for rotating keys.
///
/// # Errors
/// When it is missing or invalid.
pub fn encryption_keys(vars: &Vars) -> Result<KeyRing, Vec<Wrong>> {
    let mut reader = reader::Reader::new(vars);
    storage::read_keys(&mut reader).ok_or(reader.wrong)
}

/// Reads what commands need that call other systems on behalf of connections.
///
/// # Errors
/// Returns every variable of these that is missing or invalid.
pub fn connection_settings(vars: &Vars) -> Result<ConnectionSettings, Vec<Wrong>> {
    let mut reader = reader::Reader::new(vars);
    let settings = ConnectionSettings::read(&mut reader);
    if reader.wrong.is_empty() { settings.ok_or_else(Vec::new) } else { Err(reader.wrong) }
}

/// Reads the settings of Octorate alone; none if it is off.
///
/// # Errors
/// Returns those that are invalid.
pub fn octorate(vars: &Vars) -> Result<Option<OctorateSection>, Vec<Wrong>> {
    let mut reader = reader::Reader::new(vars);
    let section = OctorateSection::read(&mut reader);
    if reader.wrong.is_empty() { Ok(section) } else { Err(reader.wrong) }
}

/// Reads the issuer of identities from `ENTRATA_OAUTH_URL` alone, for commands that work on links.
///
/// # Errors
/// When it is not an address that the server may call.
pub fn issuer(vars: &Vars) -> Result<String, Vec<Wrong>> {
    let mut reader = reader::Reader::new(vars);
    entrata::read_oauth_url(&mut reader).map(|url| entrata::issuer(&url)).ok_or(reader.wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Creates a folder that passes for the site's.
    fn site() -> String {
        let folder = std::env::temp_dir().join("latchkey-test-site");
        std::fs::create_dir_all(folder.join("pkg")).unwrap();
        folder.display().to_string()
    }

    fn vars(changes: &[(&str, &str)]) -> Vars {
        let key = crate::server::vault::generate("k1", &crate::server::rng::Rng);
        let mut vars = Vars::from_pairs([
            ("PUBLIC_URL", "https://latchkey.example"),
            ("ENTRATA_CLIENT_ID", "0123456789abcdef0123.latchkey"),
            ("ENTRATA_CLIENT_SECRET", "0123456789abcdef0123456789abcdef"),
            ("ENCRYPTION_KEYS", key.as_str()),
            ("LEPTOS_SITE_ROOT", site().as_str()),
        ]);
        for (name, value) in changes {
            vars.set(name, value);
        }
        vars
    }

    fn wrong(changes: &[(&str, &str)]) -> Vec<&'static str> {
        match Config::read(&vars(changes)) {
            Ok(_) => Vec::new(),
            Err(wrong) => wrong.into_iter().map(|w| w.variable).collect(),
        }
    }

    #[test]
    fn the_required_variables_are_enough() {
        let config = Config::read(&vars(&[])).unwrap();
        let acme = crate::server::connectors::entrata::Subdomain::parse("acme").unwrap();
        assert_eq!(config.listen.address.to_string(), "127.0.0.1:3000");
        assert_eq!(config.listen.admin.unwrap().to_string(), "127.0.0.1:3001");
        assert_eq!(config.storage.database_url, "sqlite:latchkey.db");
        assert_eq!(config.access.frame_ancestors, "https://*.entrata.com");
        assert_eq!(config.entrata.referrers, ["propertysolutions", "entrata"]);
        assert_eq!(config.entrata.connector.api.of(&acme).unwrap().as_str(), "https://acme.entrata.com/api/v1");
    }

    #[test]
    fn every_missing_variable_is_named_at_once() {
        let missing = Config::read(&Vars::from_pairs([("LEPTOS_SITE_ROOT", site().as_str())])).unwrap_err();
        let names: Vec<_> = missing.iter().map(|w| w.variable).collect();
        assert_eq!(names, ["PUBLIC_URL", "ENTRATA_CLIENT_ID", "ENTRATA_CLIENT_SECRET", "ENCRYPTION_KEYS"]);
    }

    #[test]
    fn an_invalid_value_is_reported_with_its_variable() {
        for (variable, value) in [
            ("LEPTOS_SITE_ADDR", "3000"),
            ("LEPTOS_SITE_ROOT", "/no/such/folder"),
            ("LEPTOS_SITE_ROOT", "/"),
            ("PUBLIC_URL", "http://latchkey.example"),
            ("PUBLIC_URL", "https://latchkey.example/path"),
            ("PUBLIC_URL", "https://a:b@latchkey.example"),
            ("PUBLIC_URL", "latchkey"),
            ("DATABASE_URL", "postgres://x"),
            ("ENTRATA_CLIENT_ID", " "),
            ("ENTRATA_OAUTH_URL", "http://sync.entrata.com/api/oauth"),
            ("ENTRATA_API_URL", "http://{subdomain}.entrata.com/api"),
            ("ENTRATA_API_URL", "https://{subdomain}@entrata.com/api"),
            ("ENTRATA_REFERRERS", ","),
            ("FRAME_ANCESTORS", "https://a.example; script-src *"),
            ("FRAME_ANCESTORS", "https://a.example,https://b.example"),
            ("ENCRYPTION_KEYS", "k1:c2hvcnQ="),
            ("REGISTRATION", "maybe"),
            ("NEW_BROWSER", "deny"),
            ("TRUSTED_PROXIES", "10.0.0.0/99"),
            ("ADMIN_ADDR", "on"),
            ("OCTORATE_AUTHORIZE_URL", "http://admin.octorate.com/octobook/identity/oauth.xhtml"),
            ("OCTORATE_API_URL", "api.octorate.com"),
            ("ACTIVEBUILDING_API_URL", "http://api.activebuilding.com"),
            ("REX_API_URL", "http://rexapi.gryphtech.com/api/v1"),
            ("REX_API_URL", "https://rexapi.gryphtech.com/api/v1?a=b"),
            ("REX_FORMAT", "yaml"),
            ("SYNCAROO_API_URL", "https://a:b@app.syncaroo.com/api"),
            ("SYNCAROO_REDIRECT_URIS", ","),
            ("SYNCAROO_REDIRECT_URIS", "http://app.syncaroo.com/connection"),
            ("SYNCAROO_REDIRECT_URIS", "https://app.syncaroo.com/connection,/other"),
            ("SYNCAROO_REDIRECT_URIS", "https://app.syncaroo.com/connection#x"),
            ("SYNCAROO_REDIRECT_URIS", "https://app.syncaroo.com/con nection"),
        ] {
            assert_eq!(wrong(&[(variable, value)]), [variable], "{variable}={value}");
        }
    }

    #[test]
    fn half_of_a_client_id_and_secret_is_an_invalid_setting() {
        let (id, secret) = ("SYNCAROO_PROVIDER_CLIENT_ID", "SYNCAROO_PROVIDER_CLIENT_SECRET");
        assert_eq!(wrong(&[(id, "xyz1243")]), [secret]);
        assert_eq!(wrong(&[(secret, "canary")]), [id]);
        assert!(Config::read(&vars(&[])).unwrap().syncaroo_provider.is_none());
        let config = Config::read(&vars(&[(id, "xyz1243"), (secret, "canary")])).unwrap();
        let provider = config.syncaroo_provider.unwrap();
        assert_eq!(provider.redirect_uris, ["https://app.syncaroo.com/connection"]);
        assert!(!format!("{provider:?}").contains("canary"));
    }

    #[test]
    fn plain_http_is_accepted_on_loopback_only() {
        for url in ["http://127.0.0.1:4000/api/oauth", "http://localhost:4000/api/oauth", "http://[::1]:4000/api/oauth"]
        {
            assert!(wrong(&[("ENTRATA_OAUTH_URL", url)]).is_empty(), "{url}");
        }
        assert!(wrong(&[("PUBLIC_URL", "http://localhost:3000")]).is_empty());
        assert_eq!(wrong(&[("ENTRATA_OAUTH_URL", "http://localhost.evil.test/")]), ["ENTRATA_OAUTH_URL"]);
    }

    #[test]
    fn a_system_is_off_until_its_credentials_or_its_address_are_set() {
        let off = Config::read(&vars(&[])).unwrap().systems;
        assert!(off.octorate.is_none() && off.activebuilding.is_none() && off.rex.is_none() && off.syncaroo.is_none());
        let config = Config::read(&vars(&[
            ("OCTORATE_CLIENT_ID", "o"),
            ("OCTORATE_CLIENT_SECRET", "os"),
            ("ACTIVEBUILDING_CLIENT_ID", "a"),
            ("ACTIVEBUILDING_CLIENT_SECRET", "as"),
            ("REX_API_URL", "https://rexapi.gryphtech.com/api/v1"),
            ("SYNCAROO_CLIENT_ID", "s"),
            ("SYNCAROO_CLIENT_SECRET", "ss"),
        ]))
        .unwrap();
        let Systems { octorate, activebuilding, rex, syncaroo } = config.systems;
        let octorate = octorate.unwrap();
        let consent_page = "https://admin.octorate.com/octobook/identity/oauth.xhtml";
        assert_eq!(octorate.authorize_url.as_str(), consent_page);
        assert_eq!(octorate.api_url.as_str(), "https://api.octorate.com/connect/rest/v1");
        assert_eq!(octorate.client.id, "o");
        assert_eq!(activebuilding.unwrap().api_url.as_str(), "https://api.activebuilding.com/");
        assert_eq!(rex.unwrap().format, RexFormat::Json);
        assert_eq!(syncaroo.unwrap().api_url.as_str(), "https://app.syncaroo.com/api");
    }

    #[test]
    fn half_a_client_id_and_secret_is_reported_with_the_missing_variable() {
        for system in ["OCTORATE", "ACTIVEBUILDING", "SYNCAROO"] {
            let (id, secret) = (format!("{system}_CLIENT_ID"), format!("{system}_CLIENT_SECRET"));
            assert_eq!(wrong(&[(&id, "x")]), [secret.as_str()]);
            assert_eq!(wrong(&[(&secret, "x"), (&id, " ")]), [id.as_str()]);
        }
    }

    #[test]
    fn the_error_for_an_invalid_secret_does_not_repeat_it() {
        let wrong = Config::read(&vars(&[("ENCRYPTION_KEYS", "k1:c2VjcmV0")])).unwrap_err();
        assert!(!format!("{wrong:?}").contains("c2VjcmV0"));
    }
}
