//! How many messages a connection may send.

use std::time::Duration;

use tokio::time::Instant;

/// What a message takes of a connection's time: 50 a second for ever.
pub(super) const REQUEST: Duration = Duration::from_millis(20);
/// How much may be taken at once after a pause: 200 messages.
const BURST: Duration = Duration::from_secs(4);

/// A budget of time that messages are paid from.
#[derive(Debug)]
pub(super) struct Rate {
    /// Up to here the time is spent.
    spent: Instant,
}

impl Rate {
    /// A full budget.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            spent: now.checked_sub(BURST).unwrap_or(now),
        }
    }

    /// Pays for a message; `false` when there is not enough left.
    pub(super) fn pay(&mut self, cost: Duration, now: Instant) -> bool {
        let oldest = now.checked_sub(BURST).unwrap_or(self.spent);
        let spent = self.spent.max(oldest) + cost;
        if spent > now {
            return false;
        }
        self.spent = spent;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_paid_and_a_flood_is_not() {
        let start = Instant::now() + BURST;
        let mut rate = Rate::new(start);
        let paid = (0..10_000).take_while(|_| rate.pay(REQUEST, start)).count();
        assert_eq!(paid, 200);
        assert!(rate.pay(REQUEST, start + REQUEST));
        assert!(!rate.pay(REQUEST, start + REQUEST));
    }

    #[test]
    fn a_pause_gives_no_more_than_a_burst() {
        let start = Instant::now() + BURST;
        let mut rate = Rate::new(start);
        let later = start + Duration::from_secs(3600);
        let paid = (0..10_000).take_while(|_| rate.pay(REQUEST, later)).count();
        assert_eq!(paid, 200);
    }
}
