//! Searching a job's whole log: a page after the other, each on a thread for what takes long.
//!
//! A search holds one page and the hits that are listed, whatever the log's size. It holds its
//! permit until its last page is left, also when nobody waits for it any more, which is the time
//! of a line; so the number of permits is the number of processors that searches may take.

use std::time::{Duration, Instant};

use leo_common::store::events::Batch;
use leo_protocol::batch::lines;
use leo_protocol::log::{LogHit, LogHits};
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;

use super::{Pages, Pattern, printed};
use crate::error::ApiError;

/// How long matching may take in all; a text takes some milliseconds for 100,000 lines.
const TIME: Duration = Duration::from_secs(10);

/// What is wanted.
#[derive(Debug)]
pub(crate) struct Asked {
    /// Found in these lines.
    pub(crate) pattern: Pattern,
    /// Lines up to this number are counted and not listed.
    pub(crate) after_line: u64,
    /// Hits to list at most.
    pub(crate) limit: usize,
}

/// Searches all pages.
///
/// # Errors
/// When a page cannot be read, matching takes too long, or `shutdown` is cancelled.
pub(crate) async fn search(
    mut pages: Pages,
    asked: Asked,
    permit: OwnedSemaphorePermit,
    shutdown: &CancellationToken,
) -> Result<LogHits, ApiError> {
    // Whoever drops this future drops the guard.
    let gone = shutdown.child_token();
    let _guard = gone.clone().drop_guard();
    let mut search = Search {
        found: LogHits {
            last_seq: pages.end(),
            ..LogHits::default()
        },
        asked,
        gone,
        left: TIME,
        _permit: permit,
    };
    while let Some(batches) = pages.next().await? {
        let page = tokio::task::spawn_blocking(move || {
            let outcome = search.page(&batches);
            (search, outcome)
        });
        let outcome;
        (search, outcome) = page
            .await
            .map_err(|_| ApiError::Internal("a search of a log panicked"))?;
        outcome?;
    }
    Ok(search.found)
}

/// A search that is under way.
struct Search {
    asked: Asked,
    found: LogHits,
    gone: CancellationToken,
    /// Time for matching that is left.
    left: Duration,
    _permit: OwnedSemaphorePermit,
}

impl Search {
    fn page(&mut self, batches: &[Batch]) -> Result<(), ApiError> {
        let began = Instant::now();
        for batch in batches {
            for (seq, event) in (batch.place.first..).zip(lines(&batch.body)) {
                if let Some(line) = printed(event) {
                    self.line(seq, &line);
                }
                self.may_go_on(began)?;
            }
        }
        self.left = self.left.saturating_sub(began.elapsed());
        Ok(())
    }

    fn line(&mut self, seq: u64, text: &str) {
        let found = &mut self.found;
        found.lines += 1;
        if !self.asked.pattern.is_in(text) {
            return;
        }
        found.total += 1;
        if found.lines <= self.asked.after_line {
            return;
        }
        if found.hits.len() < self.asked.limit {
            let line = found.lines;
            found.hits.push(LogHit { line, seq });
        } else {
            found.truncated = true;
        }
    }

    fn may_go_on(&self, began: Instant) -> Result<(), ApiError> {
        if self.gone.is_cancelled() {
            // Told to nobody unless this server ends.
            return Err(ApiError::Restarting);
        }
        if began.elapsed() > self.left {
            let message = "takes too long to find in this log; make the expression simpler";
            return Err(ApiError::invalid("search", message));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use leo_protocol::batch::Place;
    use leo_protocol::{JobId, SessionId};
    use tokio::sync::Semaphore;

    use super::*;

    fn search_for(text: &str, after_line: u64, limit: usize) -> Search {
        let permit = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
        Search {
            asked: Asked {
                pattern: Pattern::new(text, true, false).unwrap(),
                after_line,
                limit,
            },
            found: LogHits::default(),
            gone: CancellationToken::new(),
            left: TIME,
            _permit: permit,
        }
    }

    /// Events 3 to 9: the lines `a 1`, `b 2`, something else, `a 3` to `a 6`.
    fn batch() -> Batch {
        let log =
            |text: &str| format!(r#"{{"timestamp":"t","type":"log","log":{{"line":"{text}"}}}}"#);
        let mut events: Vec<String> = ["a 1", "b 2", "a 3", "a 4", "a 5", "a 6"].map(log).into();
        events.insert(
            2,
            r#"{"timestamp":"t","type":"info","message":"a"}"#.to_owned(),
        );
        Batch {
            place: Place {
                session_id: SessionId::generate(),
                job_id: Some(JobId::generate()),
                first: 3,
            },
            last: 9,
            body: Bytes::from(format!("[{}]", events.join(",\n"))),
        }
    }

    fn listed(search: &Search) -> Vec<(u64, u64)> {
        let hits = search.found.hits.iter();
        hits.map(|hit| (hit.line, hit.seq)).collect()
    }

    #[test]
    fn all_are_counted_and_some_are_listed() {
        let mut all = search_for("^a", 0, 10);
        all.page(&[batch()]).unwrap();
        assert_eq!(listed(&all), [(1, 3), (3, 6), (4, 7), (5, 8), (6, 9)]);
        assert_eq!((all.found.total, all.found.lines), (5, 6));
        assert!(!all.found.truncated);

        let mut some = search_for("^a", 1, 2);
        some.page(&[batch()]).unwrap();
        assert_eq!(listed(&some), [(3, 6), (4, 7)]);
        assert_eq!((some.found.total, some.found.truncated), (5, true));
    }

    #[test]
    fn it_ends_when_its_time_is_over_or_nobody_waits() {
        let mut slow = search_for("a", 0, 10);
        slow.left = Duration::ZERO;
        assert!(matches!(
            slow.page(&[batch()]),
            Err(ApiError::Invalid { .. })
        ));
        let mut left = search_for("a", 0, 10);
        left.gone.cancel();
        assert!(matches!(left.page(&[batch()]), Err(ApiError::Restarting)));
        assert_eq!(left.found.lines, 1);
    }
}
