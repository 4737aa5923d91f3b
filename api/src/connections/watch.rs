//! Finds out that a peer is gone while something is on its way to it.
//!
//! The kernel knows more than a reader says: a machine acknowledges what it is sent, and answers
//! when it is asked whether there is room again, also for a program that reads a line a second or
//! nothing at all. So a peer is gone when something has been unanswered and nothing at all was heard
//! for a while. Whoever writes often enough for something to be unanswered is found out in time:
//! here that is event streams, which send a comment each 15 s.
//!
//! Where Linux is older than 6.15, a peer that took nothing for long before it went is found when
//! the kernel asks it next, two minutes later at worst. On other systems nothing is watched.

use std::net::Shutdown;
use std::sync::Weak;
use std::time::Duration;

use socket2::SockRef;
use tokio::net::TcpStream;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::kernel::{self, Standing};

/// How often the kernel is asked.
const LOOK: Duration = Duration::from_secs(3);
/// A peer that owes an answer and says nothing for so long is gone. With the 15 s that may pass
/// before something is sent to it, and two looks, that is less than 30 s.
const PATIENCE: Duration = Duration::from_secs(9);

/// Watches until the connection or its peer is gone, and ends it then.
pub(super) async fn watch(stream: Weak<TcpStream>) {
    let Some(socket) = stream.upgrade() else {
        return;
    };
    if let Err(error) = kernel::ask_often(&socket) {
        tracing::trace!(%error, "a peer that takes nothing is asked as often as the kernel likes");
    }
    drop(socket);
    let mut silence = Silence::default();
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        // Held for the look only, so that who owns the connection decides when it is closed.
        let Some(stream) = stream.upgrade() else {
            return;
        };
        let Ok(standing) = kernel::standing(&stream) else {
            return;
        };
        if silence.is_death(standing, Instant::now()) {
            tracing::debug!("a connection ends, because its peer is gone");
            return end(&stream);
        }
    }
}

/// Since when something has been unanswered, as far as was seen.
#[derive(Debug, Default)]
struct Silence(Option<Instant>);

impl Silence {
    /// Whether it has lasted too long.
    fn is_death(&mut self, standing: Standing, now: Instant) -> bool {
        if !standing.unanswered {
            self.0 = None;
            return false;
        }
        match self.0 {
            Some(since) if standing.heard >= now - since => now - since >= PATIENCE,
            // The first that is seen of it, or something was heard meanwhile.
            _ => {
                self.0 = Some(now);
                false
            }
        }
    }
}

/// Ends a connection; its owner sees that. What is left in the kernel's buffers goes with it,
/// instead of being tried for minutes more.
fn end(stream: &TcpStream) {
    let socket = SockRef::from(stream);
    if let Err(error) = socket.set_linger(Some(Duration::ZERO)) {
        tracing::debug!(%error, "the end of a connection may take the kernel some time");
    }
    if let Err(error) = socket.shutdown(Shutdown::Both) {
        tracing::debug!(%error, "a connection could not be ended");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNANSWERED: bool = true;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// Whether it is found dead at the last of some looks: when, whether unanswered, heard when.
    fn dies(looks: &[(u64, bool, u64)]) -> bool {
        let began = Instant::now();
        let mut silence = Silence::default();
        let mut dead = false;
        for (at, unanswered, heard) in looks {
            assert!(!dead, "it was found dead before");
            let standing = Standing {
                unanswered: *unanswered,
                heard: seconds(at - heard),
            };
            dead = silence.is_death(standing, began + seconds(*at));
        }
        dead
    }

    #[test]
    fn whoever_owes_an_answer_for_too_long_is_dead() {
        let silent: Vec<_> = [15, 18, 21, 24].map(|at| (at, UNANSWERED, 0)).to_vec();
        assert!(dies(&silent));
        assert!(!dies(&silent[..3]));
    }

    #[test]
    fn silence_before_something_was_sent_does_not_count() {
        let looks = [(60, false, 0), (63, UNANSWERED, 0), (66, false, 63)];
        assert!(!dies(&looks));
        assert!(!dies(&[(60, UNANSWERED, 0), (63, UNANSWERED, 0)]));
    }

    #[test]
    fn whoever_answers_lives_however_slow_he_is() {
        let looks: Vec<_> = (1..100).map(|n| (3 * n, UNANSWERED, 3 * n - 2)).collect();
        assert!(!dies(&looks));
        let looks: Vec<_> = (1..100).map(|n| (3 * n, n % 3 > 0, 9 * (n / 3))).collect();
        assert!(!dies(&looks));
    }
}
