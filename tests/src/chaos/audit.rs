//! The judgement: what viewers got against what is stored, and what is stored against what the
//! jobs said. It reads the tables itself, and believes no program of Leo.

use std::collections::HashMap;
use std::ops::AddAssign;

use leo_protocol::{JobId, SessionId};
use serde_json::Value;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::jobs::{Known, Said};
use super::viewer::Viewer;
use super::viewer::record::{fingerprint, spliced};

/// What is wrong with a row of numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Numbers that are missing.
    pub lost: u64,
    /// Numbers that were there before.
    pub doubled: u64,
    /// Numbers that come after a larger one.
    pub out_of_order: u64,
    /// What is not what it should be, or should not be at all.
    pub wrong: u64,
}

impl Tally {
    /// Compares numbers with those from `first` to `last`, each once and in order.
    fn of(numbers: impl Iterator<Item = u64>, first: u64, last: u64) -> Self {
        let mut tally = Self::default();
        let count = usize::try_from((last + 1).saturating_sub(first)).unwrap_or(0);
        let mut there = vec![false; count];
        let mut highest = 0;
        for number in numbers {
            let place = number
                .checked_sub(first)
                .and_then(|at| usize::try_from(at).ok());
            match place.and_then(|at| there.get_mut(at)) {
                None => tally.wrong += 1,
                Some(true) => tally.doubled += 1,
                Some(there) => {
                    *there = true;
                    tally.out_of_order += u64::from(number < highest);
                    highest = highest.max(number);
                }
            }
        }
        tally.lost = there.iter().filter(|there| !**there).count() as u64;
        tally
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        *self == Self::default()
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.out_of_order += other.out_of_order;
        self.wrong += other.wrong;
    }
}

/// The stored stream of a session.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    /// Whether the places follow each other.
    pub(crate) places: Tally,
    prints: HashMap<u64, u64>,
    pub(crate) last: u64,
    jobs: HashMap<JobId, Printed>,
}

/// What is stored of a job.
#[derive(Debug, Default)]
struct Printed {
    said: Said<Vec<u64>>,
    strange: u64,
    ends: Vec<String>,
    attempts: u64,
}

impl Stored {
    /// Reads a stream.
    ///
    /// # Panics
    /// When Postgres fails, or what is stored is no batch.
    pub(crate) async fn read(connection: &mut PgConnection, session: SessionId) -> Self {
        let sql = "select first_seq, job_id, body from event_batches
                    where session_id = $1 order by last_seq, first_seq";
        let rows = sqlx::query(sql)
            .bind(session.uuid())
            .fetch_all(connection)
            .await;
        let mut stored = Self::default();
        let mut seqs = Vec::new();
        for row in rows.expect("read the stored stream") {
            let first = u64::try_from(row.get::<i64, _>("first_seq")).expect("a place");
            let job: Option<Uuid> = row.get("job_id");
            let body: Vec<u8> = row.get("body");
            let events: Vec<Value> = serde_json::from_slice(&body).expect("a stored batch is JSON");
            for (seq, event) in (first..).zip(events) {
                seqs.push(seq);
                stored.take(seq, session, job.map(JobId::from), &event);
            }
        }
        stored.last = seqs.iter().copied().max().unwrap_or(0);
        stored.places = Tally::of(seqs.into_iter(), 1, stored.last);
        stored
    }

    fn take(&mut self, seq: u64, session: SessionId, job: Option<JobId>, event: &Value) {
        let id = job.map(|job| Value::from(job.to_string()));
        let full = spliced(event, seq, &session.to_string().into(), id.as_ref());
        self.prints.insert(seq, fingerprint(&full));
        if let Some(job) = job {
            self.jobs.entry(job).or_default().take(event);
        }
    }

    /// Compares with what the jobs said; the jobs that did not go well are told in words.
    pub(crate) fn compare_output(&self, known: &[Known], complaints: &mut Vec<String>) -> Tally {
        let mut tally = Tally::default();
        for job in known {
            let none = Printed::default();
            let printed = self.jobs.get(&job.id).unwrap_or(&none);
            let of_job = printed.compare(job);
            if !of_job.is_clean() {
                complaints.push(format!("output of job {}: {of_job:?}", job.id));
            }
            tally += of_job;
            if printed.ends != ["completed"] {
                complaints.push(format!("job {} ended {:?}", job.id, printed.ends));
                tally.wrong += 1;
            }
        }
        for job in self
            .jobs
            .keys()
            .filter(|id| known.iter().all(|job| job.id != **id))
        {
            complaints.push(format!("nobody has submitted job {job}"));
            tally.wrong += 1;
        }
        tally
    }

    /// Attempts that were given up before they had begun.
    pub(crate) fn restarts(&self) -> u64 {
        let attempts = self.jobs.values().map(|job| job.attempts);
        attempts.map(|attempts| attempts.saturating_sub(1)).sum()
    }

    /// Compares with what a viewer got, who should have everything up to `target`.
    pub(crate) fn compare_viewer(&self, viewer: &Viewer, target: u64) -> Tally {
        let record = viewer.record();
        let first = record.after.unwrap_or(target) + 1;
        // What was stored behind the target may have come too.
        let reached = record.seen.iter().map(|seen| seen.seq).max().unwrap_or(0);
        let last = target.max(reached.min(self.last));
        let mut tally = Tally::of(record.seen.iter().map(|seen| seen.seq), first, last);
        let altered = record.seen.iter().filter(|seen| {
            self.prints
                .get(&seen.seq)
                .is_some_and(|print| *print != seen.print)
        });
        tally.wrong += altered.count() as u64 + record.resets;
        tally
    }
}

impl Printed {
    fn take(&mut self, event: &Value) {
        match event["type"].as_str() {
            Some("log") => {
                let log = &event["log"];
                let line = log["line"]
                    .as_str()
                    .and_then(|line| line.strip_prefix("line "));
                let number = line.and_then(|number| number.parse().ok());
                match (log["stream"].as_str(), number) {
                    (Some("stdout"), Some(number)) => self.said.out.push(number),
                    (Some("runner"), Some(number)) => self.said.frames.push(number),
                    (Some("stderr"), Some(number)) => self.said.errors.push(number),
                    _ => self.strange += 1,
                }
            }
            Some("generation_started") => self.begin_attempt(),
            Some("failed") => self.ends.push(format!("failed: {}", event["message"])),
            Some(end @ ("completed" | "cancelled")) => self.ends.push(end.to_owned()),
            _ => {}
        }
    }

    /// A claim whose answer was lost costs an attempt, but one that has said nothing: no worker is
    /// ever killed, so no generator that runs may be given up.
    fn begin_attempt(&mut self) {
        self.attempts += 1;
        let Said {
            out,
            frames,
            errors,
        } = std::mem::take(&mut self.said);
        self.strange += (out.len() + frames.len() + errors.len()) as u64;
    }

    fn compare(&self, job: &Known) -> Tally {
        let (stored, said) = (&self.said, job.said());
        let mut tally = Tally::default();
        for (stored, said) in [
            (&stored.out, said.out),
            (&stored.frames, said.frames),
            (&stored.errors, said.errors),
        ] {
            tally += Tally::of(stored.iter().copied(), 1, said);
        }
        tally.wrong += self.strange;
        tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(numbers: &[u64]) -> (u64, u64, u64, u64) {
        let tally = Tally::of(numbers.iter().copied(), 3, 6);
        (tally.lost, tally.doubled, tally.out_of_order, tally.wrong)
    }

    #[test]
    fn every_mistake_is_counted_once() {
        assert_eq!(tally(&[3, 4, 5, 6]), (0, 0, 0, 0));
        assert_eq!(tally(&[3, 5, 6]), (1, 0, 0, 0));
        assert_eq!(tally(&[3, 4, 4, 5, 6, 3]), (0, 2, 0, 0));
        assert_eq!(tally(&[3, 5, 4, 6]), (0, 0, 1, 0));
        assert_eq!(tally(&[2, 3, 4, 5, 6, 7]), (0, 0, 0, 2));
        assert_eq!(tally(&[]), (4, 0, 0, 0));
    }
}
