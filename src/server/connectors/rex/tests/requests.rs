//! Bodies, addresses and the header, byte for byte.

use secrecy::SecretString;
use url::Url;

use super::{
    super::{
        cursor::{Cursor, List},
        request::{Filter, authorization, client_body, list_url, token_body, token_status_url, url},
    },
    *,
};

const API: &str = "https://rexapi.local.gryphtech.com/api/v1";

fn api() -> Url {
    Url::parse(API).unwrap()
}

#[test]
fn the_token_request_is_the_vendors_129_bytes() {
    let body = token_body(&sample_keys());
    assert_eq!(body.len(), 129);
    let expected = "=grant_type%3Dauthorization_code%26client_id%3D10D35802-C92A-42B3-88FC-A4489A3CD619\
                    %26code%3D666E465A-6012-45B9-AA1E-ADDD728F61DE";
    assert_eq!(&body[..], expected.as_bytes());
}

#[test]
fn the_client_request_is_the_vendors_97_bytes() {
    let body = client_body(&sample_keys());
    assert_eq!(body.len(), 97);
    let expected = "=client_id%3D10D35802-C92A-42B3-88FC-A4489A3CD619\
                    %26secret%3D666E465A-6012-45B9-AA1E-ADDD728F61DE";
    assert_eq!(&body[..], expected.as_bytes());
}

#[test]
fn other_characters_of_keys_are_encoded_once() {
    let keys = Keys::read("a b+c", "100%~.", "1").unwrap();
    assert_eq!(&client_body(&keys)[..], b"=client_id%3Da%20b%2Bc%26secret%3D100%25~.");
}

#[test]
fn the_token_status_address_is_the_vendors() {
    let token = "pfl4PLrrHKChIRoDS2O9Wfoyr1yjKgbEjCxk+adBohqos93Ev0cbSBCpturiX556GIt9990allcXeGTWnTeo6XxPEb02/\
                 3K9sD6XQgmY+2dl5+n4B+Jb7QwUtq/MvdlKZtBvWopRUFE=";
    let url = token_status_url(&api(), &sample_keys(), &SecretString::from(token));
    let expected = "https://rexapi.local.gryphtech.com/api/v1/oauth/ValidateToken\
        ?apiKey=10D35802-C92A-42B3-88FC-A4489A3CD619\
        &token=pfl4PLrrHKChIRoDS2O9Wfoyr1yjKgbEjCxk%2BadBohqos93Ev0cbSBCpturiX556GIt9990allcXeGTWnTeo6XxPEb02%2F\
        3K9sD6XQgmY%2B2dl5%2Bn4B%2BJb7QwUtq%2FMvdlKZtBvWopRUFE%3D&integratorID=1005001";
    assert_eq!(url.as_str(), expected);
}

#[test]
fn the_header_quotes_the_raw_token_and_the_key() {
    let token = SecretString::from("pfl4PLrrHKChIRoDS2O9Wfoyr1yjKgbEjCxk+aO7LS6zs3AQ=");
    let expected = "OAUTH oauth_token=\"pfl4PLrrHKChIRoDS2O9Wfoyr1yjKgbEjCxk+aO7LS6zs3AQ=\", \
                    api_key=\"10D35802-C92A-42B3-88FC-A4489A3CD619\"";
    assert_eq!(*authorization(&token, &sample_keys()), expected);
}

#[test]
fn addresses_are_below_the_apis_with_or_without_a_slash_at_its_end() {
    let slash = Url::parse(&format!("{API}/")).unwrap();
    for base in [api(), slash] {
        assert_eq!(url(&base, &["oauth", "token"]).as_str(), format!("{API}/oauth/token"));
    }
}

#[test]
fn lists_are_asked_for_with_page_and_take_and_all_that_has_a_status() {
    let address = |list, page, filter| {
        let url = list_url(&api(), &sample_keys(), Cursor { list, page }, filter);
        url.as_str().strip_prefix(API).unwrap().to_owned()
    };
    let everything = Filter::default();
    assert_eq!(address(List::Offices, 1, everything), "/integrator/1005001/offices?page=1&take=100&all=1");
    assert_eq!(address(List::Properties, 7, everything), "/integrator/1005001/properties?page=7&take=100&all=true");
    let office = Filter { changed_since: Some(1_404_444_656), office: Some("71001") };
    assert_eq!(
        address(List::Associates, 1, office),
        "/integrator/1005001/associates?page=1&take=100&officeID=71001&startDate=2014-07-03T23%3A30%3A56"
    );
}
