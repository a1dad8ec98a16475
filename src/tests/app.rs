//! The app under test: the public router with a real database file, and the sandbox's Entrata on a loopback port.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use axum::{Extension, Router, extract::ConnectInfo, http::StatusCode};
use latchkey_sandbox::entrata::{self, Settings, Simulator};
use tokio::net::TcpListener;

use super::{browser::Browser, logs};
use crate::server::{
    account::{Registration, register},
    audit::ClientInfo,
    clock::Clock,
    config::{Config, Vars},
    outbound::{Limits, Outbound},
    rng::Rng,
    storage::Storage,
    vault,
    web::{self, App, Assets},
};

pub const PASSWORD: &str = "correct horse battery";

pub struct TestApp {
    /// The simulated Entrata.
    pub world: Simulator,
    pub clock: Clock,
    pub router: Router,
    pub app: App,
    vars: Vars,
    limits: Limits,
    pub folder: Folder,
}

/// A temporary folder. Dropping it removes the folder.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn make() -> Self {
        let path = std::env::temp_dir().join(format!("latchkey-test-{}", Rng.id()));
        std::fs::create_dir_all(path.join("site/pkg")).unwrap();
        for name in ["latchkey.0123456789ab.css", "latchkey.0123456789ab.js"] {
            std::fs::write(path.join("site/pkg").join(name), "/* the style */").unwrap();
        }
        for (extension, text) in [("br", "as brotli"), ("gz", "as gzip form")] {
            let compressed = path.join(format!("site/pkg/latchkey.0123456789ab.css.{extension}"));
            std::fs::write(compressed, text).unwrap();
        }
        std::fs::write(path.join("site/favicon.svg"), "<svg/>").unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl TestApp {
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Starts the app with these settings in addition to the usual ones.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        Self::at(Clock::default(), settings).await
    }

    /// Starts the app with this clock, which may already have been advanced.
    pub async fn at(clock: Clock, settings: &[(&str, &str)]) -> Self {
        // As in production, except that eight seconds are too long for a test.
        let short =
            Limits { connect: Duration::from_millis(500), whole: Duration::from_millis(2500), ..Limits::default() };
        Self::start_with(short, clock, settings).await
    }

    /// Starts an app that waits two minutes for Entrata, for tests that keep the machine busy.
    pub async fn patient() -> Self {
        let long = Duration::from_secs(120);
        Self::start_with(Limits { connect: long, whole: long, ..Limits::default() }, Clock::default(), &[]).await
    }

    async fn start_with(limits: Limits, clock: Clock, settings: &[(&str, &str)]) -> Self {
        logs::capture();
        let folder = Folder::make();
        let world = Simulator::new(Settings::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(latchkey_sandbox::serve(listener, entrata::router(world.clone()), std::future::pending()));
        let entrata_settings = world.settings();
        let path = |name: &str| folder.0.join(name).display().to_string();
        let mut vars = Vars::from_pairs([
            ("PUBLIC_URL", "http://localhost:3000"),
            ("ENTRATA_CLIENT_ID", entrata_settings.client_id.as_str()),
            ("ENTRATA_CLIENT_SECRET", entrata_settings.client_secret.as_str()),
            ("ENTRATA_OAUTH_URL", format!("http://{address}/api/oauth").as_str()),
            ("ENTRATA_API_URL", format!("http://{address}/{{subdomain}}/api/v1").as_str()),
            ("ENCRYPTION_KEYS", vault::generate("k1", &Rng).as_str()),
            ("DATABASE_URL", format!("sqlite:{}", path("latchkey.db")).as_str()),
            ("LEPTOS_SITE_ROOT", path("site").as_str()),
            ("FRAME_ANCESTORS", "https://*.entrata.com"),
        ]);
        for (name, value) in settings {
            vars.set(name, value);
        }
        let (app, router) = assemble(&vars, limits, clock.clone()).await;
        Self { world, clock, router, app, vars, limits, folder }
    }

    /// Stops the app and starts it again with the same database file.
    pub async fn restart(&mut self) {
        self.app.finish().await;
        let (app, router) = assemble(&self.vars, self.limits, self.clock.clone()).await;
        (self.app, self.router) = (app, router);
    }

    /// Creates an account as the command line does.
    pub async fn account(&self, email: &str) {
        let name = format!("{} Doe", email.split('@').next().unwrap());
        let registration = Registration { name, email: email.into(), password: PASSWORD.into() };
        register(&self.app.core, &self.app.hasher, registration, ClientInfo::command_line()).await.unwrap();
    }

    /// Creates an account with this email, links the Entrata user to it, and returns the browser, which shows home.
    pub async fn linked(&self, email: &str, subdomain: &str, user_id: &str) -> Browser {
        self.account(email).await;
        let mut browser = Browser::new(self);
        browser.launch(&self.code(subdomain, user_id)).await;
        browser.sign_in(email, PASSWORD).await;
        let home = browser.confirm().await;
        assert_eq!(home.name(), "home");
        browser
    }

    /// Returns a new auth code for an Entrata user.
    pub fn code(&self, subdomain: &str, user_id: &str) -> String {
        self.world.mint_code(subdomain, user_id)
    }

    /// Returns the current bytes of all database files.
    pub fn database_bytes(&self) -> Vec<u8> {
        let files = ["latchkey.db", "latchkey.db-wal"].map(|name| self.folder.0.join(name));
        files.iter().filter_map(|file| std::fs::read(file).ok()).flatten().collect()
    }

    /// Links an Entrata user and returns a browser that stores no cookies and has launched with a bearer token.
    pub async fn cookieless(&self, email: &str, subdomain: &str, user_id: &str) -> Browser {
        self.linked(email, subdomain, user_id).await;
        let mut browser = Browser { keeps_cookies: false, ..Browser::new(self) };
        browser.launch(&self.code(subdomain, user_id)).await;
        assert_eq!(browser.cookie_probe().await, StatusCode::NO_CONTENT);
        assert!(browser.bearer.is_some());
        browser
    }

    /// Returns the number that a `select count(*)` query yields.
    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(self.app.core.storage.reader().pool()).await.unwrap()
    }
}

async fn assemble(vars: &Vars, limits: Limits, clock: Clock) -> (App, Router) {
    let config = Config::read(vars).unwrap();
    let storage = Storage::open(&config.storage.database_url).await.unwrap();
    let assets = Assets::find(&config.listen.site_root).unwrap();
    let app = App::new(config, assets, storage, Outbound::new(limits, clock.clone()).unwrap(), clock, 4_096);
    let peer = Extension(ConnectInfo(SocketAddr::from(([203, 0, 113, 7], 40000))));
    (app.clone(), web::router(app).layer(peer))
}
