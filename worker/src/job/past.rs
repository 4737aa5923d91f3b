//! What the job's stream says already: a worker that adopts a job has not seen its beginning, and an
//! attempt may go on from what an earlier one has said.

use std::ops::ControlFlow;

use leo_protocol::JobId;
use serde_json::Value;

use super::Held;

/// Rows of the stream read at a time.
const PAGE_ROWS: u32 = 200;
/// Bytes of the stream read at a time.
const PAGE_BYTES: u64 = 4 << 20;
/// How a checkpoint stands in a stored batch.
const CHECKPOINT: &str = r#""type":"checkpoint""#;
/// How the start of an attempt stands in one.
const STARTED: &str = r#""type":"generation_started""#;
/// How the word of a generator that it is done stands in one.
const COMPLETE: &str = r#""type":"generation_complete""#;

/// The state of the last checkpoint of a job among its events from `after` to `last`, and of its
/// attempts up to `attempt`.
pub(super) async fn last_checkpoint(
    held: &Held,
    job: JobId,
    after: u64,
    last: u64,
    attempt: u32,
) -> anyhow::Result<Option<Value>> {
    let mut found = None;
    read(held, job, after, last, |line| {
        if attempt_begun(line).is_some_and(|begun| begun > attempt) {
            return ControlFlow::Break(());
        }
        if let Some(checkpoint) = event(line, CHECKPOINT) {
            found = checkpoint.get("state").cloned();
        }
        ControlFlow::Continue(())
    })
    .await?;
    Ok(found)
}

/// Whether the generator of the present attempt has said that it is done.
pub(super) async fn completed(held: &Held) -> anyhow::Result<bool> {
    let mut complete = false;
    let (job, after) = (held.claim.job, held.job.queued_seq);
    read(held, job, after, u64::MAX, |line| {
        if attempt_begun(line).is_some() {
            complete = false;
        }
        complete |= event(line, COMPLETE).is_some();
        ControlFlow::Continue(())
    })
    .await?;
    Ok(complete)
}

/// Reads a job's events one by one until the visitor has enough.
async fn read(
    held: &Held,
    job: JobId,
    after: u64,
    last: u64,
    mut visit: impl FnMut(&[u8]) -> ControlFlow<()>,
) -> anyhow::Result<()> {
    let mut cursor = after;
    while cursor < last {
        let page = held
            .ctx
            .history
            .read(held.claim.session, cursor, PAGE_ROWS, PAGE_BYTES)
            .await?;
        let Some(end) = page.last() else { break };
        cursor = end.last;
        for batch in page.iter().filter(|batch| batch.place.job_id == Some(job)) {
            for line in leo_protocol::batch::lines(&batch.body) {
                if visit(line).is_break() {
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

/// Which attempt begins with this event, if one does.
fn attempt_begun(line: &[u8]) -> Option<u32> {
    u32::try_from(event(line, STARTED)?.get("attempt")?.as_u64()?).ok()
}

/// The event, if it is of this type. In a text the quotes would be escaped, so few others contain the
/// words, but they may: in the arguments of a tool, or in a state.
fn event(line: &[u8], kind: &str) -> Option<Value> {
    memchr::memmem::find(line, kind.as_bytes())?;
    let event: Value = serde_json::from_slice(line).ok()?;
    let own = format!("\"type\":{}", event.get("type")?);
    (own == kind).then_some(event)
}

#[cfg(test)]
mod tests {
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
        assert_eq!(event(own, COMPLETE), None);
    }

    #[test]
    fn an_attempt_begins_where_the_server_says_so() {
        let started = br#"{"type":"generation_started","requestId":"r","attempt":2}"#;
        assert_eq!(attempt_begun(started), Some(2));
        let inside = br#"{"type":"tool_use","input":{"type":"generation_started"},"attempt":2}"#;
        assert_eq!(attempt_begun(inside), None);
    }
}
