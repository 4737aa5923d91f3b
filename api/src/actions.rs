//! What a client may do to jobs, the same over HTTP and WebSocket.
//!
//! Each action commits first; then workers and viewers are told, which never delays the answer and
//! costs nothing but time when it fails.

use leo_common::store::jobs::{Cancelled, JobRecord, Submit, Submitted, job_view};
use leo_common::store::sessions::Fact;
use leo_protocol::http::{Job, SubmitJob};
use leo_protocol::{JobId, SessionId, UserId};

use crate::auth::Principal;
use crate::error::ApiError;
use crate::state::AppState;
use crate::validate;

/// Accepts a job, in a new session where none is given. The same key and request give the same
/// job.
///
/// # Errors
/// When the request is not valid, the session not there, or the key used for another request.
pub(crate) async fn submit(
    state: &AppState,
    who: &Principal,
    session: Option<SessionId>,
    request: SubmitJob,
    key: Option<&str>,
) -> Result<Job, ApiError> {
    let request = validate::submit(request, prompt_limit(state, who).await)?;
    let asked = Submit {
        user: who.user,
        session,
        request: &request,
        retry_of: None,
        idempotency_key: key,
        quotas: state.gate.settings(),
    };
    let job = accept(state, &asked).await?;
    shown(state, owned(state, who.user, job).await?).await
}

/// Makes a new job that asks for the same as one that has ended.
///
/// # Errors
/// When the job is not there or has not ended, or the key was used for another request.
pub(crate) async fn retry(
    state: &AppState,
    who: &Principal,
    job: JobId,
    key: Option<&str>,
) -> Result<Job, ApiError> {
    let ended = owned(state, who.user, job).await?;
    if !ended.status.is_terminal() {
        return Err(ApiError::JobNotFinished);
    }
    let request = SubmitJob {
        prompt: ended.prompt,
        mode: Some(ended.mode),
        max_iterations: Some(ended.max_iterations),
        model: ended.model,
        priority: Some(ended.priority),
        run_at: None,
        budget: ended.budget,
    };
    let asked = Submit {
        user: who.user,
        session: Some(ended.session_id),
        request: &request,
        retry_of: Some(job),
        idempotency_key: key,
        quotas: state.gate.settings(),
    };
    let new = accept(state, &asked).await?;
    shown(state, owned(state, who.user, new).await?).await
}

/// Asks for a job's end. One that has ended already stays as it is.
///
/// # Errors
/// When the job is not there.
pub(crate) async fn cancel(state: &AppState, who: &Principal, job: JobId) -> Result<Job, ApiError> {
    owned(state, who.user, job).await?;
    end(state, job).await?;
    shown(state, owned(state, who.user, job).await?).await
}

/// One of the user's jobs, with its place in the queue.
///
/// # Errors
/// When it is not there.
pub(crate) async fn job(state: &AppState, who: &Principal, job: JobId) -> Result<Job, ApiError> {
    shown(state, owned(state, who.user, job).await?).await
}

/// Ends a queued job or asks the holder of a running one to end it, and tells everybody.
///
/// # Errors
/// When the database fails.
pub(crate) async fn end(state: &AppState, job: JobId) -> Result<(), ApiError> {
    match state.db.cancel(job).await? {
        Cancelled::Ended(fact) => announce(state, fact),
        Cancelled::Requested => state.publisher.cancel(job),
        Cancelled::Final => {}
    }
    Ok(())
}

/// One of the user's jobs as stored.
///
/// # Errors
/// When it is not there.
pub(crate) async fn owned(
    state: &AppState,
    user: UserId,
    job: JobId,
) -> Result<JobRecord, ApiError> {
    state.db.job(user, job).await?.ok_or(ApiError::NotFound)
}

/// The longest prompt of this user, in bytes.
async fn prompt_limit(state: &AppState, who: &Principal) -> usize {
    let limit = state.gate.limits_of(who.user).await.prompt_limit;
    limit.map_or(usize::MAX, |limit| {
        usize::try_from(limit).unwrap_or(usize::MAX)
    })
}

async fn accept(state: &AppState, asked: &Submit<'_>) -> Result<JobId, ApiError> {
    match state.db.submit(asked).await? {
        Submitted::Accepted(fact) => {
            let job = fact.job.ok_or(ApiError::Internal("a job without an id"))?;
            announce(state, fact);
            Ok(job)
        }
        Submitted::Same(job) => Ok(job),
        Submitted::Conflict => Err(ApiError::IdempotencyConflict),
        Submitted::NoSession => Err(ApiError::NotFound),
        Submitted::Withheld(withheld) => Err(withheld.into()),
    }
}

/// Tells viewers of an event, and workers that there may be work: after a submit the job, after a
/// cancel the session's next one.
fn announce(state: &AppState, fact: Fact) {
    state.publisher.fact(fact);
    state.hints.wake();
}

async fn shown(state: &AppState, job: JobRecord) -> Result<Job, ApiError> {
    let queue = match job.status {
        leo_protocol::JobStatus::Queued => state.db.queue_place(job.id).await?,
        leo_protocol::JobStatus::Generating
        | leo_protocol::JobStatus::Completed
        | leo_protocol::JobStatus::Failed
        | leo_protocol::JobStatus::Cancelled => None,
    };
    Ok(job_view(job, queue))
}
