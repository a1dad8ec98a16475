//! Who a launch that Entrata refuses is counted for: the browser session that it presents, else its address. See
//! [`Refusals`] for the rules.
//!
//! An IPv6 customer often owns a /48, which holds 65,536 of the /64 networks that count as an address. So launches
//! without a session are counted for their /48, too.

use std::net::Ipv6Addr;

use crate::server::{
    clock::{Clock, Epoch},
    refusals::{Refusals, Reservation},
    visit::Presented,
};

/// Launches of one browser session or address that Entrata refuses in a minute.
pub const MOST_REFUSED: u32 = 300;
/// The same for an IPv6 /48.
pub const MOST_REFUSED_OF_SITE: u32 = 10 * MOST_REFUSED;

#[derive(Clone)]
pub(super) struct RefusedLaunches {
    launchers: Refusals<Launcher>,
    sites: Refusals<Launcher>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Launcher {
    /// A live browser session, by its id.
    Session(String),
    /// An IPv4 address, an IPv6 /64 or an IPv6 /48.
    Network(String),
}

/// The places that a launch holds until it is known whether Entrata refused it.
pub(super) struct Reserved(Vec<Reservation<Launcher>>);

impl RefusedLaunches {
    pub fn new(clock: Clock) -> Self {
        let launchers = Refusals::new(clock.clone(), MOST_REFUSED);
        Self { launchers, sites: Refusals::new(clock, MOST_REFUSED_OF_SITE) }
    }

    /// Reserves places for a launch. May wait.
    ///
    /// # Errors
    /// Seconds to wait, where too many launches were refused.
    pub async fn reserve(&self, presented: &Presented) -> Result<Reserved, Epoch> {
        if let Some(browser) = &presented.browser {
            let session = Launcher::Session(browser.session_id.clone());
            return Ok(Reserved(vec![self.launchers.reserve(session).await?]));
        }
        let address = presented.seen.address.clone();
        let site = site(&address);
        let mut reserved = vec![self.launchers.reserve(Launcher::Network(address)).await?];
        if let Some(site) = site {
            reserved.push(self.sites.reserve(Launcher::Network(site)).await?);
        }
        Ok(Reserved(reserved))
    }
}

impl Reserved {
    /// Gives the places back, unless the launch was `refused`.
    pub fn end(self, refused: bool) {
        if refused {
            self.0.into_iter().for_each(Reservation::refused);
        }
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
    use super::site;

    #[test]
    fn an_ipv6_network_belongs_to_a_site_and_an_ipv4_address_to_none() {
        assert_eq!(site("2001:db8:1:2::/64").as_deref(), Some("2001:db8:1::/48"));
        assert_eq!(site("203.0.113.7"), None);
        assert_eq!(site(""), None);
    }
}
