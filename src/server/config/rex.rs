//! Gryphtech REX: its address and the format of its answers. The keys are each user's own.

use url::Url;

use super::reader::{Reader, base_address};

#[derive(Clone, Debug)]
pub struct RexSection {
    /// `REX_API_URL`: turns Gryphtech REX on; its base.
    pub api_url: Url,
    /// `REX_FORMAT`, default `json`.
    pub format: RexFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RexFormat {
    Json,
    Xml,
}

impl RexSection {
    /// Returns none if REX is off. An invalid format is recorded in any case.
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let format = reader.or("REX_FORMAT", "json", |v| match v {
            "json" => Ok(RexFormat::Json),
            "xml" => Ok(RexFormat::Xml),
            _ => Err("must be json or xml".into()),
        });
        let api_url = reader.get("REX_API_URL").map(base_address)?;
        Some(Self { api_url: reader.check("REX_API_URL", api_url)?, format: format? })
    }
}
