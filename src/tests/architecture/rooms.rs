//! The server's modules and what each must never use. When a folder is renamed, change this file. Names without a
//! folder are ignored.

use super::paths::Used;

/// Folders and files directly below `src/server`, from the top layer to the bottom one. A module may use modules of its
/// own layer and of the layers below.
pub const LAYERS: &[&[&str]] = &[
    &["cli"],
    &["web", "fuzz"],
    DOMAIN_LAYER,
    &["core"],
    &[
        "storage",
        "vault",
        "connectors",
        "connectors/entrata",
        "connectors/octorate",
        "connectors/activebuilding",
        "connectors/syncaroo",
        "connectors/rex",
        "connectors/oauth",
        "config",
    ],
    &["outbound", "property_data"],
    &[
        "metrics",
        "circuit_breaker",
        "refusals",
        "rate_limit",
        "recent",
        "workers",
        "clock",
        "rng",
        "digest",
        "ids",
        "urls",
        "csv",
        "text",
        "messages",
    ],
];
const DOMAIN_LAYER: &[&str] = &[
    "pages",
    "launch",
    "identity",
    "account",
    "account_management",
    "audit",
    "company",
    "data_export",
    "link_management",
    "visit",
    "activation",
    "records",
    "connection",
    "provider",
    "maintenance",
    "jobs",
    "ready",
    "rotation",
];

/// What the connectors share: the one that all of them may use.
pub const SHARED_BY_CONNECTORS: &str = "connectors/oauth";

/// Modules whose folders are modules of their own, if `LAYERS` names them. Their other files are shared by these
/// folders.
const NESTED: &[&str] = &["connectors"];

/// Modules that map rows to the domain's types. They may import types from the domain, but not functions.
const MAPPERS: &[&str] = &["storage"];

/// A module and the paths that it must never use. `*::Name` stands for every path with that name in it.
pub struct Rule {
    pub below: &'static str,
    pub never: &'static [&'static str],
}

const DOMAIN: &[&str] = &["axum", "leptos", "leptos_axum", "tower_sessions", "*::StatusCode", "sqlx"];
const CONNECTOR: &[&str] = &["crate::server::storage", "crate::server::vault", "axum", "leptos", "sqlx"];
const STORAGE: &[&str] = &["axum", "leptos", "reqwest", "secrecy", "*::SecretString", "*::StatusCode"];
const SHIPPED: &[&str] = &["crate::server"];
const SANDBOX: &[&str] = &["latchkey"];

pub const RULES: &[Rule] = &[
    Rule { below: "src/islands", never: SHIPPED },
    Rule { below: "src/frame", never: SHIPPED },
    Rule { below: "src/server/launch", never: DOMAIN },
    Rule { below: "src/server/identity", never: DOMAIN },
    Rule { below: "src/server/account", never: DOMAIN },
    Rule { below: "src/server/account_management", never: DOMAIN },
    Rule { below: "src/server/audit", never: DOMAIN },
    Rule { below: "src/server/company", never: DOMAIN },
    Rule { below: "src/server/data_export", never: DOMAIN },
    Rule { below: "src/server/link_management", never: DOMAIN },
    Rule { below: "src/server/visit", never: DOMAIN },
    Rule { below: "src/server/activation", never: DOMAIN },
    Rule { below: "src/server/records", never: DOMAIN },
    Rule { below: "src/server/connection", never: DOMAIN },
    Rule { below: "src/server/provider", never: DOMAIN },
    Rule { below: "src/server/jobs", never: DOMAIN },
    Rule { below: "src/server/maintenance", never: DOMAIN },
    Rule { below: "src/server/connectors", never: CONNECTOR },
    Rule { below: "src/server/storage", never: STORAGE },
    Rule {
        below: "src/server/pages",
        never: &["sqlx", "reqwest", "axum", "crate::server::storage", "crate::server::connectors"],
    },
    Rule { below: "sandbox", never: SANDBOX },
];

/// The modules that may use sqlx.
pub const SQL: &[&str] = &["storage"];
/// Modules that may use the sandbox, besides tests.
pub const KNOW_THE_SANDBOX: &[&str] = &["cli"];

/// Imports that close a loop today. Remove a line when its import has been removed.
pub const KNOWN_LOOPS: &[(&str, &str)] = &[];
/// Imports that point up today. Remove the line when the import is gone.
pub const KNOWN_UPWARD: &[(&str, &str)] = &[];
/// What breaks a rule today: the file and the path. Remove the line when it no longer does.
pub const KNOWN_VIOLATIONS: &[(&str, &str)] = &[];

/// The module of a path: the name directly below `crate::server`.
pub fn room(path: &[String]) -> Option<String> {
    let [root, server, room, inside @ ..] = path else { return None };
    if root != "crate" || server != "server" || room == "*" {
        return None;
    }
    let nested = inside.first().filter(|_| NESTED.contains(&room.as_str())).map(|nested| format!("{room}/{nested}"));
    Some(nested.filter(|nested| layer(nested).is_some()).unwrap_or_else(|| room.clone()))
}

/// Whether an import only gives a mapper a type of the domain.
pub fn maps_to_type(from: &str, to: &str, used: &Used) -> bool {
    let is_type = used.path.iter().skip(3).any(|segment| segment.starts_with(|first: char| first.is_uppercase()));
    MAPPERS.contains(&from) && DOMAIN_LAYER.contains(&to) && is_type
}

/// The number of a module's layer: 0 is the top.
pub fn layer(room: &str) -> Option<usize> {
    LAYERS.iter().position(|rooms| rooms.contains(&room))
}
