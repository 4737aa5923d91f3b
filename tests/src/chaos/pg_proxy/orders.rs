//! What the proxy is to do wrong.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// Orders to all connections, and how many were carried out.
#[derive(Debug)]
pub(super) struct Orders {
    answers: AtomicU32,
    requests: AtomicU32,
    pub(super) swallowed: AtomicU64,
    pub(super) lost: AtomicU64,
    cuts: watch::Sender<u64>,
    closed_until: watch::Sender<Instant>,
}

impl Orders {
    pub(super) fn new() -> Self {
        Self {
            answers: AtomicU32::new(0),
            requests: AtomicU32::new(0),
            swallowed: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            cuts: watch::Sender::new(0),
            closed_until: watch::Sender::new(Instant::now()),
        }
    }

    pub(super) fn swallow_answers(&self, count: u32) {
        self.answers.fetch_add(count, Ordering::SeqCst);
    }

    pub(super) fn lose_requests(&self, count: u32) {
        self.requests.fetch_add(count, Ordering::SeqCst);
    }

    pub(super) fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }

    pub(super) fn stall(&self, time: Duration) {
        self.closed_until.send_replace(Instant::now() + time);
    }

    /// Takes back what has not been carried out yet.
    pub(super) fn withdraw(&self) {
        self.answers.store(0, Ordering::SeqCst);
        self.requests.store(0, Ordering::SeqCst);
    }

    /// Whether the answer that will come is to be swallowed.
    pub(super) fn take_answer(&self) -> bool {
        take(&self.answers)
    }

    /// Whether the request at hand is to be lost.
    pub(super) fn take_request(&self) -> bool {
        take(&self.requests)
    }

    /// Comes when the connections of this moment are to be cut.
    pub(super) fn next_cut(&self) -> impl Future<Output = ()> + use<> {
        let mut cuts = self.cuts.subscribe();
        async move { drop(cuts.changed().await) }
    }

    /// Comes when nothing is held up.
    pub(super) async fn pass(&self) {
        let mut closed_until = self.closed_until.subscribe();
        loop {
            let until = *closed_until.borrow_and_update();
            if until <= Instant::now() {
                return;
            }
            tokio::select! {
                () = sleep_until(until) => {}
                _ = closed_until.changed() => {}
            }
        }
    }
}

fn take(count: &AtomicU32) -> bool {
    let taken = count.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
        left.checked_sub(1)
    });
    taken.is_ok()
}
