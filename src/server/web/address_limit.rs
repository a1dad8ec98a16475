//! A limit for requests a minute from one address. Refused launches are counted in `launch/limits.rs`.

use crate::server::{
    clock::{Clock, Epoch},
    rate_limit::Limit,
    web::{extract::Prefix, limits::SITE_MULTIPLE},
};

/// A limit for each address (IPv6: each /64), and for each IPv6 /48.
#[derive(Clone)]
pub struct AddressLimit {
    addresses: Limit<Prefix>,
    sites: Limit<Prefix>,
}

impl AddressLimit {
    pub fn new(clock: &Clock, per_minute: u32) -> Self {
        let addresses = Limit::new(clock.clone(), per_minute);
        Self { addresses, sites: Limit::new(clock.clone(), per_minute * SITE_MULTIPLE) }
    }

    /// Counts a request. Call it before the outcome is known, and `give_back` when the request should not count.
    ///
    /// # Errors
    /// When the limit is reached: seconds to wait.
    pub fn take(&self, prefix: Prefix) -> Result<(), Epoch> {
        self.addresses.take(prefix)?;
        let site = prefix.site().map_or(Ok(()), |site| self.sites.take(site));
        if site.is_err() {
            self.addresses.release(&prefix);
        }
        site
    }

    /// Takes a counted request back.
    pub fn give_back(&self, prefix: Prefix) {
        self.addresses.release(&prefix);
        if let Some(site) = prefix.site() {
            self.sites.release(&site);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;
    use crate::server::web::limits::PASSWORDS_PER_MINUTE;

    fn prefix(address: &str) -> Prefix {
        Prefix::of(address.parse::<IpAddr>().unwrap())
    }

    #[test]
    fn an_ipv6_network_counts_as_one_address_and_the_limit_ends_after_a_minute() {
        let clock = Clock::default();
        let limit = AddressLimit::new(&clock, PASSWORDS_PER_MINUTE);
        let (one, other) = (prefix("2001:db8::1"), prefix("2001:db8::ffff:2"));
        for _ in 0..PASSWORDS_PER_MINUTE {
            assert_eq!(limit.take(one), Ok(()));
        }
        assert!(limit.take(other).is_err_and(|s| (1..=60).contains(&s)));
        assert_eq!(limit.take(prefix("2001:db8:0:1::1")), Ok(()));
        limit.give_back(one);
        assert_eq!(limit.take(other), Ok(()));
        clock.advance(60);
        assert_eq!(limit.take(one), Ok(()));
    }

    #[test]
    fn an_ipv6_48_has_ten_times_the_limit_of_one_network_and_does_not_affect_other_addresses() {
        let limit = AddressLimit::new(&Clock::default(), PASSWORDS_PER_MINUTE);
        let networks = (0..=u16::MAX).map(|n| prefix(&format!("2001:db8:7:{n:x}::1")));
        let accepted = networks.filter(|network| limit.take(*network).is_ok()).count();
        assert_eq!(accepted, 10 * usize::try_from(PASSWORDS_PER_MINUTE).unwrap());
        assert_eq!(limit.take(prefix("2001:db8:8::1")), Ok(()));
        assert_eq!(limit.take(prefix("203.0.113.7")), Ok(()));
    }
}
