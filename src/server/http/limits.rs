//! How often an address may do what costs us or somebody else something, a minute: launches that Entrata refused, passwords that were not
//! right, events.

/// Launches that Entrata refused.
pub const REFUSED_LAUNCHES: u32 = 300;
/// Passwords that were not right, and registrations.
pub const PASSWORDS: u32 = 60;
/// Activation events of one company's number: Entrata tells one for each property, from one address.
pub const EVENTS: u32 = 300;
/// Activation events in all: Entrata tells those of all companies from one address, and none is to wait for another's.
pub const ALL_EVENTS: u32 = 3000;

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::REFUSED_LAUNCHES;
    use crate::server::{clock::Clock, http::extract::Prefix, limit::Limit};

    fn prefix(address: &str) -> Prefix {
        Prefix::of(address.parse::<IpAddr>().unwrap())
    }

    #[test]
    fn so_many_a_minute_and_an_ipv6_network_counts_as_one() {
        let clock = Clock::default();
        let limit = Limit::new(clock.clone(), REFUSED_LAUNCHES);
        let (one, other) = (prefix("2001:db8::1"), prefix("2001:db8::ffff:2"));
        for _ in 0..REFUSED_LAUNCHES {
            assert_eq!(limit.take(one), Ok(()));
        }
        assert!(limit.wait(other).is_some_and(|s| (1..=60).contains(&s)));
        assert!(limit.take(other).is_err());
        assert_eq!(limit.wait(prefix("2001:db8:0:1::1")), None);
        limit.give_back(one);
        assert_eq!(limit.take(other), Ok(()));
        clock.advance(60);
        assert_eq!(limit.wait(one), None);
    }
}
