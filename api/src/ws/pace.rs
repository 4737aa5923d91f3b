//! Pings among the data, so that a slow client is told from a dead one.
//!
//! A client answers a ping when it has read everything before it. If pings were sent by the clock
//! alone, a slow client would answer behind megabytes in the buffers of two kernels, long after it
//! was given up. So pings stand among the data, densely (every KiB) to a client that is slow or
//! unknown, and the sparser the more it has been seen to take in quickly.
//!
//! A ping carries its own place and time, and the pong brings them back: nothing is remembered.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

/// Bytes between two pings to a slow client. One that reads a line a second answers in time.
const DENSE: u64 = 1 << 10;
/// Bytes between two pings to a fast one.
const SPARSE: u64 = 64 << 10;
/// How many times more must have been taken in quickly than lies between two pings.
const PROOF: u64 = 64;
/// A pong that takes longer comes from a slow client.
const SLOW: Duration = Duration::from_secs(5);

/// Where pings stand in the data of one connection.
#[derive(Debug)]
pub(super) struct Pace {
    began: Instant,
    sent: u64,
    next_ping: u64,
    /// Up to here the client has read.
    confirmed: u64,
    /// From here on it has read quickly.
    quick_since: u64,
}

impl Pace {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            began: now,
            sent: 0,
            next_ping: DENSE,
            confirmed: 0,
            quick_since: 0,
        }
    }

    /// Counts data that goes out; the ping that is due behind it, if one is.
    pub(super) fn data(&mut self, bytes: usize, now: Instant) -> Option<Bytes> {
        self.sent += u64::try_from(bytes).unwrap_or(u64::MAX);
        (self.sent >= self.next_ping).then(|| self.ping(now))
    }

    /// A ping at this place.
    pub(super) fn ping(&mut self, now: Instant) -> Bytes {
        let quick = self.confirmed.saturating_sub(self.quick_since);
        self.next_ping = self.sent + (quick / PROOF).clamp(DENSE, SPARSE);
        let mut payload = [0; 16];
        payload[..8].copy_from_slice(&self.sent.to_be_bytes());
        payload[8..].copy_from_slice(&self.millis(now).to_be_bytes());
        Bytes::copy_from_slice(&payload)
    }

    /// Takes a pong; `false` when it answers no ping of ours that is still of interest.
    pub(super) fn pong(&mut self, payload: &[u8], now: Instant) -> bool {
        let Some((place, millis)) = read(payload) else {
            return false;
        };
        if place > self.sent || place < self.confirmed {
            return false;
        }
        let news = place > self.confirmed;
        self.confirmed = place;
        if self.millis(now).saturating_sub(millis) > as_millis(SLOW) {
            self.quick_since = place;
        }
        news
    }

    fn millis(&self, now: Instant) -> u64 {
        as_millis(now.saturating_duration_since(self.began))
    }
}

fn as_millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn read(payload: &[u8]) -> Option<(u64, u64)> {
    let (place, millis) = payload.split_at_checked(8)?;
    Some((
        u64::from_be_bytes(place.try_into().ok()?),
        u64::from_be_bytes(millis.try_into().ok()?),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pings_in(pace: &mut Pace, bytes: usize, now: Instant) -> Vec<Bytes> {
        (0..bytes / 100)
            .filter_map(|_| pace.data(100, now))
            .collect()
    }

    #[test]
    fn an_unknown_client_is_asked_every_kibibyte() {
        let now = Instant::now();
        let pings = pings_in(&mut Pace::new(now), 100_000, now);
        assert!((80..=100).contains(&pings.len()), "{}", pings.len());
    }

    #[test]
    fn a_fast_client_is_asked_seldom_and_a_slow_one_often() {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        for _ in 0..100 {
            for ping in pings_in(&mut pace, 100_000, now) {
                assert!(pace.pong(&ping, now));
            }
        }
        let pings = pings_in(&mut pace, 1_000_000, now);
        assert!((10..=20).contains(&pings.len()), "{}", pings.len());
        let late = now + SLOW * 2;
        assert!(pace.pong(pings.last().unwrap(), late));
        pings_in(&mut pace, 100_000, late);
        assert!(pings_in(&mut pace, 100_000, late).len() > 80);
    }

    #[test]
    fn pongs_to_nothing_are_not_taken() {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        for wrong in [&b""[..], b"x", &[0xff; 16], &[0; 17], &[0; 16]] {
            assert!(!pace.pong(wrong, now), "{wrong:?}");
        }
        let ping = pings_in(&mut pace, 2000, now).remove(0);
        assert!(pace.pong(&ping, now) && !pace.pong(&ping, now));
    }
}
