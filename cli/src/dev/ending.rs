//! What runs when `leo dev` ends: its containers stop with it, so their jobs are cancelled, and
//! the worker is given the time to say so in their streams.
//!
//! Jobs that wait stay in the queue: the worker drains first, or each that ends would make room for
//! the next. Jobs of accounts other than the developer's are handed over:
//! the next start goes on with them.

use std::time::Duration;

use anyhow::ensure;
use leo_protocol::JobStatus;
use reqwest::StatusCode;
use tokio::time::{Instant, sleep};

use crate::client::http::{Client, HttpError, JobQuery, PAGE_LIMIT};

/// How long the jobs may take to end. A container has ten seconds before it is killed.
const WITHIN: Duration = Duration::from_secs(20);
/// How often it is looked whether they have.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Lets the worker of this name take nothing more, cancels the jobs that run and waits for their ends.
///
/// # Errors
/// When the server does not answer, or a job does not end in time.
pub(super) async fn cancel_running(client: &Client, worker: &str) -> anyhow::Result<()> {
    match client.set_draining(worker, true).await {
        // Where others can reach the server, nobody is the developer without a token.
        Err(HttpError::Problem { status, .. }) if status == StatusCode::UNAUTHORIZED => {
            return Ok(());
        }
        // It is not on the list, and claims nothing until it is.
        Err(HttpError::Problem { status, .. }) if status == StatusCode::NOT_FOUND => {}
        told => {
            told?;
        }
    }
    let deadline = Instant::now() + WITHIN;
    let query = JobQuery {
        status: Some(JobStatus::Generating),
        limit: PAGE_LIMIT,
        ..JobQuery::default()
    };
    loop {
        let running = client.jobs(&query).await?.items;
        if running.is_empty() {
            return Ok(());
        }
        ensure!(
            Instant::now() < deadline,
            "{} jobs did not end in time",
            running.len()
        );
        for job in running {
            // Asking again does no harm.
            client.cancel(job.id).await?;
        }
        sleep(LOOK_EVERY).await;
    }
}
