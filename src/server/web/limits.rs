//! How often an address may do what costs us or somebody else something, a minute: passwords that were not right,
//! events. Refused launches are counted in `launch/limits.rs`.

use crate::server::web::extract::Prefix;
use crate::server::{
    clock::{Clock, Epoch},
    rate_limit::Limit,
};

/// Passwords that were not right, and registrations.
pub const PASSWORDS: u32 = 60;
/// Activation events of one company's number: Entrata tells one for each property, from one address.
pub const EVENTS: u32 = 300;
/// Activation events in all: Entrata tells those of all companies from one address, and none is to wait for another's.
pub const ALL_EVENTS: u32 = 3000;
/// How many times as much an IPv6 /48 may do as one of the 65,536 networks in it.
const OF_SITE: u32 = 10;

/// A limit for each address (IPv6: each /64), and for each IPv6 /48.
#[derive(Clone)]
pub struct AddressLimit {
    addresses: Limit<Prefix>,
    sites: Limit<Prefix>,
}

impl AddressLimit {
    pub fn new(clock: &Clock, most: u32) -> Self {
        Self { addresses: Limit::new(clock.clone(), most), sites: Limit::new(clock.clone(), most * OF_SITE) }
    }

    /// Counts one before it is known whether it counts.
    ///
    /// # Errors
    /// Seconds to wait, where there were too many.
    pub fn take(&self, prefix: Prefix) -> Result<(), Epoch> {
        self.addresses.take(prefix)?;
        let of_site = prefix.site().map_or(Ok(()), |site| self.sites.take(site));
        if of_site.is_err() {
            self.addresses.release(&prefix);
        }
        of_site
    }

    /// One that was taken does not count.
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

    fn prefix(address: &str) -> Prefix {
        Prefix::of(address.parse::<IpAddr>().unwrap())
    }

    #[test]
    fn so_many_a_minute_and_an_ipv6_network_counts_as_one() {
        let clock = Clock::default();
        let limit = AddressLimit::new(&clock, PASSWORDS);
        let (one, other) = (prefix("2001:db8::1"), prefix("2001:db8::ffff:2"));
        for _ in 0..PASSWORDS {
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
    fn whoever_owns_an_ipv6_48_has_ten_times_as_much_as_one_network_and_others_are_not_concerned() {
        let limit = AddressLimit::new(&Clock::default(), PASSWORDS);
        let networks = (0..=u16::MAX).map(|n| prefix(&format!("2001:db8:7:{n:x}::1")));
        let let_through = networks.filter(|network| limit.take(*network).is_ok()).count();
        assert_eq!(let_through, 10 * usize::try_from(PASSWORDS).unwrap());
        assert_eq!(limit.take(prefix("2001:db8:8::1")), Ok(()));
        assert_eq!(limit.take(prefix("203.0.113.7")), Ok(()));
    }
}
