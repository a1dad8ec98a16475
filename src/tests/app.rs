//! The app under test: the public router over a real database file, with a world that plays Entrata on a real loopback port.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use axum::{Extension, Router, extract::ConnectInfo, http::StatusCode};
use latchkey_sandbox::entrata::{self, Settings, Simulator};
use tokio::net::TcpListener;

use super::{browser::Browser, logs};
use crate::server::{
    account::{Accounts, ClientInfo, Hasher, Registration},
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
    pub world: Simulator,
    pub clock: Clock,
    pub router: Router,
    pub app: App,
    vars: Vars,
    limits: Limits,
    pub folder: Folder,
}

/// A folder of its own, removed in the end.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn make() -> Self {
        let path = std::env::temp_dir().join(format!("latchkey-test-{}", Rng.id()));
        std::fs::create_dir_all(path.join("site/pkg")).unwrap();
        for name in ["latchkey.0123456789ab.css", "latchkey.0123456789ab.js"] {
            std::fs::write(path.join("site/pkg").join(name), "/* the style */").unwrap();
        }
        for (ending, text) in [("br", "as brotli"), ("gz", "as gzip form")] {
            let form = path.join(format!("site/pkg/latchkey.0123456789ab.css.{ending}"));
            std::fs::write(form, text).unwrap();
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

    /// With these settings beside the usual ones.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        Self::at(Clock::default(), settings).await
    }

    /// With this clock, which may already have been set.
    pub async fn at(clock: Clock, settings: &[(&str, &str)]) -> Self {
        // As in production, but nobody waits eight seconds in a test.
        let short =
            Limits { connect: Duration::from_millis(500), whole: Duration::from_millis(2500), ..Limits::default() };
        Self::within(short, clock, settings).await
    }

    /// One that waits for Entrata for minutes: for stories that keep the machine busy.
    pub async fn patient() -> Self {
        let long = Duration::from_secs(120);
        Self::within(Limits { connect: long, whole: long, ..Limits::default() }, Clock::default(), &[]).await
    }

    async fn within(limits: Limits, clock: Clock, settings: &[(&str, &str)]) -> Self {
        logs::capture();
        let folder = Folder::make();
        let world = Simulator::new(Settings::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(latchkey_sandbox::serve(listener, entrata::router(world.clone()), std::future::pending()));
        let said = world.settings();
        let path = |name: &str| folder.0.join(name).display().to_string();
        let mut vars = Vars::from_pairs([
            ("PUBLIC_URL", "http://localhost:3000"),
            ("ENTRATA_CLIENT_ID", said.client_id.as_str()),
            ("ENTRATA_CLIENT_SECRET", said.client_secret.as_str()),
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

    /// Stops, and starts again with the same file.
    pub async fn restart(&mut self) {
        self.app.finish().await;
        let (app, router) = assemble(&self.vars, self.limits, self.clock.clone()).await;
        (self.app, self.router) = (app, router);
    }

    /// An account made beside the app, as from the command line.
    pub async fn account(&self, email: &str) {
        let accounts = Accounts::new(self.app.core.clone(), Hasher::new(Rng));
        let name = format!("{} Doe", email.split('@').next().unwrap());
        let registration = Registration { name, email: email.into(), password: PASSWORD.into() };
        accounts.register(registration, ClientInfo::command_line()).await.unwrap();
    }

    /// A browser in which somebody was linked: an account with this e-mail, an Entrata user, confirmed.
    pub async fn linked(&self, email: &str, subdomain: &str, user_id: &str) -> Browser {
        self.account(email).await;
        let mut browser = Browser::new(self);
        browser.launch(&self.code(subdomain, user_id)).await;
        browser.sign_in(email, PASSWORD).await;
        let home = browser.confirm().await;
        assert_eq!(home.name(), "home");
        browser
    }

    pub fn code(&self, subdomain: &str, user_id: &str) -> String {
        self.world.mint_code(subdomain, user_id)
    }

    /// Every byte of the database's files, as they are now.
    pub fn database_bytes(&self) -> Vec<u8> {
        let files = ["latchkey.db", "latchkey.db-wal"].map(|name| self.folder.0.join(name));
        files.iter().filter_map(|file| std::fs::read(file).ok()).flatten().collect()
    }

    /// A browser that keeps no cookie in a frame, at home by its bearer, as somebody who is linked.
    pub async fn cookieless(&self, email: &str, subdomain: &str, user_id: &str) -> Browser {
        self.linked(email, subdomain, user_id).await;
        let mut browser = Browser { keeps_cookies: false, ..Browser::new(self) };
        browser.launch(&self.code(subdomain, user_id)).await;
        assert_eq!(browser.cookie_probe().await, StatusCode::NO_CONTENT);
        assert!(browser.bearer.is_some());
        browser
    }

    /// How many rows a query counts.
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
