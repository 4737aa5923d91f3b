//! How much a job and a user may take.

use super::{Bytes, Span};

/// Limits of jobs and users, the same for api and worker.
#[derive(Debug, Clone, clap::Args)]
pub struct Limits {
    /// The longest that a job may run.
    #[arg(long, env = "JOB_TIMEOUT", default_value = "1h")]
    pub job_timeout: Span,
    /// The longest that a generator may print nothing; heartbeats do not count.
    #[arg(long, env = "NO_OUTPUT_TIMEOUT", default_value = "10m")]
    pub no_output_timeout: Span,
    /// Container runs of one job, where Leo itself starts it again.
    #[arg(long, env = "JOB_MAX_ATTEMPTS", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    pub job_max_attempts: u32,
    /// A worker silent for this many seconds may lose its jobs to one that can reach their
    /// containers; it beats three times as often.
    #[arg(long, env = "LEASE_SECONDS", default_value = "30")]
    pub lease_seconds: Span,
    /// A host on which no worker has been heard of for this many seconds loses its jobs: they start
    /// again elsewhere.
    #[arg(long, env = "LOST_AFTER", default_value = "120")]
    pub lost_after: Span,
    /// Jobs of one user that run at once.
    #[arg(long, env = "MAX_JOBS_PER_USER", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_jobs_per_user: u32,
    /// The longest prompt.
    #[arg(long, env = "PROMPT_LIMIT", default_value = "64KiB")]
    pub prompt_limit: Bytes,
    /// Output of one job; what comes after it is dropped, and the job fails.
    #[arg(long, env = "OUTPUT_LIMIT", default_value = "64MiB")]
    pub output_limit: Bytes,
    /// All files of one job's workspace together.
    #[arg(long, env = "WORKSPACE_LIMIT", default_value = "512MiB")]
    pub workspace_limit: Bytes,
}

/// How much a user may have, where no operator has set something else for him. None where it is not
/// set. Jobs that run at once and the length of prompts are among the [`Limits`].
#[derive(Debug, Clone, clap::Args)]
pub struct Quotas {
    /// Sessions of one user.
    #[arg(long, env = "QUOTA_SESSIONS")]
    pub quota_sessions: Option<u32>,
    /// Jobs that one user may submit in a day, which begins at midnight UTC.
    #[arg(long, env = "QUOTA_JOBS_PER_DAY")]
    pub quota_jobs_per_day: Option<u32>,
    /// All kept results of one user together; nothing more is accepted beyond it.
    #[arg(long, env = "QUOTA_STORAGE")]
    pub quota_storage: Option<Bytes>,
    /// Requests of one user in a minute, 0 for no limit. As many may come at once after a pause.
    #[arg(long, env = "RATE_LIMIT", default_value_t = 6000)]
    pub rate_limit: u32,
}
