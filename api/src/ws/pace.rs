//! How much a client has not read yet, found out by pings among the data.
//!
//! A client answers a ping when it has read everything before it. So what is on its way can be
//! bounded: without a bound a slow client has megabytes before it in the buffers of two kernels,
//! its pongs and ours come minutes late, and each side takes the other for dead. A client that is
//! slow or unknown is sent a KiB at a time, one that answers promptly somewhat more; the more it has
//! taken in quickly, the more.
//!
//! A ping carries its own place and time, and the pong brings them back: nothing is remembered.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

/// Bytes on their way to a slow or unknown client. One that reads a line a second takes them in
/// within some seconds.
const MIN_WINDOW: u64 = 1 << 10;
/// Bytes on their way to one that has answered promptly. Few enough for one that has read ahead and
/// goes on with a line a second; enough for the bursts of a quiet stream to need few pings.
const PROMPT_WINDOW: u64 = 4 << 10;
/// Bytes on their way to a fast one.
const MAX_WINDOW: u64 = 256 << 10;
/// How many times the window must have been taken in quickly. Clients read ahead of themselves,
/// and that is no proof.
const PROOF: u64 = 2;
/// Pings in a window. Each costs about as much as an event, here and at the client.
const PINGS: u64 = 2;
/// Bytes between two pings at least.
const MIN_STEP: u64 = 512;
/// A pong that takes longer comes from a slow client.
const SLOW: Duration = Duration::from_secs(5);
/// A pong that takes no longer comes from a prompt one.
const PROMPT: Duration = Duration::from_millis(500);

/// The place of one client in the data of its connection.
#[derive(Debug)]
pub(super) struct Pace {
    began: Instant,
    sent: u64,
    /// Where the last ping stands.
    pinged: u64,
    /// Up to here the client has read.
    confirmed: u64,
    /// From here on it has read quickly.
    quick_since: u64,
    /// Whether it has answered promptly, and never slowly since.
    prompt: bool,
}

impl Pace {
    pub(super) const fn new(now: Instant) -> Self {
        Self {
            began: now,
            sent: 0,
            pinged: 0,
            confirmed: 0,
            quick_since: 0,
            prompt: false,
        }
    }

    /// Whether more data may be sent. Some always may when everything has been read.
    pub(super) fn has_room(&self) -> bool {
        self.sent - self.confirmed < self.window()
    }

    /// Counts data that goes out; the ping behind it, if there is to be one. Where the window ends
    /// there always is, because only its pong opens it again.
    pub(super) fn data(&mut self, bytes: usize, now: Instant) -> Option<Bytes> {
        self.sent += u64::try_from(bytes).unwrap_or(u64::MAX);
        let step = (self.window() / PINGS).max(MIN_STEP);
        let due = self.sent - self.pinged >= step || !self.has_room();
        due.then(|| self.ping(now))
    }

    /// A ping at this place.
    pub(super) fn ping(&mut self, now: Instant) -> Bytes {
        self.pinged = self.sent;
        let mut payload = [0; 16];
        payload[..8].copy_from_slice(&self.sent.to_be_bytes());
        payload[8..].copy_from_slice(&self.millis(now).to_be_bytes());
        Bytes::copy_from_slice(&payload)
    }

    /// The ping that is missing, if the window has become smaller than what is on its way.
    pub(super) fn missing_ping(&mut self, now: Instant) -> Option<Bytes> {
        let missing = !self.has_room() && self.pinged < self.sent;
        missing.then(|| self.ping(now))
    }

    /// Takes a pong; `false` when it tells nothing new.
    pub(super) fn pong(&mut self, payload: &[u8], now: Instant) -> bool {
        let Some((place, millis)) = read(payload) else {
            return false;
        };
        if place > self.sent || place <= self.confirmed {
            return false;
        }
        self.confirmed = place;
        let took = self.millis(now).saturating_sub(millis);
        if took > as_millis(SLOW) {
            self.quick_since = place;
            self.prompt = false;
        } else if took <= as_millis(PROMPT) {
            self.prompt = true;
        }
        true
    }

    fn window(&self) -> u64 {
        let quick = self.confirmed.saturating_sub(self.quick_since);
        let least = if self.prompt {
            PROMPT_WINDOW
        } else {
            MIN_WINDOW
        };
        (quick / PROOF).clamp(least, MAX_WINDOW)
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

    /// Sends frames while there is room; the bytes sent and the pings among them.
    fn fill(pace: &mut Pace, frame: usize, now: Instant) -> (usize, Vec<Bytes>) {
        let mut sent = 0;
        let mut pings = Vec::new();
        while pace.has_room() {
            pings.extend(pace.data(frame, now));
            sent += frame;
        }
        (sent, pings)
    }

    fn answer(pace: &mut Pace, pings: &[Bytes], now: Instant) {
        for ping in pings {
            assert!(pace.pong(ping, now));
        }
    }

    #[test]
    fn an_unknown_client_is_sent_little() {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        let (sent, pings) = fill(&mut pace, 100, now);
        assert!((1024..1200).contains(&sent) && pings.len() == 2, "{sent}");
        let (sent, _) = fill(&mut Pace::new(now), 100_000, now);
        assert_eq!(sent, 100_000, "one frame always goes out");
    }

    #[test]
    fn a_client_that_answers_is_sent_more_and_more() {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        let mut rounds = 0;
        while pace.window() < MAX_WINDOW {
            let (_, pings) = fill(&mut pace, 100, now);
            answer(&mut pace, &pings, now);
            rounds += 1;
        }
        assert!(rounds < 30, "{rounds}");
        let (sent, pings) = fill(&mut pace, 1000, now);
        assert!(sent > 250_000 && (2..=3).contains(&pings.len()));
    }

    #[test]
    fn the_bursts_of_a_quiet_stream_need_few_pings() {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        let mut all = 0;
        for _ in 0..100 {
            assert!(pace.has_room());
            let pings: Vec<_> = (0..5).filter_map(|_| pace.data(300, now)).collect();
            answer(&mut pace, &pings, now);
            all += pings.len();
        }
        assert!((10..25).contains(&all), "{all}");
    }

    #[test]
    fn neither_prompt_nor_slow_is_no_news() {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        let (_, pings) = fill(&mut pace, 100, now);
        answer(&mut pace, &pings, now + PROMPT * 2);
        assert_eq!(pace.window(), MIN_WINDOW);
        let (_, pings) = fill(&mut pace, 100, now);
        answer(&mut pace, &pings, now + PROMPT);
        assert_eq!(pace.window(), PROMPT_WINDOW);
    }

    #[test]
    fn a_client_that_becomes_slow_is_sent_little_again() {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        for _ in 0..100 {
            let (_, pings) = fill(&mut pace, 100, now);
            answer(&mut pace, &pings, now);
        }
        let (_, pings) = fill(&mut pace, 1000, now);
        pace.data(200, now);
        let late = now + SLOW * 2;
        answer(&mut pace, &pings[..1], late);
        assert_eq!(pace.window(), MIN_WINDOW);
        answer(&mut pace, &pings[1..], late);
        assert!(fill(&mut pace, 100, late).0 < 1200);
    }

    #[test]
    fn a_closed_window_always_has_a_ping_on_its_way() {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        for _ in 0..100 {
            let (_, pings) = fill(&mut pace, 100, now);
            answer(&mut pace, &pings, now);
        }
        // Not enough for a ping of its own, but more than the window becomes.
        let ping = pace.ping(now);
        assert_eq!(pace.data(1200, now), None);
        let ping_before = pace.data(900, now);
        assert_eq!((ping_before, pace.missing_ping(now)), (None, None));
        assert!(!pace.pong(&ping, now), "everything before it was confirmed");
        (pace.quick_since, pace.prompt) = (pace.confirmed, false);
        let ping = pace.missing_ping(now).unwrap();
        assert!(!pace.has_room() && pace.missing_ping(now).is_none());
        assert!(pace.pong(&ping, now) && pace.has_room());
    }

    #[test]
    fn pongs_to_nothing_are_not_taken() {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        for wrong in [&b""[..], b"x", &[0xff; 16], &[0; 17], &[0; 16]] {
            assert!(!pace.pong(wrong, now), "{wrong:?}");
        }
        let (_, pings) = fill(&mut pace, 100, now);
        assert!(pace.pong(&pings[0], now) && !pace.pong(&pings[0], now));
    }
}
