//! Pages of a stream from where it is kept, for cursors that the ring does not hold any more.
//!
//! Shared and single-flight: however many viewers come back at once, each part of a stream is read
//! about once. Reads queue for a few permits, so that a storm leaves connections to everybody else,
//! and whoever comes out of that queue first looks whether the page has arrived meanwhile.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use leo_common::history::{History, HistoryError};
use leo_common::metrics;
use leo_protocol::SessionId;
use tokio::sync::{OnceCell, Semaphore};

use super::frame::{Frame, Piece};
use super::{lock, ring, sealer};

/// Batches read at once.
pub(super) const PAGE_ROWS: u32 = 256;
/// Bytes read at once, at least one batch.
pub(super) const PAGE_BYTES: u64 = 128 << 10;
/// Pages kept for those who come next.
const KEPT_PAGES: usize = 128;
/// Pages read at the same time.
const READERS: usize = 4;

/// Why a page cannot be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum PageError {
    /// What keeps the stream failed.
    #[error("read events")]
    History(#[from] HistoryError),
    /// The stream has nothing there, although its head is beyond.
    #[error("events from {0} on are not stored any more")]
    Missing(u64),
}

/// A part of a stream.
#[derive(Debug)]
struct Page(Vec<Arc<Frame>>);

impl Page {
    fn holds(&self, next: u64) -> bool {
        let first = self.0.first().map(|frame| frame.first());
        let last = self.0.last().map(|frame| frame.last());
        first.is_some_and(|first| first <= next) && last.is_some_and(|last| next <= last)
    }

    fn burst(&self, next: u64) -> Vec<Piece> {
        let at = self.0.partition_point(|frame| frame.last() < next);
        ring::burst(self.0[at..].iter(), next)
    }
}

/// A page that is being read, or has been.
#[derive(Debug)]
struct Entry {
    session: SessionId,
    next: u64,
    page: Arc<OnceCell<Arc<Page>>>,
}

/// The pages read last.
#[derive(Debug)]
pub(super) struct Pages {
    history: History,
    kept: Mutex<VecDeque<Entry>>,
    readers: Semaphore,
}

impl Pages {
    pub(super) fn new(history: History) -> Self {
        Self {
            history,
            kept: Mutex::default(),
            readers: Semaphore::new(READERS),
        }
    }

    /// A burst that begins with the event `next`, which exists.
    pub(super) async fn burst(
        &self,
        session: SessionId,
        next: u64,
    ) -> Result<Vec<Piece>, PageError> {
        if let Some(page) = self.kept_page(session, next) {
            return Ok(page.burst(next));
        }
        let cell = self.cell(session, next);
        let page = cell.get_or_try_init(|| self.read(session, next)).await?;
        Ok(page.burst(next))
    }

    async fn read(&self, session: SessionId, next: u64) -> Result<Arc<Page>, PageError> {
        // Nobody closes the semaphore; without a permit the read would only be less polite.
        let _permit = self.readers.acquire().await.ok();
        if let Some(page) = self.kept_page(session, next) {
            return Ok(page);
        }
        let cursor = next.saturating_sub(1);
        let read = self.history.read(session, cursor, PAGE_ROWS, PAGE_BYTES);
        let batches = read.await?;
        metrics::page_read();
        let page = Page(sealer::seal(&batches));
        if page.holds(next) {
            Ok(Arc::new(page))
        } else {
            Err(PageError::Missing(next))
        }
    }

    fn kept_page(&self, session: SessionId, next: u64) -> Option<Arc<Page>> {
        let kept = lock(&self.kept);
        let pages = kept.iter().filter(|entry| entry.session == session);
        pages
            .filter_map(|entry| entry.page.get())
            .find(|page| page.holds(next))
            .cloned()
    }

    /// The cell into which the page will be read, by whoever comes first.
    fn cell(&self, session: SessionId, next: u64) -> Arc<OnceCell<Arc<Page>>> {
        let mut kept = lock(&self.kept);
        let same = |entry: &&Entry| entry.session == session && entry.next == next;
        if let Some(entry) = kept.iter().find(same) {
            return Arc::clone(&entry.page);
        }
        let page = Arc::default();
        kept.push_back(Entry {
            session,
            next,
            page: Arc::clone(&page),
        });
        if kept.len() > KEPT_PAGES {
            kept.pop_front();
        }
        page
    }
}
