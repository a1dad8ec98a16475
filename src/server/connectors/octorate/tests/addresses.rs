//! The addresses that the connector uses.

use secrecy::SecretString;
use url::Url;

use crate::server::connectors::octorate::{Octorate, OctorateSettings};

#[test]
fn the_consent_address_is_the_vendors_example_byte_for_byte() {
    let octorate = Octorate::new(OctorateSettings {
        client_id: "aaaaaaaaaaaaaaaaaaaaaaaaaa".into(),
        client_secret: SecretString::from("s"),
        authorize_url: Url::parse("https://admin.octorate.com/octobook/identity/oauth.xhtml").unwrap(),
        api_url: Url::parse("https://api.octorate.com/connect/rest/v1").unwrap(),
    });
    let redirect_uri = Url::parse("https://www.mycompany.com/oauth_end.html").unwrap();
    assert_eq!(
        octorate.authorize_url(&redirect_uri, "something_crypted").as_str(),
        "https://admin.octorate.com/octobook/identity/oauth.xhtml?client_id=aaaaaaaaaaaaaaaaaaaaaaaaaa\
         &redirect_uri=https%3A%2F%2Fwww.mycompany.com%2Foauth_end.html&state=something_crypted"
    );
    let url = octorate.endpoint(&["v1", "identity", "token"]);
    assert_eq!(url.as_str(), "https://api.octorate.com/connect/rest/v1/identity/token");
    let url = octorate.endpoint(&["v3", "roomrates", "1"]);
    assert_eq!(url.as_str(), "https://api.octorate.com/connect/rest/v3/roomrates/1");
    assert!(!format!("{octorate:?}").contains("\"s\""));
}
