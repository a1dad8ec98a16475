//! Only the configured host is sent a token.

use super::*;

#[test]
fn only_addresses_with_the_configured_scheme_host_and_port_are_allowed() {
    let syncaroo = connector(API);
    for url in [
        "https://app.syncaroo.com/api/v1/locations/10001",
        "https://app.syncaroo.com:443/api/v1/locations?page=2",
        "HTTPS://APP.SYNCAROO.COM/api",
        "https://app.syncaroo.com",
        "https://app.syncaroo.com/?next=https://evil.example/@",
    ] {
        assert!(syncaroo.is_allowed_url(url), "{url}");
    }
    let long = format!("https://app.syncaroo.com/{}", "a".repeat(2000));
    let long_when_escaped = format!("https://app.syncaroo.com/{}", "<".repeat(1000));
    for url in [
        "",
        "https://api.syncar.../",
        "/v1/locations?page=2",
        "?page=2",
        "//app.syncaroo.com/api",
        "//evil.example/",
        "http://app.syncaroo.com/api",
        "ftp://app.syncaroo.com/",
        "javascript://app.syncaroo.com/%0aalert(1)",
        "https://app.syncaroo.com:8443/api",
        "https://app.syncaroo.com:80/api",
        "https://evil.example/api",
        "https://syncaroo.com/",
        "https://app.syncaroo.com.evil.example/",
        "https://evil.example/app.syncaroo.com",
        "https://evil.example#app.syncaroo.com",
        "https://evil.example?app.syncaroo.com",
        "https://app.syncaroo.com@evil.example/",
        "https://user@app.syncaroo.com/",
        "https://user:password@app.syncaroo.com/",
        "https://@app.syncaroo.com/",
        "https://evil.example:443@app.syncaroo.com/",
        "https://evil.example\\@app.syncaroo.com/",
        "https://app.syncaroo.com\\@evil.example/",
        "https:\\\\app.syncaroo.com/",
        "https:app.syncaroo.com/",
        "https://app.syncaroo.com./api",
        "https://app.syncaroo.com%2eevil.example/",
        "https://xn--pp-eka.syncaroo.com/",
        "https://äpp.syncaroo.com/",
        "https://app。syncaroo。com/",
        "https://ａpp.syncaroo.com/",
        "https://app.syncaroo.com/\r\nHost: evil.example",
        "https://app.syn\tcaroo.com/",
        " https://app.syncaroo.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https:///app.syncaroo.com/",
        "data:text/plain,https://app.syncaroo.com/",
        long.as_str(),
        long_when_escaped.as_str(),
    ] {
        assert!(!syncaroo.is_allowed_url(url), "{url}");
    }
}

#[test]
fn an_api_on_a_port_of_its_own_allows_no_other_port() {
    let syncaroo = connector("http://127.0.0.1:4000/sim/syncaroo/api/");
    assert!(syncaroo.is_allowed_url("http://127.0.0.1:4000/sim/syncaroo/api/v1/locations"));
    for url in ["http://127.0.0.1/", "http://127.0.0.1:3000/", "http://localhost:4000/", "https://127.0.0.1:4000/"] {
        assert!(!syncaroo.is_allowed_url(url), "{url}");
    }
    assert!(syncaroo.is_allowed_url("http://0x7f.1:4000/"), "the same address in another form, as parsers read it");
}

#[test]
fn the_authorize_address_has_the_documents_parameters_and_keeps_the_base_path() {
    for api in [API, "https://app.syncaroo.com/api/"] {
        let url = connector(api).authorize_url("https://yourapp.com/confirm", "a b&c");
        assert_eq!(
            url.as_str(),
            "https://app.syncaroo.com/api/authorize?clientId=latchkey-at-syncaroo\
             &redirectUri=https%3A%2F%2Fyourapp.com%2Fconfirm&responseType=code&scope=&state=a+b%26c"
        );
    }
}

#[test]
fn a_location_s_id_can_t_change_the_path() {
    assert_eq!(
        address::resources(&base(), "10001").unwrap().as_str(),
        "https://app.syncaroo.com/api/v1/locations/10001/resources"
    );
    for id in ["", "..", "a/b", "%2e%2e", "a?b", "a#b", "é", &"a".repeat(65)] {
        assert!(address::resources(&base(), id).is_err(), "{id}");
    }
}

#[test]
fn a_cursor_is_read_again_as_it_was_written_and_never_leaves_the_host() {
    let url = Url::parse("https://app.syncaroo.com/api/v1/locations?page=2&size=a%20b").unwrap();
    let cursor = cursor::write(2, &url);
    assert_eq!(cursor, "2 /api/v1/locations?page=2&size=a%20b");
    assert_eq!(cursor::resume(&base(), Some(&cursor), base).unwrap(), (2, url));
    assert_eq!(cursor::resume(&base(), None, base).unwrap(), (1, base()));
    let double_slash = cursor::resume(&base(), Some("2 //evil.example/"), base).unwrap().1;
    assert_eq!(double_slash.host_str(), Some("app.syncaroo.com"));
    for cursor in ["", "2", "x /a", "2 a", "2 @evil.example/", "2 .evil.example/", "2 :8443/", "-1 /a", "2  /a"] {
        assert!(cursor::resume(&base(), Some(cursor), base).is_err(), "{cursor}");
    }
    let longest = format!("https://app.syncaroo.com/{}", "a".repeat(address::MAX_ADDRESS - 25));
    let longest = address::allowed(&base(), &longest).unwrap();
    assert!(cursor::write(u64::MAX, &longest).len() <= 2048);
}
