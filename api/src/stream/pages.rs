//! Pages of a stream from where it is kept, for cursors that the ring does not hold any more.
//!
//! Shared and single-flight: however many viewers come back at once, each part of a stream is read
//! about once. Reads queue for a few permits, so that a storm leaves connections to everybody else,
//! and whoever comes out of that queue first looks whether the page has arrived meanwhile.
//!
//! For a viewer who takes pages quickly the next one is read while he is sent this one, and it is a
//! larger one, so that he catches up with a stream that is written as fast as the store goes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use leo_common::error_chain::Chain;
use leo_common::history::{History, HistoryError};
use leo_common::metrics;
use leo_protocol::SessionId;
use tokio::sync::{OnceCell, Semaphore};
use tokio::time::Instant;

use super::frame::{Frame, Piece};
use super::{lock, ring, sealer};

/// Batches read at once.
pub(super) const PAGE_ROWS: u32 = 256;
/// Bytes read at once where somebody waits for them, at least one batch.
pub(super) const PAGE_BYTES: u64 = 128 << 10;
/// Bytes read at once ahead of somebody.
const AHEAD_BYTES: u64 = 1 << 20;
/// Whoever takes the first burst of a page and the next one within this time gets the page after it
/// read ahead. A slower one would not get to it before it is forgotten.
const QUICK: Duration = Duration::from_secs(1);
/// Pages kept for those who come next.
const KEPT_PAGES: usize = 128;
/// Bytes of them, as [`Frame::cost`] counts; the latest page always stays.
const KEPT_BYTES: usize = 64 << 20;
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
struct Page {
    frames: Vec<Arc<Frame>>,
    cost: usize,
    read_at: Instant,
}

impl Page {
    fn new(frames: Vec<Arc<Frame>>) -> Self {
        Self {
            cost: frames.iter().map(|frame| frame.cost()).sum(),
            frames,
            read_at: Instant::now(),
        }
    }

    fn holds(&self, next: u64) -> bool {
        let first = self.frames.first().map(|frame| frame.first());
        let last = self.frames.last().map(|frame| frame.last());
        first.is_some_and(|first| first <= next) && last.is_some_and(|last| next <= last)
    }

    fn burst(&self, next: u64) -> Vec<Piece> {
        let at = self.frames.partition_point(|frame| frame.last() < next);
        ring::burst(self.frames[at..].iter(), next)
    }

    /// What follows the page, for a viewer at `next` who takes it quickly.
    fn wanted_after(&self, next: u64) -> Option<u64> {
        let began = self.frames.first().is_some_and(|frame| frame.last() < next);
        let last = self.frames.last().map(|frame| frame.last());
        last.filter(|_| began && self.read_at.elapsed() < QUICK)
            .map(|last| last.saturating_add(1))
    }
}

/// A page that is being read, or has been.
#[derive(Debug)]
struct Entry {
    session: SessionId,
    next: u64,
    page: Arc<OnceCell<Arc<Page>>>,
}

impl Entry {
    fn cost(&self) -> usize {
        self.page.get().map_or(0, |page| page.cost)
    }
}

/// The pages read last. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Pages(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    history: History,
    kept: Mutex<VecDeque<Entry>>,
    readers: Semaphore,
}

impl Pages {
    pub(super) fn new(history: History) -> Self {
        Self(Arc::new(Inner {
            history,
            kept: Mutex::default(),
            readers: Semaphore::new(READERS),
        }))
    }

    /// A burst that begins with the event `next`, which exists; so do all before `in_memory`, and
    /// nothing from there on is read ahead.
    pub(super) async fn burst(
        &self,
        session: SessionId,
        next: u64,
        in_memory: u64,
    ) -> Result<Vec<Piece>, PageError> {
        let page = match self.0.kept_page(session, next) {
            Some(page) => page,
            None => {
                let cell = self.0.cell(session, next);
                let read = || self.0.read(session, next, PAGE_BYTES);
                cell.get_or_try_init(read).await?.clone()
            }
        };
        let ahead = page.wanted_after(next);
        if let Some(ahead) = ahead.filter(|ahead| *ahead < in_memory) {
            self.read_ahead(session, ahead);
        }
        Ok(page.burst(next))
    }

    /// Has a page read, unless it is there or on its way. Whoever comes for it meanwhile waits for
    /// the same read, and reads it himself should that fail.
    fn read_ahead(&self, session: SessionId, next: u64) {
        let Some(cell) = self.0.new_cell(session, next) else {
            return;
        };
        let inner = Arc::clone(&self.0);
        tokio::spawn(async move {
            let read = || inner.read(session, next, AHEAD_BYTES);
            if let Err(error) = cell.get_or_try_init(read).await {
                tracing::debug!(error = %Chain(&error), "failed to read a page of events ahead");
            }
        });
    }
}

impl Inner {
    async fn read(
        &self,
        session: SessionId,
        next: u64,
        bytes: u64,
    ) -> Result<Arc<Page>, PageError> {
        // Nobody closes the semaphore; without a permit the read would only be less polite.
        let _permit = self.readers.acquire().await.ok();
        if let Some(page) = self.kept_page(session, next) {
            return Ok(page);
        }
        let cursor = next.saturating_sub(1);
        let batches = self.history.read(session, cursor, PAGE_ROWS, bytes).await?;
        metrics::page_read();
        let page = Page::new(sealer::seal(&batches));
        if !page.holds(next) {
            return Err(PageError::Missing(next));
        }
        self.make_room(page.cost);
        Ok(Arc::new(page))
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
        match find(&kept, session, next) {
            Some(cell) => cell,
            None => push(&mut kept, session, next),
        }
    }

    /// The cell of a page that nobody has, and nobody reads.
    fn new_cell(&self, session: SessionId, next: u64) -> Option<Arc<OnceCell<Arc<Page>>>> {
        if self.kept_page(session, next).is_some() {
            return None;
        }
        let mut kept = lock(&self.kept);
        let none = find(&kept, session, next).is_none();
        none.then(|| push(&mut kept, session, next))
    }

    /// Forgets the oldest pages until one of this cost fits in.
    fn make_room(&self, cost: usize) {
        let mut kept = lock(&self.kept);
        let mut bytes = cost + kept.iter().map(Entry::cost).sum::<usize>();
        // What is being read stays: forgotten, it would be read again by others who wait for it.
        while bytes > KEPT_BYTES
            && let Some(oldest) = kept.iter().position(|entry| entry.cost() > 0)
            && let Some(oldest) = kept.remove(oldest)
        {
            bytes -= oldest.cost();
        }
    }
}

fn find(kept: &VecDeque<Entry>, session: SessionId, next: u64) -> Option<Arc<OnceCell<Arc<Page>>>> {
    let same = |entry: &&Entry| entry.session == session && entry.next == next;
    kept.iter().find(same).map(|entry| Arc::clone(&entry.page))
}

fn push(kept: &mut VecDeque<Entry>, session: SessionId, next: u64) -> Arc<OnceCell<Arc<Page>>> {
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
