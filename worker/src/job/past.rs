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
const CHECKPOINT: &[u8] = br#""type":"checkpoint""#;
/// How the start of an attempt stands in one.
const STARTED: &[u8] = br#""type":"generation_started""#;
/// How the word of a generator that it is done stands in one.
const COMPLETE: &[u8] = br#""type":"generation_complete""#;

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
        if contains(line, CHECKPOINT) {
            found = Some(line.to_vec());
        }
        ControlFlow::Continue(())
    })
    .await?;
    let event: Option<Value> = found.as_deref().map(serde_json::from_slice).transpose()?;
    Ok(event.and_then(|event| event.get("state").cloned()))
}

/// Whether the generator of the present attempt has said that it is done.
pub(super) async fn completed(held: &Held) -> anyhow::Result<bool> {
    let mut complete = false;
    let (job, after) = (held.claim.job, held.job.queued_seq);
    read(held, job, after, u64::MAX, |line| {
        if attempt_begun(line).is_some() {
            complete = false;
        }
        complete |= contains(line, COMPLETE);
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
    if !contains(line, STARTED) {
        return None;
    }
    let event: Value = serde_json::from_slice(line).ok()?;
    u32::try_from(event.get("attempt")?.as_u64()?).ok()
}

/// Inside a text the quotes would be escaped, so nothing but the event itself contains it.
fn contains(line: &[u8], what: &[u8]) -> bool {
    memchr::memmem::find(line, what).is_some()
}
