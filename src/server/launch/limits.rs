//! Limits the launches that Entrata refuses, by browser session or, without one, by address ([`Refusals`] has the
//! rules). Each launch also counts for a wider source: an IPv6 customer often owns a /48, which holds 65,536 of the /64
//! networks that count as one address, and anyone with an account can start any number of sessions.

use std::net::Ipv6Addr;

use tokio::time::Instant;

use crate::server::{
    clock::{Clock, Epoch},
    ids::SessionId,
    refusals::{LONGEST_WAIT, Refusals, Reservation, Verdict},
    visit::BrowserContext,
};

/// Maximum refused launches a minute of one browser session or address.
pub const MOST_REFUSED: u32 = 300;
/// Maximum refused launches a minute of an IPv6 /48.
pub const MOST_REFUSED_OF_SITE: u32 = 10 * MOST_REFUSED;
/// Maximum refused launches a minute of all browser sessions of one IPv4 address or IPv6 /48. It is generous, because
/// it is the only limit by which one session's launches can delay another's.
pub const MOST_REFUSED_OF_SESSIONS: u32 = 10 * MOST_REFUSED;

#[derive(Clone)]
pub(super) struct RefusedLaunches(Refusals<Source>);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Source {
    /// A live browser session, by its id.
    Session(SessionId),
    /// All browser sessions of an IPv4 address or IPv6 /48.
    SessionsAt(String),
    /// An IPv4 address or IPv6 /64.
    Address(String),
    /// An IPv6 /48.
    Site(String),
}

impl Source {
    fn most_refused(&self) -> u32 {
        match self {
            Self::Session(_) | Self::Address(_) => MOST_REFUSED,
            Self::SessionsAt(_) => MOST_REFUSED_OF_SESSIONS,
            Self::Site(_) => MOST_REFUSED_OF_SITE,
        }
    }

    /// The sources that a launch counts for, the widest first: a launch that is refused for its /48 creates no counter
    /// for its /64, which would evict another one.
    fn of(presented: &BrowserContext) -> Vec<Self> {
        let address = presented.client.address.clone();
        let site = site(&address);
        match (&presented.browser, site) {
            (Some(browser), site) => {
                vec![Self::SessionsAt(site.unwrap_or(address)), Self::Session(browser.session_id.clone())]
            }
            (None, Some(site)) => vec![Self::Site(site), Self::Address(address)],
            (None, None) => vec![Self::Address(address)],
        }
    }
}

/// The slots that a launch occupies until Entrata has decided on it.
pub(super) struct Reserved(Vec<Reservation<Source>>);

impl RefusedLaunches {
    /// `waiting`: the maximum number of launches that wait, in total.
    pub fn new(clock: Clock, waiting: usize) -> Self {
        Self(Refusals::new(clock, Source::most_refused, waiting))
    }

    /// Reserves slots for a launch. May wait up to [`LONGEST_WAIT`] in total.
    ///
    /// # Errors
    /// When too many launches were refused; the seconds to wait.
    pub async fn reserve(&self, presented: &BrowserContext) -> Result<Reserved, Epoch> {
        self.reserve_until(presented, Instant::now() + LONGEST_WAIT).await
    }

    async fn reserve_until(&self, presented: &BrowserContext, deadline: Instant) -> Result<Reserved, Epoch> {
        let mut reserved = Vec::new();
        for source in Source::of(presented) {
            reserved.push(self.0.reserve(source, deadline).await?);
        }
        Ok(Reserved(reserved))
    }
}

impl Reserved {
    /// Releases the slots, unless the launch was refused.
    pub fn end(self, verdict: Verdict) {
        self.0.into_iter().for_each(|slot| slot.finish(verdict));
    }
}

/// The /48 of an IPv6 /64.
fn site(address: &str) -> Option<String> {
    let network: Ipv6Addr = address.strip_suffix("/64")?.parse().ok()?;
    let bits = u128::from(network) >> 80 << 80;
    Some(format!("{}/48", Ipv6Addr::from(bits)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::server::{audit::ClientInfo, visit::Browser};

    fn at(address: &str, session: Option<usize>) -> BrowserContext {
        BrowserContext {
            browser: session.map(|n| Browser { session_id: format!("session-{n}").into(), number: 1, verified: 0 }),
            client: ClientInfo { address: address.to_owned(), ..ClientInfo::default() },
            ..BrowserContext::default()
        }
    }

    fn network(n: usize) -> BrowserContext {
        at(&format!("2001:db8:1:{n:x}::/64"), None)
    }

    fn in_ms(milliseconds: u64) -> Instant {
        Instant::now() + Duration::from_millis(milliseconds)
    }

    #[test]
    fn an_ipv6_network_belongs_to_a_site_and_an_ipv4_address_to_none() {
        assert_eq!(site("2001:db8:1:2::/64").as_deref(), Some("2001:db8:1::/48"));
        assert_eq!(site("203.0.113.7"), None);
        assert_eq!(site(""), None);
    }

    #[tokio::test]
    async fn t30_many_sessions_at_one_address_share_a_limit_ten_times_as_high() {
        let refused = RefusedLaunches::new(Clock::default(), 1_000);
        for n in 0..3_000 {
            let launch = at("203.0.113.7", Some(n / 300));
            refused.reserve_until(&launch, in_ms(0)).await.ok().unwrap().end(Verdict::Refused);
        }
        let other = at("203.0.113.7", Some(10));
        assert!(refused.reserve_until(&other, in_ms(0)).await.is_err());
        let elsewhere = at("203.0.113.8", Some(10));
        assert!(refused.reserve_until(&elsewhere, in_ms(0)).await.is_ok());
        let without_a_session = at("203.0.113.7", None);
        assert!(refused.reserve_until(&without_a_session, in_ms(0)).await.is_ok());
    }

    #[tokio::test]
    async fn t30_a_site_beyond_its_limit_pushes_out_nobody_s_count() {
        let refused = RefusedLaunches::new(Clock::default(), 1_000);
        for n in 0..3_000 {
            refused.reserve_until(&network(n / 300), in_ms(0)).await.ok().unwrap().end(Verdict::Refused);
        }
        assert_eq!(refused.0.remembered(), 11, "ten networks and their site");
        for n in 10..60 {
            assert!(refused.reserve_until(&network(n), in_ms(0)).await.is_err());
        }
        assert_eq!(refused.0.remembered(), 11);
    }

    #[tokio::test]
    async fn t30_a_launch_that_waits_for_its_site_and_its_network_waits_no_longer_for_both() {
        let refused = RefusedLaunches::new(Clock::default(), 1_000);
        let mut pending = Vec::new();
        for n in 0..3_000 {
            pending.push(refused.reserve_until(&network(n / 300), in_ms(0)).await.ok().unwrap());
        }
        let began = Instant::now();
        let launch = tokio::spawn({
            let refused = refused.clone();
            async move { refused.reserve_until(&network(0), in_ms(1_000)).await.err() }
        });
        tokio::time::sleep(Duration::from_millis(700)).await;
        // The /48 has a free slot but the /64 has none.
        pending.pop();
        assert!(launch.await.unwrap().is_some());
        let waited = began.elapsed();
        assert!((990..1_500).contains(&waited.as_millis()), "{waited:?}");
    }
}
