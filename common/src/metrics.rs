//! What Leo counts about itself, in the form of Prometheus.
//!
//! One registry a process, however many parts of Leo run in it. Counting costs a look into a map and
//! no lock that anybody waits for; without [`install`] it costs nothing and leads nowhere. Labels take
//! their values from fixed sets, so the number of series is bounded: nothing here is ever labelled
//! with a user, a session or a job. What waits is not counted here: Postgres knows it.

use std::sync::OnceLock;
use std::time::Duration;

use leo_protocol::{FailureReason, JobStatus};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

/// The upper ends of the classes into which durations are counted, in seconds.
const CLASSES: [f64; 18] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
    300.0, 1800.0, 3600.0,
];
/// How often counted durations are put into their classes; until then each takes some bytes.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

const CLAIM_WAIT: &str = "leo_claim_wait_seconds";
const WORKER_JOBS: &str = "leo_worker_jobs";
const JOBS_ENDED: &str = "leo_jobs_ended_total";
const LEASES_LOST: &str = "leo_leases_lost_total";
const TAKEOVERS: &str = "leo_takeovers_total";
const EFFECTS: &str = "leo_effects_total";
const LAUNCH_STEP: &str = "leo_launch_step_seconds";
const APPEND: &str = "leo_append_seconds";
const BATCHES: &str = "leo_appended_batches_total";
const EVENTS: &str = "leo_appended_events_total";
const PUBLISH_FAILURES: &str = "leo_publish_failures_total";
const REQUESTS: &str = "leo_http_requests_total";
const REQUEST: &str = "leo_http_request_seconds";
const SOCKETS: &str = "leo_sockets";
const VIEWERS: &str = "leo_viewers";
const FRAMES: &str = "leo_stream_frames_total";
const RING_MISSES: &str = "leo_stream_ring_misses_total";
const PAGES: &str = "leo_stream_pages_total";

/// What became of the container run of a job that was taken over: it runs on, or another one began.
const ADOPTED: &str = "adopted";
const RESTARTED: &str = "restarted";

static REGISTRY: OnceLock<PrometheusHandle> = OnceLock::new();

/// Begins to count. Whoever comes second in a process counts in the same registry. Needs a runtime.
///
/// # Errors
/// When the registry cannot be made, which would be a defect.
pub fn install() -> Result<(), BuildError> {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &CLASSES)?
        .build_recorder();
    let handle = recorder.handle();
    // Fails where another part of Leo was first, or a host program has a recorder of its own.
    if REGISTRY.set(handle.clone()).is_ok() && metrics::set_global_recorder(recorder).is_ok() {
        describe();
        tokio::spawn(keep_up(handle));
    }
    Ok(())
}

/// Everything counted so far, as Prometheus reads it.
#[must_use]
pub fn render() -> String {
    REGISTRY
        .get()
        .map_or_else(String::new, PrometheusHandle::render)
}

async fn keep_up(registry: PrometheusHandle) {
    let mut ticks = tokio::time::interval(UPKEEP_INTERVAL);
    loop {
        ticks.tick().await;
        registry.run_upkeep();
    }
}

fn describe() {
    describe_histogram!(
        CLAIM_WAIT,
        "How long jobs had been claimable when they were claimed"
    );
    describe_gauge!(WORKER_JOBS, "Jobs that this worker runs");
    describe_counter!(
        JOBS_ENDED,
        "Jobs that this process has ended, by status and failure reason"
    );
    describe_counter!(
        LEASES_LOST,
        "Jobs that this worker had to leave to somebody else"
    );
    describe_counter!(
        TAKEOVERS,
        "Running jobs taken over from other workers, by what became of the container run"
    );
    describe_counter!(
        EFFECTS,
        "Tries to carry out effects on the outside, by kind and outcome"
    );
    describe_histogram!(LAUNCH_STEP, "The steps of starting a container");
    describe_histogram!(APPEND, "Statements that store events");
    describe_counter!(BATCHES, "Batches of events stored");
    describe_counter!(EVENTS, "Events stored");
    describe_counter!(
        PUBLISH_FAILURES,
        "Messages that did not reach Redis; listeners read Postgres"
    );
    describe_counter!(REQUESTS, "HTTP requests, by route, method and status");
    describe_histogram!(REQUEST, "How long requests take until their answer begins");
    describe_gauge!(SOCKETS, "Open REPL WebSockets");
    describe_gauge!(
        VIEWERS,
        "Streams being followed, over WebSockets and as server-sent events"
    );
    describe_counter!(FRAMES, "Frames of events handed to viewers");
    describe_counter!(
        RING_MISSES,
        "Times that a viewer was behind what is in memory"
    );
    describe_counter!(PAGES, "Pages of events read for viewers who are behind");
    // What has not happened is 0 and not unknown.
    for name in [
        LEASES_LOST,
        BATCHES,
        EVENTS,
        PUBLISH_FAILURES,
        FRAMES,
        RING_MISSES,
        PAGES,
    ] {
        counter!(name).increment(0);
    }
    for how in [ADOPTED, RESTARTED] {
        counter!(TAKEOVERS, "how" => how).increment(0);
    }
    for name in [WORKER_JOBS, SOCKETS, VIEWERS] {
        gauge!(name).set(0.0);
    }
}

/// Something that is there for a while; it is counted until it is dropped.
#[derive(Debug)]
#[must_use]
pub struct Present(&'static str);

impl Present {
    fn new(name: &'static str) -> Self {
        gauge!(name).increment(1.0);
        Self(name)
    }

    /// A job on its way through this worker.
    pub fn job() -> Self {
        Self::new(WORKER_JOBS)
    }

    /// An open REPL WebSocket.
    pub fn socket() -> Self {
        Self::new(SOCKETS)
    }

    /// Somebody who follows a stream.
    pub fn viewer() -> Self {
        Self::new(VIEWERS)
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        gauge!(self.0).decrement(1.0);
    }
}

/// A job was claimed after it had been claimable for so long.
pub fn claimed(waited: Duration) {
    histogram!(CLAIM_WAIT).record(waited);
}

/// A job has ended.
pub fn ended(status: JobStatus, reason: Option<FailureReason>) {
    let reason = reason.map_or("none", FailureReason::as_str);
    counter!(JOBS_ENDED, "status" => status.as_str(), "reason" => reason).increment(1);
}

/// A job is somebody else's now.
pub fn lease_lost() {
    counter!(LEASES_LOST).increment(1);
}

/// A running job that another worker had held was taken over: with its container run, or for a new
/// attempt.
pub fn taken_over(new_attempt: bool) {
    let how = if new_attempt { RESTARTED } else { ADOPTED };
    counter!(TAKEOVERS, "how" => how).increment(1);
}

/// A try of an effect on the outside has ended.
pub fn effect(kind: &'static str, how: &'static str) {
    counter!(EFFECTS, "kind" => kind, "how" => how).increment(1);
}

/// A step of starting a container.
pub fn launched(step: &'static str, took: Duration) {
    histogram!(LAUNCH_STEP, "step" => step).record(took);
}

/// A statement that stores events has been answered.
pub fn append_took(took: Duration) {
    histogram!(APPEND).record(took);
}

/// A batch was stored.
pub fn appended(events: u32) {
    counter!(BATCHES).increment(1);
    counter!(EVENTS).increment(u64::from(events));
}

/// Messages did not reach Redis.
pub fn not_published(messages: usize) {
    counter!(PUBLISH_FAILURES).increment(messages as u64);
}

/// A request was answered. `route` is its template and `method` one of a fixed set.
pub fn answered(route: String, method: &'static str, status: u16, took: Duration) {
    counter!(REQUESTS, "route" => route.clone(), "method" => method, "status" => status.to_string())
        .increment(1);
    histogram!(REQUEST, "route" => route, "method" => method).record(took);
}

/// Frames were handed to a viewer.
pub fn shown(frames: usize) {
    counter!(FRAMES).increment(frames as u64);
}

/// A viewer was behind what is in memory.
pub fn ring_missed() {
    counter!(RING_MISSES).increment(1);
}

/// A page was read for viewers who are behind.
pub fn page_read() {
    counter!(PAGES).increment(1);
}
