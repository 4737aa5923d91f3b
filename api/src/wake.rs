//! Hints to workers, given beside the answer and never before it.
//!
//! One task gives them, so that a dead Redis delays no request and piles up no tasks. What does not
//! fit into its short queue is dropped: workers look at Postgres every second anyway.

use leo_common::queue::Hints;
use tokio::sync::mpsc;

/// Hints that wait for Redis at most.
const QUEUE: usize = 64;

/// Wakes workers. Cheap to clone; never waits.
#[derive(Debug, Clone)]
pub(crate) struct Waker(mpsc::Sender<()>);

impl Waker {
    /// Starts the task; it ends when the last clone is dropped.
    pub(crate) fn start(hints: Hints) -> Self {
        let (sender, mut asked) = mpsc::channel(QUEUE);
        tokio::spawn(async move {
            while asked.recv().await.is_some() {
                hints.push().await;
            }
        });
        Self(sender)
    }

    /// Says that there may be work.
    pub(crate) fn wake(&self) {
        // A full queue means that Redis is slow or gone, and that hints are on their way already.
        let _ = self.0.try_send(());
    }
}
