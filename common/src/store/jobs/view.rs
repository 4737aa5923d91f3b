//! A stored job as clients see it.

use leo_protocol::http::{Job, QueuePlace};

use super::{JobRecord, download_url};

/// The job for clients; `queue` is known only where somebody has asked for it.
#[must_use]
pub fn job_view(job: JobRecord, queue: Option<QueuePlace>) -> Job {
    Job {
        id: job.id,
        session_id: job.session_id,
        status: job.status,
        prompt: job.prompt,
        mode: job.mode,
        max_iterations: job.max_iterations,
        model: job.model,
        attempt: job.attempt,
        retry_of: job.retry_of,
        created_at: job.created_at,
        run_at: job.run_at,
        started_at: job.started_at,
        finished_at: job.finished_at,
        error: job.error,
        download_url: job.artifact_id.map(|_| download_url(job.id)),
        github_url: job.github_url,
        preview_url: job.preview_url,
        budget: job.budget,
        usage: job.usage,
        queue,
    }
}
