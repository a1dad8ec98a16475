//! A model of linking that random steps are checked against: two accounts, three Entrata users and two browsers, in any
//! order. After each step the app's state must match the model.

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
    /// Posts the other browser's confirmation form from this browser.
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
        3 => (browser.clone(), id, any::<bool>())
            .prop_map(|(browser, id, not_me)| Step::Unlink { browser, id, not_me }),
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
    Pending { id: usize },
    UnconfirmedLink { id: usize, account: usize },
    Linked { id: usize, account: usize },
}

#[derive(Debug)]
struct Model {
    links: BTreeMap<usize, usize>,
    disabled: BTreeSet<usize>,
    tabs: [Tab; 2],
    /// For each browser: whether the password was entered in its tab within the last five minutes.
    recently_authenticated: [bool; 2],
    /// Number of audit rows, without those of sessions that ended.
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
            recently_authenticated: [false; 2],
            changes: 2,
            sign_outs: 0,
        };
        Self { app, browsers, model }
    }

    fn is_disabled(&self, tab: Tab) -> bool {
        match tab {
            Tab::UnconfirmedLink { account, .. } | Tab::Linked { account, .. } => {
                self.model.disabled.contains(&account)
            }
            Tab::Nothing | Tab::Pending { .. } => false,
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
                self.model.recently_authenticated = [false; 2];
                for tab in &mut self.model.tabs {
                    if let Tab::Pending { .. } | Tab::UnconfirmedLink { .. } = tab {
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
        self.model.recently_authenticated[browser] = false;
        let (tab, shown) = match self.model.links.get(&id) {
            Some(account) if self.model.disabled.contains(account) => (Tab::Nothing, "error"),
            Some(account) => (Tab::Linked { id, account: *account }, "home"),
            None => (Tab::Pending { id }, "login"),
        };
        prop_assert_eq!(page.name(), shown);
        self.model.changes += i64::from(shown == "home");
        self.model.tabs[browser] = tab;
        Ok(())
    }

    async fn sign_in(&mut self, browser: usize, account: usize) -> Result<(), TestCaseError> {
        let Tab::Pending { id } = self.model.tabs[browser] else { return Ok(()) };
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
            self.model.recently_authenticated[browser] = true;
        }
        Ok(())
    }

    async fn confirm(&mut self, browser: usize) -> Result<(), TestCaseError> {
        let Tab::UnconfirmedLink { id, account } = self.model.tabs[browser] else { return Ok(()) };
        let before = self.browsers[browser].page.clone();
        let page = self.browsers[browser].post(&before.form("/link")).await;
        if self.is_disabled(self.model.tabs[browser]) {
            prop_assert!(page.status.is_client_error(), "a disabled account's confirmation: {}", page.status);
            self.browsers[browser].page = before;
            return Ok(());
        }
        prop_assert_eq!(page.name(), "home");
        self.model.links.insert(id, account);
        self.model.changes += 1;
        self.model.tabs[browser] = Tab::Linked { id, account };
        self.end_others(browser, id, |tab| matches!(tab, Tab::Pending { .. } | Tab::UnconfirmedLink { .. }));
        Ok(())
    }

    async fn decline(&mut self, browser: usize) -> Result<(), TestCaseError> {
        let tab = self.model.tabs[browser];
        let Tab::UnconfirmedLink { id, .. } = tab else { return Ok(()) };
        let before = self.browsers[browser].page.clone();
        let page = self.browsers[browser].post(&before.form("/decline")).await;
        if self.is_disabled(tab) {
            prop_assert_eq!(page.status, StatusCode::FORBIDDEN);
            self.browsers[browser].page = before;
            return Ok(());
        }
        prop_assert_eq!(page.name(), "login");
        self.model.tabs[browser] = Tab::Pending { id };
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
        let without_password = self.browsers[browser].unlink(&home, &identity, reason).await;
        let page = if without_password.status == StatusCode::UNPROCESSABLE_ENTITY
            && !self.model.recently_authenticated[browser]
        {
            let fields = [reason, &[("password", PASSWORD)]].concat();
            let page = self.browsers[browser].unlink(&home, &identity, &fields).await;
            if !self.is_disabled(tab) {
                self.model.recently_authenticated[browser] = true;
                self.model.changes += 1;
            }
            page
        } else {
            prop_assert!(
                self.model.recently_authenticated[browser] || self.is_disabled(tab),
                "unlinked without a password"
            );
            without_password
        };
        self.check_unlink(browser, (own, id, account), not_me, &page, home)
    }

    fn check_unlink(
        &mut self,
        browser: usize,
        (own, id, account): (usize, usize, usize),
        not_me: bool,
        page: &Page,
        home: String,
    ) -> Result<(), TestCaseError> {
        self.browsers[browser].page.address = home;
        if self.is_disabled(Tab::Linked { id, account }) {
            prop_assert_eq!(page.status, StatusCode::FORBIDDEN);
            return Ok(());
        }
        let links_of_account = self.model.links.values().filter(|linked| **linked == account).count();
        if links_of_account == 1 && !not_me {
            prop_assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "the last link stays");
            return Ok(());
        }
        prop_assert_eq!(page.name(), if own == id { "login" } else { "account" });
        self.model.links.remove(&id);
        self.model.changes += 1;
        self.end_others(2, id, |_| true);
        Ok(())
    }

    /// Ends the identity's tabs in all browsers except this one.
    fn end_others(&mut self, browser: usize, id: usize, which: impl Fn(Tab) -> bool) {
        for (n, tab) in self.model.tabs.iter_mut().enumerate() {
            let identity = match *tab {
                Tab::Nothing => None,
                Tab::Pending { id } | Tab::UnconfirmedLink { id, .. } | Tab::Linked { id, .. } => Some(id),
            };
            if n != browser && identity == Some(id) && which(*tab) {
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
                    // The sign-in is undone; the identity's visit is pending again.
                    Tab::UnconfirmedLink { id, account: of } if of == account => *tab = Tab::Pending { id },
                    // Enabling the account again does not restore its sessions.
                    Tab::Linked { account: of, .. } if of == account && !off => *tab = Tab::Nothing,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Checks the app's database and pages against the model.
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
        prop_assert_eq!(&links, &self.model.links, "each id has one owner and is linked only by a confirmation");
        let audit_rows = self.app.count("select count(*) from audit where what <> 'session_ended'").await;
        prop_assert_eq!(audit_rows, self.model.changes, "one audit row for each change");
        // A sign-out also ends visits that earlier launches left open; unlinking ends every visit of the identity.
        let ended = self.app.count("select count(*) from audit where what = 'session_ended'").await;
        let ended_visits =
            self.app.count("select count(distinct visit_id) from audit where what = 'session_ended'").await;
        prop_assert!(ended == ended_visits && ended >= self.model.sign_outs, "each session ends once");
        for (n, tab) in self.model.tabs.into_iter().enumerate() {
            let mut browser = self.browsers[n].clone();
            let page = browser.get(&self.browsers[n].page.address.clone()).await;
            self.browsers[n].cookie = browser.cookie;
            match tab {
                Tab::Linked { account, .. } if self.model.disabled.contains(&account) => {
                    prop_assert_eq!(page.status, StatusCode::FORBIDDEN, "a disabled account has no session");
                }
                Tab::Linked { account, .. } => {
                    prop_assert!(page.name() == "home" && page.shows(ACCOUNTS[account]), "{tab:?}: {}", page.name());
                }
                Tab::UnconfirmedLink { account, .. } if self.model.disabled.contains(&account) => {
                    prop_assert_eq!(page.status, StatusCode::FORBIDDEN);
                }
                Tab::UnconfirmedLink { .. } => prop_assert_eq!(page.name(), "confirm"),
                Tab::Pending { .. } => prop_assert_eq!(page.name(), "login"),
                Tab::Nothing => prop_assert_ne!(page.name(), "home"),
            }
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 60, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn in_any_order_of_steps_an_id_has_one_owner_and_a_disabled_account_no_session(
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
