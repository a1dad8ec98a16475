//! `GET /sim`: where the systems are and what they accept, also as the app's environment variables.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::Systems;

pub(super) async fn directory(State(systems): State<Systems>) -> Json<Value> {
    let environment: serde_json::Map<_, _> =
        systems.environment().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    let app = systems.octorate.apps().swap_remove(0);
    let (options, provider) = (systems.syncaroo.options(), systems.platform.settings());
    let people = systems.activebuilding.users();
    let people: Vec<_> = people.iter().map(|user| json!({"username": user.email, "password": user.password})).collect();
    let keys: Vec<_> = systems
        .rex
        .key_sets()
        .iter()
        .map(|set| json!({"api_key": set.api_key, "secret_key": set.secret_key, "integrator_id": set.integrator_id}))
        .collect();
    let at = |path: &str| format!("{}{path}", systems.settings.own_origin);
    Json(json!({
        "now": systems.clock.now(),
        "octorate": {
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "redirect_uris": app.redirect_uris,
            "authorize_url": at("/sim/octorate/identity/oauth.xhtml"),
            "api_url": at("/sim/octorate/rest/v1"),
        },
        "activebuilding": {
            "client_id": systems.activebuilding.client_id(),
            "client_secret": systems.activebuilding.client_secret(),
            "api_url": at("/sim/activebuilding"),
            "users": people,
        },
        "syncaroo": {
            "client_id": options.client_id,
            "client_secret": options.client_secret,
            "api_url": at("/sim/syncaroo/api"),
            "provider_client_id": provider.client_id,
            "provider_client_secret": provider.client_secret,
            "redirect_uris": [provider.redirect_uri],
        },
        "rex": { "api_url": at("/sim/rex/api/v1"), "keys": keys },
        "environment": environment,
    }))
}

impl Systems {
    /// Returns the app's environment variables that turn all systems on against this sandbox.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let app = self.octorate.apps().swap_remove(0);
        let (syncaroo, provider) = (self.syncaroo.options(), self.platform.settings());
        let at = |path: &str| format!("{}{path}", self.settings.own_origin);
        vec![
            ("OCTORATE_CLIENT_ID", app.client_id),
            ("OCTORATE_CLIENT_SECRET", app.client_secret),
            ("OCTORATE_AUTHORIZE_URL", at("/sim/octorate/identity/oauth.xhtml")),
            ("OCTORATE_API_URL", at("/sim/octorate/rest/v1")),
            ("ACTIVEBUILDING_CLIENT_ID", self.activebuilding.client_id().to_owned()),
            ("ACTIVEBUILDING_CLIENT_SECRET", self.activebuilding.client_secret().to_owned()),
            ("ACTIVEBUILDING_API_URL", at("/sim/activebuilding")),
            ("SYNCAROO_CLIENT_ID", syncaroo.client_id),
            ("SYNCAROO_CLIENT_SECRET", syncaroo.client_secret),
            ("SYNCAROO_API_URL", at("/sim/syncaroo/api")),
            ("REX_API_URL", at("/sim/rex/api/v1")),
            ("SYNCAROO_PROVIDER_CLIENT_ID", provider.client_id),
            ("SYNCAROO_PROVIDER_CLIENT_SECRET", provider.client_secret),
            ("SYNCAROO_REDIRECT_URIS", provider.redirect_uri),
        ]
    }
}
