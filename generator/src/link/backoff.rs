//! The pause before the next try.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

/// The first pause.
const SHORTEST: Duration = Duration::from_millis(100);
/// The longest pause.
const LONGEST: Duration = Duration::from_secs(5);

/// Pauses that double, each shortened by chance, so that all containers of a server that has come
/// back do not come back in the same moment.
#[derive(Debug)]
pub(crate) struct Backoff(Duration);

impl Backoff {
    pub(crate) const fn new() -> Self {
        Self(SHORTEST)
    }

    /// The connection worked: begin anew.
    pub(crate) const fn reset(&mut self) {
        self.0 = SHORTEST;
    }

    /// The next pause: between half of it and all of it.
    pub(crate) fn next(&mut self) -> Duration {
        let pause = self.0;
        self.0 = (pause * 2).min(LONGEST);
        pause.mul_f64(0.5 + chance() / 2.0)
    }
}

/// From 0 to 1. The keys of a hash map are the only chance that the standard library has.
#[expect(clippy::cast_precision_loss, reason = "any number will do")]
fn chance() -> f64 {
    RandomState::new().build_hasher().finish() as f64 / u64::MAX as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_limit_and_begin_anew() {
        let mut backoff = Backoff::new();
        let first = backoff.next();
        assert!(first >= SHORTEST / 2 && first <= SHORTEST);
        let last = (0..20).map(|_| backoff.next()).last().unwrap();
        assert!(last >= LONGEST / 2 && last <= LONGEST);
        backoff.reset();
        assert!(backoff.next() <= SHORTEST);
    }
}
