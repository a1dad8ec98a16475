//! The connector on the samples of Syncaroo's page, on hostile answers, and against the simulator over HTTP.

mod addresses;
mod answers;
#[cfg(feature = "sandbox")]
mod over_http;
mod pages;

use std::sync::Arc;

use reqwest::StatusCode;
use secrecy::SecretString;
use serde_json::Value;
use url::Url;

use super::*;
use crate::server::outbound::Answer;

const API: &str = "https://app.syncaroo.com/api";

fn base() -> Url {
    Url::parse(API).unwrap()
}

fn connector(api: &str) -> Syncaroo {
    let secret = Arc::new(SecretString::from("sandbox-secret-of-latchkey-at-syncaroo"));
    Syncaroo::new(Url::parse(api).unwrap(), "latchkey-at-syncaroo".into(), secret)
}

fn answer(status: u16, body: impl Into<Vec<u8>>) -> Answer {
    Answer::new(StatusCode::from_u16(status).unwrap(), body)
}

/// Reads a list's page as the answer to a GET of this address.
fn read_page(url: &str, read: u64, body: &Value) -> Result<Batch<Place>, ConnectorError> {
    let url = Url::parse(url).unwrap();
    let page = page::read(&base(), &url, read, &answer(200, body.to_string()))?;
    Ok(page.batch(|record| records::place(record, &url)))
}
