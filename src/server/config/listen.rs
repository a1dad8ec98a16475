//! Where the server listens, and its public address.

use std::{net::SocketAddr, path::PathBuf};

use ipnet::IpNet;
use url::Url;

use super::reader::Reader;
use crate::server::outbound::parse_address;

#[derive(Clone, Debug)]
pub struct Listen {
    /// `LEPTOS_SITE_ADDR`, default `127.0.0.1:3000`.
    pub address: SocketAddr,
    /// `ADMIN_ADDR`, default `127.0.0.1:3001`; none if `off`.
    pub admin: Option<SocketAddr>,
    /// `PUBLIC_URL`, required.
    pub public_url: PublicUrl,
    /// `TRUSTED_PROXIES`, default none: the proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// `LEPTOS_SITE_ROOT`, default `site` next to the binary or one folder up: the folder with `pkg/`.
    pub site_root: PathBuf,
}

/// The app's origin as browsers see it: scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    pub origin: String,
    /// The same as an address.
    pub url: Url,
    pub https: bool,
}

impl Listen {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let address = reader.or("LEPTOS_SITE_ADDR", "127.0.0.1:3000", socket);
        let admin = reader.or("ADMIN_ADDR", "127.0.0.1:3001", |v| match v {
            "off" => Ok(None),
            _ => socket(v).map(Some).map_err(|must| format!("{must}, or off")),
        });
        let public_url = PublicUrl::read(reader);
        let trusted_proxies = reader.or("TRUSTED_PROXIES", "", networks);
        let site_root = match reader.get("LEPTOS_SITE_ROOT") {
            Some(path) => reader.check("LEPTOS_SITE_ROOT", folder(PathBuf::from(path))),
            None => reader.check("LEPTOS_SITE_ROOT", next_to_the_binary()),
        };
        Some(Self {
            address: address?,
            admin: admin?,
            public_url: public_url?,
            trusted_proxies: trusted_proxies?,
            site_root: site_root?,
        })
    }
}

impl PublicUrl {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        reader.required("PUBLIC_URL", Self::parse)
    }

    fn parse(value: &str) -> Result<Self, String> {
        let url = parse_address(value)?;
        if url.path() != "/" || url.query().is_some() {
            return Err("must be an origin only, such as https://latchkey.example".into());
        }
        Ok(Self { origin: url.origin().ascii_serialization(), https: url.scheme() == "https", url })
    }
}

fn socket(value: &str) -> Result<SocketAddr, String> {
    value.parse().map_err(|_| "must be an address and port, such as 127.0.0.1:3000".into())
}

fn networks(value: &str) -> Result<Vec<IpNet>, String> {
    let one = |v: &str| v.parse::<IpNet>().or_else(|_| v.parse::<std::net::IpAddr>().map(IpNet::from));
    value
        .split(',')
        .map(str::trim)
        .filter(|v| !v.is_empty())
        .map(|v| one(v).map_err(|_| "must be comma-separated CIDRs, such as 10.0.0.0/8".into()))
        .collect()
}

const SITE: &str = "the folder with the site files, including pkg/ (`make build` creates target/site)";

fn folder(path: PathBuf) -> Result<PathBuf, String> {
    if path.join("pkg").is_dir() { Ok(path) } else { Err(format!("must be {SITE}")) }
}

fn next_to_the_binary() -> Result<PathBuf, String> {
    let exe = std::env::current_exe().map_err(|_| "must be set: can't find the folder of the binary")?;
    let beside = exe.ancestors().skip(1).take(2).map(|dir| dir.join("site")).find(|dir| dir.join("pkg").is_dir());
    beside.ok_or_else(|| format!("must be set, because there is no `site` next to the binary or one folder up: {SITE}"))
}
