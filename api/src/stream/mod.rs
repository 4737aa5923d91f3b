//! Live streams: what viewers of a session are sent.
//!
//! Promise: a viewer gets every event behind its cursor, once, in order and without a gap, whatever
//! Redis does. Postgres holds the stream; Redis only makes it fast. Per session with viewers there
//! is one [`feed`](feed::Feed): one subscription, the latest frames in memory, and a task that
//! reads from Postgres what was not heard. A viewer is a [`Cursor`] into it, never a queue, so that
//! a slow one costs nothing and is never cut off.
//!
//! Whether somebody may see a session is for the callers to decide.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use leo_common::bus::{BusEvent, Subscriber};
use leo_common::error_chain::Chain;
use leo_common::history::History;
use leo_protocol::SessionId;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

mod budget;
mod cursor;
mod feed;
mod frame;
mod pages;
mod ring;
mod sealer;
mod sse;
#[cfg(test)]
mod tests;

use budget::Budget;
pub(crate) use cursor::{Cursor, StreamError};
use feed::Feed;
pub(crate) use frame::Piece;
use pages::Pages;
pub(crate) use sse::{Watcher, sse_response};

use crate::marks::Marks;

/// How often the heads of all viewed sessions are asked for. A lost publish costs this time.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);
/// The pause after a check that failed.
const CHECK_PAUSE: Duration = Duration::from_millis(200);
/// How long a feed outlives its last viewer, who may be reconnecting.
const LINGER: Duration = Duration::from_secs(10);

/// The live streams of this process. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Hub(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    history: History,
    feeds: Mutex<HashMap<SessionId, Arc<Feed>>>,
    budget: Arc<Budget>,
    pages: Pages,
    /// Sessions that may have to be subscribed to, or not any more.
    changed: Marks<SessionId>,
    /// Sessions whose head is to be asked for now.
    due: Marks<SessionId>,
    shutdown: CancellationToken,
}

impl Hub {
    /// Starts the tasks; they end with `shutdown`. `events` are those of `subscriber`.
    pub(crate) fn start(
        history: History,
        subscriber: Subscriber,
        events: mpsc::Receiver<BusEvent>,
        shutdown: CancellationToken,
    ) -> Self {
        let inner = Arc::new(Inner {
            pages: Pages::new(history.clone()),
            history,
            feeds: Mutex::default(),
            budget: Arc::default(),
            changed: Marks::default(),
            due: Marks::default(),
            shutdown,
        });
        inner.spawn(Arc::clone(&inner).hear(events));
        inner.spawn(Arc::clone(&inner).subscribe(subscriber));
        inner.spawn(Arc::clone(&inner).check());
        Self(inner)
    }

    /// Follows a session's stream from the event behind `after`.
    pub(crate) fn open(&self, session: SessionId, after: u64) -> Cursor {
        let inner = &self.0;
        let mut feeds = lock(&inner.feeds);
        let feed = feeds.entry(session).or_insert_with(|| inner.begin(session));
        let feed = Arc::clone(feed);
        // Counted with the map locked: a feed is closed under the same lock, so never entered late.
        let tip = feed.enter();
        inner.budget.share_among(feeds.len());
        Cursor::new(Arc::clone(inner), feed, tip, after)
    }
}

impl Inner {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let shutdown = self.shutdown.clone();
        tokio::spawn(async move { shutdown.run_until_cancelled(task).await });
    }

    /// Makes a feed. Its head is asked for at once, so that no viewer waits for Redis; it is asked
    /// for again when the subscription stands.
    fn begin(&self, session: SessionId) -> Arc<Feed> {
        let feed = Arc::new(Feed::new(session, Arc::clone(&self.budget)));
        self.spawn(Arc::clone(&feed).run(self.history.clone()));
        self.changed.mark([session]);
        self.due.mark([session]);
        feed
    }

    fn feed(&self, session: SessionId) -> Option<Arc<Feed>> {
        lock(&self.feeds).get(&session).cloned()
    }

    /// Hands on what is heard. Never waits, so that the connection to Redis is never stuffed.
    async fn hear(self: Arc<Self>, mut events: mpsc::Receiver<BusEvent>) {
        while let Some(event) = events.recv().await {
            match event {
                BusEvent::Batch(batch) => {
                    if let Some(feed) = self.feed(batch.place.session_id) {
                        feed.offer(&batch);
                    }
                }
                BusEvent::Subscribed(session) => self.due.mark([session]),
            }
        }
    }

    /// Keeps the subscriptions to those sessions that have a feed. One task does it, so that what
    /// it does last is what was wanted last.
    async fn subscribe(self: Arc<Self>, subscriber: Subscriber) {
        let mut subscribed = HashSet::new();
        loop {
            for session in self.changed.take().await {
                let wanted = self.feed(session).is_some();
                if wanted && subscribed.insert(session) {
                    subscriber.subscribe(session).await;
                } else if !wanted && subscribed.remove(&session) {
                    subscriber.unsubscribe(session).await;
                }
            }
        }
    }

    /// Asks Postgres for heads: of all viewed sessions from time to time, of some when told.
    async fn check(self: Arc<Self>) {
        let mut tick = tokio::time::interval(CHECK_INTERVAL);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut failing = false;
        loop {
            let sessions = tokio::select! {
                _ = tick.tick() => self.sweep(),
                sessions = self.due.take() => sessions,
            };
            if sessions.is_empty() {
                continue;
            }
            let checked = self.ask(&sessions).await;
            if let Err(error) = &checked {
                if !failing {
                    tracing::warn!(error = %Chain(error), "failed to check streams; trying again");
                }
                self.due.mark(sessions);
                tokio::time::sleep(CHECK_PAUSE).await;
            }
            failing = checked.is_err();
        }
    }

    async fn ask(&self, sessions: &[SessionId]) -> Result<(), leo_common::store::StoreError> {
        let heads: HashMap<_, _> = self
            .history
            .db()
            .heads(sessions)
            .await?
            .into_iter()
            .collect();
        for session in sessions {
            let Some(feed) = self.feed(*session) else {
                continue;
            };
            match heads.get(session) {
                Some(head) => feed.saw_head(*head),
                None => feed.saw_nothing(),
            }
        }
        Ok(())
    }

    /// Ends the feeds that nobody has viewed for a while; the sessions of those that stay.
    fn sweep(&self) -> Vec<SessionId> {
        let mut feeds = lock(&self.feeds);
        let ended = feeds.extract_if(|_, feed| feed.close_if_idle(LINGER));
        let ended: Vec<_> = ended.map(|(session, _)| session).collect();
        if !ended.is_empty() {
            self.budget.share_among(feeds.len());
            self.changed.mark(ended);
        }
        feeds.keys().copied().collect()
    }
}

/// Locks; a panic of another holder changes nothing, since every change is made whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
