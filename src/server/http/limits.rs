//! Launches that Entrata refused, counted by address: who sends many made-up codes is told to wait before anything is sent. Launches
//! that Entrata accepts never count, since a whole office shares one address.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex},
};

use crate::server::clock::{Clock, Epoch};

/// Refused launches of one address in one minute that are still looked at.
const MOST: u32 = 300;
const WINDOW: Epoch = 60;
/// Addresses that are remembered; when there are more, the windows that are over are dropped, then all.
const ADDRESSES: usize = 50_000;

#[derive(Clone)]
pub struct RefusedLaunches {
    clock: Clock,
    counts: Arc<Mutex<HashMap<IpAddr, (Epoch, u32)>>>,
}

impl RefusedLaunches {
    pub fn new(clock: Clock) -> Self {
        Self { clock, counts: Arc::default() }
    }

    /// Seconds to wait, where an address has had too many refused.
    pub fn wait(&self, address: IpAddr) -> Option<Epoch> {
        let now = self.clock.now();
        let counts = self.counts.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (began, count) = counts.get(&prefix(address))?;
        (*count >= MOST && now < began + WINDOW).then(|| began + WINDOW - now)
    }

    /// Counts one.
    pub fn count(&self, address: IpAddr) {
        let now = self.clock.now();
        let mut counts = self.counts.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if counts.len() >= ADDRESSES {
            counts.retain(|_, (began, _)| now < *began + WINDOW);
            if counts.len() >= ADDRESSES {
                counts.clear();
            }
        }
        let window = counts.entry(prefix(address)).or_insert((now, 0));
        if now >= window.0 + WINDOW {
            *window = (now, 0);
        }
        window.1 += 1;
    }
}

/// An IPv4 address as it is; of an IPv6 one the /64, since one customer has at least that many.
fn prefix(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::from((u128::from(v6) & !u128::from(u64::MAX)).to_be_bytes()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_hundred_refused_launches_a_minute_are_looked_at_and_an_ipv6_network_counts_as_one() {
        let clock = Clock::default();
        let limits = RefusedLaunches::new(clock.clone());
        let (one, other): (IpAddr, IpAddr) = ("2001:db8::1".parse().unwrap(), "2001:db8::ffff:2".parse().unwrap());
        for _ in 0..MOST {
            assert_eq!(limits.wait(one), None);
            limits.count(one);
        }
        assert!(limits.wait(other).is_some_and(|s| (1..=60).contains(&s)));
        assert_eq!(limits.wait("2001:db8:0:1::1".parse().unwrap()), None);
        clock.advance(WINDOW);
        assert_eq!(limits.wait(one), None);
    }
}
