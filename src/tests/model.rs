//! A model of linking beside the app: whatever is done in whatever order, by two accounts with three Entrata users in two browsers, what
//! the app holds is what the model says.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use proptest::{prelude::*, test_runner::TestCaseError};

use super::{
    app::{PASSWORD, TestApp},
    browser::{Browser, Form, Page},
};
use crate::server::{account_management, audit::ClientInfo};

const ACCOUNTS: [&str; 2] = ["jane@acme.example", "eve@evil.example"];
const IDS: [(&str, &str); 3] = [("acme", "48213"), ("acme", "51877"), ("beech", "48213")];

#[derive(Debug, Clone)]
enum Step {
    Launch {
        browser: usize,
        id: usize,
    },
    SignIn {
        browser: usize,
        account: usize,
    },
    Confirm {
        browser: usize,
    },
    /// The other browser's confirmation, posted from here.
    ConfirmOthers {
        browser: usize,
    },
    Decline {
        browser: usize,
    },
    Unlink {
        browser: usize,
        id: usize,
        not_me: bool,
    },
    SignOut {
        browser: usize,
    },
    Disable {
        account: usize,
    },
    Enable {
        account: usize,
    },
    Expire,
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let (browser, account, id) = (0..2usize, 0..2usize, 0..3usize);
    prop_oneof![
        6 => (browser.clone(), id.clone()).prop_map(|(browser, id)| Step::Launch { browser, id }),
        5 => (browser.clone(), account.clone()).prop_map(|(browser, account)| Step::SignIn { browser, account }),
        5 => browser.clone().prop_map(|browser| Step::Confirm { browser }),
        1 => browser.clone().prop_map(|browser| Step::ConfirmOthers { browser }),
        1 => browser.clone().prop_map(|browser| Step::Decline { browser }),
        3 => (browser.clone(), id, any::<bool>()).prop_map(|(browser, id, not_me)| Step::Unlink { browser, id, not_me }),
        1 => browser.prop_map(|browser| Step::SignOut { browser }),
        1 => account.clone().prop_map(|account| Step::Disable { account }),
        1 => account.prop_map(|account| Step::Enable { account }),
        1 => Just(Step::Expire),
        1 => Just(Step::Restart),
    ]
}

/// What a browser's tab shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Nothing,
    Held { id: usize },
    UnconfirmedLink { id: usize, account: usize },
    Linked { id: usize, account: usize },
}

#[derive(Debug)]
struct Model {
    links: BTreeMap<usize, usize>,
    disabled: BTreeSet<usize>,
    tabs: [Tab; 2],
    /// Of each browser: whether the password was given in its tab within five minutes.
    fresh: [bool; 2],
    /// Audit rows but those of sessions that ended.
    changes: i64,
    sign_outs: i64,
}

struct Run {
    app: TestApp,
    browsers: [Browser; 2],
    model: Model,
}

impl Run {
    async fn start() -> Self {
        let app = TestApp::start().await;
        for email in ACCOUNTS {
            app.account(email).await;
        }
        let mut browsers = [Browser::new(&app), Browser::new(&app)];
        for browser in &mut browsers {
            browser.get("/login").await;
        }
        let tabs = [Tab::Nothing; 2];
        let model = Model {
            links: BTreeMap::new(),
            disabled: BTreeSet::new(),
            tabs,
            fresh: [false; 2],
            changes: 2,
            sign_outs: 0,
        };
        Self { app, browsers, model }
    }

    fn barred(&self, tab: Tab) -> bool {
        match tab {
            Tab::UnconfirmedLink { account, .. } | Tab::Linked { account, .. } => {
                self.model.disabled.contains(&account)
            }
            Tab::Nothing | Tab::Held { .. } => false,
        }
    }

    async fn take(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match *step {
            Step::Launch { browser, id } => self.launch(browser, id).await,
            Step::SignIn { browser, account } => self.sign_in(browser, account).await,
            Step::Confirm { browser } => self.confirm(browser).await,
            Step::ConfirmOthers { browser } => {
                let form = self.browsers[1 - browser].page.clone();
                if form.has_form("/link") {
                    let page = self.browsers[browser].clone().post(&form.form("/link")).await;
                    prop_assert!(page.status.is_client_error(), "another browser's confirmation: {}", page.status);
                }
                Ok(())
            }
            Step::Decline { browser } => self.decline(browser).await,
            Step::Unlink { browser, id, not_me } => self.unlink(browser, id, not_me).await,
            Step::SignOut { browser } => {
                if let Tab::Linked { .. } = self.model.tabs[browser] {
                    let home = self.browsers[browser].page.address.clone();
                    self.browsers[browser].submit_at(&format!("{home}/sign-out")).await;
                    self.model.tabs[browser] = Tab::Nothing;
                    self.model.sign_outs += 1;
                }
                Ok(())
            }
            Step::Disable { account } => self.set_enabled(account, true).await,
            Step::Enable { account } => self.set_enabled(account, false).await,
            Step::Expire => {
                self.app.clock.advance(601);
                self.model.fresh = [false; 2];
                for tab in &mut self.model.tabs {
                    if let Tab::Held { .. } | Tab::UnconfirmedLink { .. } = tab {
                        *tab = Tab::Nothing;
                    }
                }
                Ok(())
            }
            Step::Restart => {
                self.app.restart().await;
                for browser in &mut self.browsers {
                    browser.router = self.app.router.clone();
                }
                Ok(())
            }
        }
    }

    async fn launch(&mut self, browser: usize, id: usize) -> Result<(), TestCaseError> {
        let page = self.browsers[browser].launch(&self.app.code(IDS[id].0, IDS[id].1)).await;
        self.model.fresh[browser] = false;
        let (tab, shown) = match self.model.links.get(&id) {
            Some(account) if self.model.disabled.contains(account) => (Tab::Nothing, "error"),
            Some(account) => (Tab::Linked { id, account: *account }, "home"),
            None => (Tab::Held { id }, "login"),
        };
        prop_assert_eq!(page.name(), shown);
        self.model.changes += i64::from(shown == "home");
        self.model.tabs[browser] = tab;
        Ok(())
    }

    async fn sign_in(&mut self, browser: usize, account: usize) -> Result<(), TestCaseError> {
        let Tab::Held { id } = self.model.tabs[browser] else { return Ok(()) };
        let visit = self.browsers[browser].page.address.clone();
        let form = Form { action: format!("{visit}/sign-in"), fields: Vec::new() };
        let fields = [("email", ACCOUNTS[account]), ("password", PASSWORD)];
        let page = self.browsers[browser].post(&form.with(&fields)).await;
        self.model.changes += 1;
        if self.model.disabled.contains(&account) {
            prop_assert_eq!(page.status, StatusCode::FORBIDDEN);
            self.browsers[browser].page.address = visit;
        } else {
            prop_assert_eq!(page.name(), "confirm");
            self.model.tabs[browser] = Tab::UnconfirmedLink { id, account };
            self.model.fresh[browser] = true;
        }
        Ok(())
    }

    async fn confirm(&mut self, browser: usize) -> Result<(), TestCaseError> {
        let Tab::UnconfirmedLink { id, account } = self.model.tabs[browser] else { return Ok(()) };
        let before = self.browsers[browser].page.clone();
        let page = self.browsers[browser].post(&before.form("/link")).await;
        if self.barred(self.model.tabs[browser]) {
            prop_assert!(page.status.is_client_error(), "a disabled account's confirmation: {}", page.status);
            self.browsers[browser].page = before;
            return Ok(());
        }
        prop_assert_eq!(page.name(), "home");
        self.model.links.insert(id, account);
        self.model.changes += 1;
        self.model.tabs[browser] = Tab::Linked { id, account };
        self.end_others(browser, id, |tab| matches!(tab, Tab::Held { .. } | Tab::UnconfirmedLink { .. }));
        Ok(())
    }

    async fn decline(&mut self, browser: usize) -> Result<(), TestCaseError> {
        let tab = self.model.tabs[browser];
        let Tab::UnconfirmedLink { id, .. } = tab else { return Ok(()) };
        let before = self.browsers[browser].page.clone();
        let page = self.browsers[browser].post(&before.form("/decline")).await;
        if self.barred(tab) {
            prop_assert_eq!(page.status, StatusCode::FORBIDDEN);
            self.browsers[browser].page = before;
            return Ok(());
        }
        prop_assert_eq!(page.name(), "login");
        self.model.tabs[browser] = Tab::Held { id };
        self.model.changes += 1;
        Ok(())
    }

    async fn unlink(&mut self, browser: usize, id: usize, not_me: bool) -> Result<(), TestCaseError> {
        let tab = self.model.tabs[browser];
        let Tab::Linked { id: own, account } = tab else { return Ok(()) };
        if self.model.links.get(&id) != Some(&account) {
            return Ok(());
        }
        let home = self.browsers[browser].page.address.clone();
        let identity: String = sqlx::query_scalar("select id from identities where subdomain = $1 and user_id = $2")
            .bind(IDS[id].0)
            .bind(IDS[id].1)
            .fetch_one(self.app.app.core.storage.reader().pool())
            .await
            .unwrap();
        let reason: &[_] = if not_me { &[("reason", "not-me")] } else { &[] };
        let bare = self.browsers[browser].unlink(&home, &identity, reason).await;
        let page = if bare.status == StatusCode::UNPROCESSABLE_ENTITY && !self.model.fresh[browser] {
            let fields = [reason, &[("password", PASSWORD)]].concat();
            let page = self.browsers[browser].unlink(&home, &identity, &fields).await;
            if !self.barred(tab) {
                self.model.fresh[browser] = true;
                self.model.changes += 1;
            }
            page
        } else {
            prop_assert!(self.model.fresh[browser] || self.barred(tab), "unlinked without a password");
            bare
        };
        self.unlinked(browser, (own, id, account), not_me, &page, home)
    }

    fn unlinked(
        &mut self,
        browser: usize,
        (own, id, account): (usize, usize, usize),
        not_me: bool,
        page: &Page,
        home: String,
    ) -> Result<(), TestCaseError> {
        self.browsers[browser].page.address = home;
        if self.barred(Tab::Linked { id, account }) {
            prop_assert_eq!(page.status, StatusCode::FORBIDDEN);
            return Ok(());
        }
        let of_account = self.model.links.values().filter(|of| **of == account).count();
        if of_account == 1 && !not_me {
            prop_assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "the last one stays");
            return Ok(());
        }
        prop_assert_eq!(page.name(), if own == id { "login" } else { "account" });
        self.model.links.remove(&id);
        self.model.changes += 1;
        self.end_others(2, id, |_| true);
        Ok(())
    }

    /// The tabs of an identity end, but for this browser's.
    fn end_others(&mut self, browser: usize, id: usize, which: impl Fn(Tab) -> bool) {
        for (n, tab) in self.model.tabs.iter_mut().enumerate() {
            let of = match *tab {
                Tab::Nothing => None,
                Tab::Held { id } | Tab::UnconfirmedLink { id, .. } | Tab::Linked { id, .. } => Some(id),
            };
            if n != browser && of == Some(id) && which(*tab) {
                *tab = Tab::Nothing;
            }
        }
    }

    async fn set_enabled(&mut self, account: usize, off: bool) -> Result<(), TestCaseError> {
        let (core, email, client) = (&self.app.app.core, ACCOUNTS[account], ClientInfo::command_line());
        let known = if off {
            account_management::disable(core, email, client).await
        } else {
            account_management::enable(core, email, client).await
        };
        prop_assert!(known.unwrap());
        let changed = if off { self.model.disabled.insert(account) } else { self.model.disabled.remove(&account) };
        if changed {
            self.model.changes += 1;
            for tab in &mut self.model.tabs {
                match *tab {
                    // The sign-in is forgotten, the identity still held.
                    Tab::UnconfirmedLink { id, account: of } if of == account => *tab = Tab::Held { id },
                    // Turning it on again revives nothing.
                    Tab::Linked { account: of, .. } if of == account && !off => *tab = Tab::Nothing,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// What the app holds and shows, against the model.
    async fn check(&mut self) -> Result<(), TestCaseError> {
        let rows: Vec<(String, String, String)> = sqlx::query_as(
            "select i.subdomain, i.user_id, a.email from links l
             join identities i on i.id = l.identity_id join accounts a on a.id = l.account_id",
        )
        .fetch_all(self.app.app.core.storage.reader().pool())
        .await
        .unwrap();
        let position = |list: &[&str], what: &str| list.iter().position(|x| *x == what).unwrap();
        let links: BTreeMap<usize, usize> = rows
            .iter()
            .map(|(s, u, e)| (IDS.iter().position(|i| i == &(s.as_str(), u.as_str())).unwrap(), position(&ACCOUNTS, e)))
            .collect();
        prop_assert_eq!(&links, &self.model.links, "one owner for each id, linked by a confirmation only");
        let told = self.app.count("select count(*) from audit where what <> 'session_ended'").await;
        prop_assert_eq!(told, self.model.changes, "one audit row for each change");
        // A sign-out also ends what earlier clicks left behind, an unlinking whatever acts by the id.
        let ended = self.app.count("select count(*) from audit where what = 'session_ended'").await;
        let gone = self.app.count("select count(distinct visit_id) from audit where what = 'session_ended'").await;
        prop_assert!(ended == gone && ended >= self.model.sign_outs, "each session ends once");
        for (n, tab) in self.model.tabs.into_iter().enumerate() {
            let mut browser = self.browsers[n].clone();
            let page = browser.get(&self.browsers[n].page.address.clone()).await;
            self.browsers[n].cookie = browser.cookie;
            match tab {
                Tab::Linked { account, .. } if self.model.disabled.contains(&account) => {
                    prop_assert_eq!(page.status, StatusCode::FORBIDDEN, "no session for what is disabled");
                }
                Tab::Linked { account, .. } => {
                    prop_assert!(page.name() == "home" && page.shows(ACCOUNTS[account]), "{tab:?}: {}", page.name());
                }
                Tab::UnconfirmedLink { account, .. } if self.model.disabled.contains(&account) => {
                    prop_assert_eq!(page.status, StatusCode::FORBIDDEN);
                }
                Tab::UnconfirmedLink { .. } => prop_assert_eq!(page.name(), "confirm"),
                Tab::Held { .. } => prop_assert_eq!(page.name(), "login"),
                Tab::Nothing => prop_assert_ne!(page.name(), "home"),
            }
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 60, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn whatever_is_done_in_whatever_order_each_id_has_one_owner_and_nobody_disabled_a_session(
        steps in prop::collection::vec(step(), 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let mut run = Run::start().await;
            for step in &steps {
                run.take(step).await?;
                run.check().await?;
            }
            Ok::<_, TestCaseError>(())
        })?;
    }
}
