//! What Postgres has of the jobs in the end: their rows, and their events in the order of the
//! streams. Read by queries of its own, past every program of Leo.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt as _;
use leo_protocol::JobId;
use serde_json::Value;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

/// A job's row.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) status: String,
    pub(super) reason: Option<String>,
    pub(super) message: Option<String>,
    pub(super) attempt: u32,
    pub(super) cancel_requested_at: Option<DateTime<Utc>>,
    pub(super) finished_at: Option<DateTime<Utc>>,
}

/// A job's events.
#[derive(Debug, Clone, Default)]
pub(super) struct Story {
    /// The ends it had, as words; one, if all is well.
    pub(super) ends: Vec<String>,
    /// Events behind its end.
    pub(super) afterwards: u64,
    pub(super) adoptions: u64,
    /// Why an attempt was followed by another.
    pub(super) restarts: Vec<String>,
    /// The moments at which somebody took it up, or ended it.
    pub(super) moments: Vec<DateTime<Utc>>,
    /// Lines of the last attempt.
    pub(super) out: Vec<u64>,
    pub(super) err: Vec<u64>,
    /// Attempts that began.
    begun: u64,
}

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Stored {
    pub(super) rows: HashMap<JobId, Row>,
    pub(super) stories: HashMap<JobId, Story>,
    /// Places that are missing in a stream, or taken twice.
    pub(super) gaps: u64,
    /// Events in all.
    pub(super) events: u64,
    /// Accounts whose counters are not 0, in words.
    pub(super) miscounted: Vec<String>,
}

/// Reads everything.
pub(super) async fn read(connection: &mut PgConnection) -> Result<Stored, sqlx::Error> {
    let mut stored = Stored {
        rows: rows(connection).await?,
        ..Stored::default()
    };
    let sql = "select session_id, job_id, first_seq, last_seq, at, body from event_batches
                order by session_id, last_seq";
    let mut place = (Uuid::nil(), 0);
    let mut batches = sqlx::query(sql).fetch(&mut *connection);
    while let Some(batch) = batches.try_next().await? {
        let (session, first): (Uuid, i64) = (batch.get("session_id"), batch.get("first_seq"));
        let expected = if place.0 == session { place.1 + 1 } else { 1 };
        stored.gaps += u64::from(first != expected);
        place = (session, batch.get("last_seq"));
        let events: Vec<Value> =
            serde_json::from_slice(batch.get("body")).expect("a stored batch is JSON");
        stored.events += events.len() as u64;
        let job: Option<Uuid> = batch.get("job_id");
        if let Some(job) = job {
            let story = stored.stories.entry(JobId::from(job)).or_default();
            let at = batch.get("at");
            events.iter().for_each(|event| story.take(event, at));
        }
    }
    drop(batches);
    stored.miscounted = miscounted(connection).await?;
    Ok(stored)
}

async fn rows(connection: &mut PgConnection) -> Result<HashMap<JobId, Row>, sqlx::Error> {
    let sql = "select id, status, failure_reason, failure_message, attempt,
                      cancel_requested_at, finished_at from jobs";
    let rows = sqlx::query(sql).fetch_all(connection).await?;
    let rows = rows.into_iter().map(|row| {
        let id: Uuid = row.get("id");
        let attempt: i32 = row.get("attempt");
        let kept = Row {
            status: row.get("status"),
            reason: row.get("failure_reason"),
            message: row.get("failure_message"),
            attempt: attempt.unsigned_abs(),
            cancel_requested_at: row.get("cancel_requested_at"),
            finished_at: row.get("finished_at"),
        };
        (JobId::from(id), kept)
    });
    Ok(rows.collect())
}

async fn miscounted(connection: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    let sql = "select format('user %s counts %s queued, %s ready, %s running', id, queued, ready, running)
                 from users where queued <> 0 or ready <> 0 or running <> 0";
    sqlx::query_scalar(sql).fetch_all(connection).await
}

impl Story {
    pub(super) fn take(&mut self, event: &Value, at: DateTime<Utc>) {
        self.afterwards += u64::from(!self.ends.is_empty());
        match event["type"].as_str() {
            Some("log") => self.line(&event["log"]),
            Some("generation_started") => self.begin_attempt(at),
            Some("worker_changed") => {
                self.moments.push(at);
                match event["how"].as_str() {
                    Some("adopted") => self.adoptions += 1,
                    _ => self.restarts.push("its host was lost".to_owned()),
                }
            }
            Some("info") => {
                let message = event["message"].as_str().unwrap_or_default();
                let why = message.split_once(" failed: ").map(|(_, rest)| rest);
                let why = why.and_then(|rest| rest.rsplit_once("; attempt"));
                self.restarts.extend(why.map(|(why, _)| cut(why)));
            }
            Some(end @ ("completed" | "failed" | "cancelled")) => {
                self.ends.push(end.to_owned());
                self.moments.push(at);
            }
            _ => {}
        }
    }

    fn begin_attempt(&mut self, at: DateTime<Utc>) {
        // The first one is how it begins, not how it goes on.
        if self.begun > 0 {
            self.moments.push(at);
        }
        self.begun += 1;
        self.out.clear();
        self.err.clear();
    }

    fn line(&mut self, log: &Value) {
        let text = log["line"].as_str();
        let number = text.and_then(|line| line.strip_prefix("line "));
        let number = number.and_then(|number| number.parse().ok());
        match (log["stream"].as_str(), number) {
            (Some("stdout"), Some(number)) => self.out.push(number),
            (Some("stderr"), Some(number)) => self.err.push(number),
            _ => {}
        }
    }

    /// Whether the last attempt has printed exactly these many lines, each once and in order.
    pub(super) fn has_printed(&self, out: u64, err: u64) -> bool {
        self.out.iter().copied().eq(1..=out) && self.err.iter().copied().eq(1..=err)
    }
}

/// What is the same in all messages of a kind: without numbers and causes.
fn cut(why: &str) -> String {
    why.split(':').next().unwrap_or(why).to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_story_tells_of_restarts_and_ends() {
        let mut story = Story::default();
        let line =
            |n| json!({"type": "log", "log": {"line": format!("line {n}"), "stream": "stdout"}});
        let events = [
            json!({"type": "generation_started", "attempt": 1}),
            line(1),
            json!({"type": "info", "message": "attempt 1 failed: the container did not start: x; attempt 2 begins"}),
            json!({"type": "generation_started", "attempt": 2}),
            line(1),
            json!({"type": "worker_changed", "how": "adopted"}),
            line(2),
            json!({"type": "completed"}),
            json!({"type": "failed"}),
        ];
        for event in &events {
            story.take(event, Utc::now());
        }
        assert!(story.has_printed(2, 0) && !story.has_printed(3, 0));
        assert_eq!(story.restarts, ["the container did not start"]);
        assert_eq!(story.ends, ["completed", "failed"]);
        assert_eq!(
            (story.adoptions, story.afterwards, story.moments.len()),
            (1, 1, 4)
        );
    }
}
