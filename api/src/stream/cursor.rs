//! A viewer's place in a stream.
//!
//! A viewer is a cursor and nothing else: nothing is queued for it, so it may be as slow as it
//! likes. It takes frames from the feed's ring while that holds its place, and pages from where the stream is kept
//! otherwise.

use std::sync::Arc;
use std::time::Duration;

use leo_common::error_chain::Chain;
use leo_common::history::HistoryError;
use leo_common::metrics::{self, Present};
use leo_protocol::SessionId;
use tokio::sync::watch;

use super::Inner;
use super::feed::{Feed, Tip};
use super::frame::Piece;
use super::pages::PageError;

/// The pause after a read that failed; it doubles up to [`MAX_PAUSE`].
const MIN_PAUSE: Duration = Duration::from_millis(50);
/// The longest pause between two reads.
const MAX_PAUSE: Duration = Duration::from_secs(1);

/// Why a stream cannot be followed any further.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StreamError {
    /// There is no such stream (any more).
    #[error("there is no such stream")]
    Gone,
    /// Events behind the cursor are not stored any more.
    #[error("events from {0} on are not stored any more")]
    Missing(u64),
    /// Events behind the cursor are kept, but not as they were written.
    #[error("events from {0} on cannot be read any more")]
    Unreadable(u64),
}

impl StreamError {
    /// For programs.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Gone => "not_found",
            Self::Missing(_) => "events_missing",
            Self::Unreadable(_) => "events_unreadable",
        }
    }
}

/// A place in a stream, and the right to be told what follows.
#[derive(Debug)]
pub(crate) struct Cursor {
    hub: Arc<Inner>,
    feed: Arc<Feed>,
    tip: watch::Receiver<Tip>,
    next: u64,
    _counted: Present,
}

impl Cursor {
    /// `feed` has counted this viewer already.
    pub(super) fn new(
        hub: Arc<Inner>,
        feed: Arc<Feed>,
        tip: watch::Receiver<Tip>,
        after: u64,
    ) -> Self {
        Self {
            hub,
            feed,
            tip,
            next: after.saturating_add(1),
            _counted: Present::viewer(),
        }
    }

    /// Whose stream it is.
    pub(crate) fn session(&self) -> SessionId {
        self.feed.session()
    }

    /// Waits for what follows and takes a burst of it: some frames and bytes, at least one frame.
    /// Each event comes once, in order, without a gap. Safe to cancel: what was not returned comes
    /// again. A failing database is waited for.
    ///
    /// # Errors
    /// When the stream is not there, or not any more at this place.
    pub(crate) async fn next(&mut self) -> Result<Vec<Piece>, StreamError> {
        let mut pause = MIN_PAUSE;
        loop {
            let tip = *self.tip.borrow_and_update();
            match tip {
                Tip::Gone => return Err(StreamError::Gone),
                Tip::At(head) if self.next <= head => match self.burst().await {
                    Ok(burst) => return Ok(self.advance(burst)),
                    Err(
                        PageError::Missing(seq) | PageError::History(HistoryError::Missing(seq)),
                    ) => {
                        return Err(StreamError::Missing(seq));
                    }
                    Err(PageError::History(error)) if error.is_lasting() => {
                        tracing::error!(session = %self.feed.session(), error = %Chain(&error), "a stream cannot be read");
                        return Err(StreamError::Unreadable(self.next));
                    }
                    Err(PageError::History(error)) => {
                        tracing::debug!(error = %Chain(&error), "failed to read a page of events; trying again");
                        tokio::time::sleep(pause).await;
                        pause = MAX_PAUSE.min(pause * 2);
                    }
                },
                // The sender lives in the feed, which lives in this cursor.
                Tip::At(_) | Tip::Unknown => drop(self.tip.changed().await),
            }
        }
    }

    async fn burst(&self) -> Result<Vec<Piece>, PageError> {
        let burst = self.feed.burst(self.next);
        if burst.is_empty() {
            metrics::ring_missed();
            let (session, in_memory) = (self.feed.session(), self.feed.in_memory());
            // Boxed, so that a viewer who waits for the live end does not carry it.
            return Box::pin(self.hub.pages.burst(session, self.next, in_memory)).await;
        }
        Ok(burst)
    }

    fn advance(&mut self, burst: Vec<Piece>) -> Vec<Piece> {
        metrics::shown(burst.len());
        if let Some(piece) = burst.last() {
            self.next = piece.last().saturating_add(1);
        }
        burst
    }
}

impl Drop for Cursor {
    fn drop(&mut self) {
        self.feed.leave();
    }
}
