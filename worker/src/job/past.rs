//! What a job's stream says already: a worker that adopts a job has not seen its beginning, and an
//! attempt may go on from what an earlier one has said.
//!
//! The stream is read a page at a time, so its length costs time and no memory.

use std::ops::ControlFlow;

use bytes::Bytes;
use leo_common::error_chain::Chain;
use leo_common::store::jobs::JobRecord;
use leo_protocol::batch::lines;
use leo_protocol::{EventKind, JobId, Spent};
use serde::Deserialize as _;
use serde_json::Value;

use super::Held;
use super::observe::Observed;
use crate::context::Context;

/// Rows of the stream read at a time.
const PAGE_ROWS: u32 = 200;
/// Bytes of the stream read at a time.
const PAGE_BYTES: u64 = 4 << 20;
/// How a checkpoint stands in a stored batch.
const CHECKPOINT: &str = r#""type":"checkpoint""#;
/// How the start of an attempt stands in one.
const STARTED: &str = r#""type":"generation_started""#;
/// How the costs so far stand in one.
const USAGE: &str = r#""type":"usage""#;
/// How all stand in one that say something about the attempt as a whole, see [`Observed::see`].
const NOTED: [&str; 4] = [
    USAGE,
    r#""type":"generation_complete""#,
    r#""type":"agent_error""#,
    r#""type":"phase_designed""#,
];

/// What the attempts of a job have reached.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Survey {
    /// The last checkpoint of each attempt that has told one, oldest first.
    pub(super) reached: Vec<Reached>,
    /// The state of the last of all.
    pub(super) state: Option<Value>,
    /// What the job had cost at the end of it.
    pub(super) spent: Option<Spent>,
}

/// A checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reached {
    /// Of this attempt.
    pub(super) attempt: u32,
    /// It is that one among the job's events, from 1.
    pub(super) place: u64,
}

/// What the attempts of a job before this one have reached.
pub(super) async fn survey(ctx: &Context, job: &JobRecord, before: u32) -> anyhow::Result<Survey> {
    let mut surveyor = Surveyor::new(before);
    each(ctx, job, |line| surveyor.take(line)).await?;
    Ok(surveyor.survey)
}

struct Surveyor {
    before: u32,
    attempt: u32,
    place: u64,
    survey: Survey,
}

impl Surveyor {
    fn new(before: u32) -> Self {
        Self {
            before,
            attempt: 0,
            place: 0,
            survey: Survey::default(),
        }
    }

    fn take(&mut self, line: &[u8]) -> ControlFlow<()> {
        self.place += 1;
        if let Some(begun) = attempt_begun(line) {
            if begun >= self.before {
                return ControlFlow::Break(());
            }
            self.attempt = begun;
        } else if let Some(checkpoint) = event(line, CHECKPOINT) {
            let (attempt, place) = (self.attempt, self.place);
            self.survey.reached.retain(|one| one.attempt != attempt);
            self.survey.reached.push(Reached { attempt, place });
            self.survey.state = checkpoint.get("state").cloned();
        } else if let Some(usage) = event(line, USAGE) {
            let spent = Spent::deserialize(&usage).ok();
            self.survey.spent = spent.or(self.survey.spent);
        }
        ControlFlow::Continue(())
    }
}

/// What the generator of the present attempt has said of itself, and what the job has cost.
pub(super) async fn observed(held: &Held) -> anyhow::Result<Observed> {
    let mut observed = Observed::default();
    each(&held.ctx, &held.job, |line| {
        if attempt_begun(line).is_some() {
            observed.begin_again();
        } else if let Some(kind) = noted(line) {
            observed.see(&kind);
        }
        ControlFlow::Continue(())
    })
    .await?;
    Ok(observed)
}

/// What the job has cost, if that can be told at once, for an end that is not put off for it.
pub(crate) async fn usage_if_known(ctx: &Context, job: JobId) -> Option<Value> {
    or_unknown(job, usage(ctx, job).await)
}

/// Damage that lasts costs a job no more than its costs.
pub(super) fn or_unknown(job: JobId, usage: anyhow::Result<Option<Value>>) -> Option<Value> {
    usage.unwrap_or_else(|error| {
        tracing::warn!(job.id = %job, error = %Chain(error.as_ref()), "what the job has cost is not known");
        None
    })
}

/// What the job has cost, all its attempts together.
pub(super) async fn usage(ctx: &Context, job: JobId) -> anyhow::Result<Option<Value>> {
    let Some(job) = ctx.db.any_job(job).await? else {
        return Ok(None);
    };
    let mut observed = Observed::default();
    each(ctx, &job, |line| {
        let usage = event(line, USAGE).and_then(|event| serde_json::from_value(event).ok());
        if let Some(usage) = usage {
            observed.see(&usage);
        }
        ControlFlow::Continue(())
    })
    .await?;
    Ok(observed.usage)
}

/// Reads a job's events one by one until the visitor has enough.
async fn each(
    ctx: &Context,
    job: &JobRecord,
    mut visit: impl FnMut(&[u8]) -> ControlFlow<()>,
) -> anyhow::Result<()> {
    let mut pages = Pages::of(ctx, job);
    while let Some(page) = pages.next().await? {
        for line in page.iter().flat_map(|body| lines(body)) {
            if visit(line).is_break() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The events of a job in their order, from its first one to its last.
pub(crate) struct Pages<'a> {
    ctx: &'a Context,
    job: &'a JobRecord,
    cursor: u64,
}

impl<'a> Pages<'a> {
    pub(crate) fn of(ctx: &'a Context, job: &'a JobRecord) -> Self {
        let cursor = job.queued_seq;
        Self { ctx, job, cursor }
    }

    /// The job's part of the next page of its session, perhaps nothing; `None` behind its end.
    pub(crate) async fn next(&mut self) -> anyhow::Result<Option<Vec<Bytes>>> {
        if self.job.ended_seq.is_some_and(|last| self.cursor >= last) {
            return Ok(None);
        }
        let (history, session) = (&self.ctx.history, self.job.session_id);
        let page = history
            .read(session, self.cursor, PAGE_ROWS, PAGE_BYTES)
            .await?;
        let Some(end) = page.last() else {
            return Ok(None);
        };
        self.cursor = end.last;
        let own = page
            .into_iter()
            .filter(|batch| batch.place.job_id == Some(self.job.id));
        Ok(Some(own.map(|batch| batch.body).collect()))
    }
}

/// Which attempt begins with this event, if one does.
pub(crate) fn attempt_begun(line: &[u8]) -> Option<u32> {
    u32::try_from(event(line, STARTED)?.get("attempt")?.as_u64()?).ok()
}

fn noted(line: &[u8]) -> Option<EventKind> {
    let event = NOTED.iter().find_map(|kind| event(line, kind))?;
    serde_json::from_value(event).ok()
}

/// The event, if it is of this type. In a text the quotes would be escaped, so few others contain the
/// words, but they may: in the arguments of a tool, or in a state.
pub(crate) fn event(line: &[u8], kind: &str) -> Option<Value> {
    memchr::memmem::find(line, kind.as_bytes())?;
    let event: Value = serde_json::from_slice(line).ok()?;
    let own = format!("\"type\":{}", event.get("type")?);
    (own == kind).then_some(event)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_inside_another_event_are_not_that_event() {
        let inside = br#"{"type":"tool_use","input":{"type":"checkpoint","state":1}}"#;
        assert_eq!(event(inside, CHECKPOINT), None);
        let told = br#"{"type":"log","log":{"line":"{\"type\":\"checkpoint\"}"}}"#;
        assert_eq!(event(told, CHECKPOINT), None);
        let own =
            br#"{"timestamp":"t","type":"checkpoint","state":{"type":"generation_complete"}}"#;
        assert_eq!(
            event(own, CHECKPOINT).unwrap()["state"]["type"],
            "generation_complete"
        );
        assert_eq!(noted(own), None);
    }

    #[test]
    fn an_attempt_begins_where_the_server_says_so() {
        let started = br#"{"type":"generation_started","requestId":"r","attempt":2}"#;
        assert_eq!(attempt_begun(started), Some(2));
        let inside = br#"{"type":"tool_use","input":{"type":"generation_started"},"attempt":2}"#;
        assert_eq!(attempt_begun(inside), None);
    }

    #[test]
    fn each_attempt_has_reached_its_last_checkpoint() {
        let begun = |n: u32| json!({"type": "generation_started", "requestId": "r", "attempt": n});
        let checkpoint = |n: u32| json!({"type": "checkpoint", "phase": n, "state": {"done": n}});
        let stream = [
            begun(1),
            checkpoint(1),
            json!({"type": "usage", "promptTokens": 1, "completionTokens": 2, "costUsd": null}),
            checkpoint(2),
            begun(2),
            json!({"type": "usage", "promptTokens": 3, "completionTokens": 4, "costUsd": 0.5}),
            begun(3),
            checkpoint(3),
            begun(4),
            checkpoint(4),
        ];
        let mut surveyor = Surveyor::new(4);
        let enough = stream
            .iter()
            .position(|event| surveyor.take(event.to_string().as_bytes()).is_break());
        assert_eq!(enough, Some(8));
        let expected = Survey {
            reached: vec![
                Reached {
                    attempt: 1,
                    place: 4,
                },
                Reached {
                    attempt: 3,
                    place: 8,
                },
            ],
            state: Some(json!({"done": 3})),
            spent: Some(Spent {
                prompt_tokens: 3,
                completion_tokens: 4,
                cost_usd: Some(0.5),
            }),
        };
        assert_eq!(surveyor.survey, expected);
    }
}
