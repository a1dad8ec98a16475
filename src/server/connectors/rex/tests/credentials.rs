//! Offices and associates come with users' passwords in clear text. None gets out of the parser.

use super::{super::readers, *};

const NAME: &str = "clear-text-user";
const PASSWORD: &str = "clear-text-password";

fn json(field: &str) -> String {
    let credentials = format!(r#"{{"Username":"{NAME}","Password":"{PASSWORD}"}}"#);
    format!(
        r#"{{"HasNextPage":false,"Items":[{{"ID":1,"{field}":{credentials},"OfficeName":"Sul","FirstName":"A"}}]}}"#
    )
}

fn xml(field: &str) -> String {
    let credentials = format!("<Username>{NAME}</Username><Password>{PASSWORD}</Password>");
    format!(
        "<RexApiList><HasNextPage>false</HasNextPage><Items><Office><ID>1</ID><{field}>{credentials}</{field}>\
         <OfficeName>Sul</OfficeName></Office></Items></RexApiList>"
    )
}

/// Checks that whatever is read of an answer shows neither name nor password.
fn assert_dropped(body: &str) {
    for (format, status) in [(Format::Json, 200), (Format::Xml, 200), (Format::Json, 401), (Format::Xml, 500)] {
        let answer = answer(status, body);
        let places = readers::places(&answer, format, false);
        let shown = format!(
            "{places:?} {:?} {:?} {:?} {:?}",
            readers::places(&answer, format, true),
            readers::items(&answer, format),
            readers::client(&answer, format),
            readers::token_status(&answer, format),
        );
        assert!(!shown.contains(NAME) && !shown.contains(PASSWORD), "{shown}");
        if let Err(error) = places {
            assert!(!error.to_string().contains("clear-text"));
        }
    }
}

#[test]
fn credentials_are_dropped_whichever_field_holds_them() {
    // Also in fields that are read: there, only texts count.
    for field in ["IListCredentials", "ilistcredentials", "Credentials", "OfficeName", "ID", "Email", "GeoData"] {
        assert_dropped(&json(field));
        assert_dropped(&xml(field));
        // Cut off within the password.
        for body in [json(field), xml(field)] {
            let cut = body.find(PASSWORD).unwrap() + 5;
            assert_dropped(body.get(..cut).unwrap());
        }
    }
}

#[test]
fn the_rest_of_the_row_is_read() {
    for (format, body) in [(Format::Json, json("IListCredentials")), (Format::Xml, xml("IListCredentials"))] {
        let rows = readers::places(&ok(&body), format, false).unwrap().rows;
        assert_eq!((rows.len(), rows[0].name.as_str()), (1, "Sul"));
    }
}
