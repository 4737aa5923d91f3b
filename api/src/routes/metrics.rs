//! What this server counts, for Prometheus, and what waits in the queue of all.
//!
//! For operators only, as the numbers tell about everybody's work. The queue is asked for once in some
//! seconds, however many ask.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use leo_common::error_chain::Chain;
use leo_common::metrics;
use leo_protocol::http::QueueDepth;
use leo_protocol::problem::Problem;
use tokio::sync::Mutex;

use crate::auth::{Operator, Read};
use crate::state::AppState;

/// The form of the answer.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// For how long the queue's depth is not asked for again.
const REMEMBERED: Duration = Duration::from_secs(10);

/// The depth of the queue, as it was a moment ago.
#[derive(Debug, Default)]
pub(crate) struct Depth(Mutex<Option<(Instant, Option<QueueDepth>)>>);

/// Metrics in the text format of Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "fleet", responses(
    (status = 200, description = "the metrics of this server, and of the queue", body = String, content_type = "text/plain"),
    (status = 404, description = "you are no operator", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn metrics(State(state): State<AppState>, _: Operator<Read>) -> Response {
    let mut text = metrics::render();
    if let Some(depth) = state.depth.look(&state).await {
        write_depth(&mut text, &depth);
    }
    ([(header::CONTENT_TYPE, TEXT)], text).into_response()
}

impl Depth {
    /// The depth; `None` while the database cannot tell it.
    async fn look(&self, state: &AppState) -> Option<QueueDepth> {
        // Held while asking, so that many scrapers ask once.
        let mut known = self.0.lock().await;
        if let Some((_, depth)) = known
            .as_ref()
            .filter(|(since, _)| since.elapsed() < REMEMBERED)
        {
            return depth.clone();
        }
        let depth = match state.db.queue_depth().await {
            Ok(depth) => Some(depth),
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "the queue could not be measured");
                None
            }
        };
        *known = Some((Instant::now(), depth.clone()));
        depth
    }
}

fn write_depth(text: &mut String, depth: &QueueDepth) {
    let jobs = [
        ("ready", depth.ready),
        ("waiting", depth.waiting),
        ("delayed", depth.delayed),
        ("generating", depth.generating),
    ];
    text.push_str("# HELP leo_queue_jobs Jobs of the installation that have not ended, by state\n");
    text.push_str("# TYPE leo_queue_jobs gauge\n");
    // Writing to a String cannot fail.
    for (state, count) in jobs {
        let _ = writeln!(text, "leo_queue_jobs{{state=\"{state}\"}} {count}");
    }
    text.push_str("# HELP leo_queue_oldest_wait_seconds How long the oldest claimable job has been claimable\n");
    text.push_str("# TYPE leo_queue_oldest_wait_seconds gauge\n");
    let oldest = depth.oldest_wait_seconds.unwrap_or(0.0);
    let _ = writeln!(text, "leo_queue_oldest_wait_seconds {oldest}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queue_reads_like_this() {
        let mut text = String::new();
        let depth = QueueDepth {
            ready: 3,
            waiting: 2,
            delayed: 1,
            generating: 4,
            oldest_wait_seconds: Some(1.5),
        };
        write_depth(&mut text, &depth);
        let values: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(
            values,
            [
                "leo_queue_jobs{state=\"ready\"} 3",
                "leo_queue_jobs{state=\"waiting\"} 2",
                "leo_queue_jobs{state=\"delayed\"} 1",
                "leo_queue_jobs{state=\"generating\"} 4",
                "leo_queue_oldest_wait_seconds 1.5",
            ]
        );
    }
}
