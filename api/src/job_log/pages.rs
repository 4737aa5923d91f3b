//! A job's events, page by page, wherever they are kept.

use leo_common::history::{History, HistoryError};
use leo_common::store::events::Batch;
use leo_common::store::jobs::JobRecord;
use leo_protocol::{JobId, SessionId};

/// Stored batches read at once.
const PAGE_ROWS: u32 = 256;
/// A page ends after the stored batch that exceeds this, in bytes.
const PAGE_BYTES: u64 = 1 << 20;

/// Reads a job's events from its first one to its end or to the head that the stream had.
pub(crate) struct Pages {
    history: History,
    session: SessionId,
    job: JobId,
    /// The last `seq` that was read.
    cursor: u64,
    /// The last `seq` that is read.
    end: u64,
}

impl Pages {
    /// `head` is that of the job's session.
    pub(crate) fn new(history: History, job: &JobRecord, head: u64) -> Self {
        Self {
            history,
            session: job.session_id,
            job: job.id,
            cursor: job.queued_seq.saturating_sub(1),
            end: job.ended_seq.unwrap_or(head),
        }
    }

    /// The `seq` of the last event that is read.
    pub(crate) const fn end(&self) -> u64 {
        self.end
    }

    /// The job's batches of the next page, which may be none; `None` behind the last page.
    ///
    /// # Errors
    /// When they cannot be read; then nothing more can.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<Batch>>, HistoryError> {
        if self.cursor >= self.end {
            return Ok(None);
        }
        let read = self
            .history
            .read(self.session, self.cursor, PAGE_ROWS, PAGE_BYTES);
        let mut batches = read.await?;
        let last = batches.last().map(|batch| batch.last);
        self.cursor = last.ok_or(HistoryError::Missing(self.cursor + 1))?;
        batches.retain(|batch| self.is_wanted(batch));
        Ok(Some(batches))
    }

    fn is_wanted(&self, batch: &Batch) -> bool {
        batch.place.job_id == Some(self.job) && batch.place.first <= self.end
    }
}
