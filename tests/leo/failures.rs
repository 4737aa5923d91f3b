//! Jobs that end badly, each with its reason.

use leo_protocol::http::{Job, JobError};
use leo_protocol::{EventKind, FailureReason, JobStatus};
use leo_tests::installation::Builder;
use leo_tests::{Leo, Mode, Transcript};

in_both_modes! {
    an_exit_code_fails_the_job_and_its_files_are_kept,
    a_job_that_takes_too_long_is_stopped,
    a_silent_job_is_stopped_and_heartbeats_do_not_count,
    a_flood_of_output_is_cut_off,
    an_empty_workspace_is_no_app,
    a_workspace_beyond_the_limit_is_refused,
}

/// Runs a script that is expected to fail; the job and its stream. Nothing of it is left running.
async fn fail(builder: Builder, script: &str) -> (Leo, Job, Transcript) {
    let leo = builder.start().await;
    let client = leo.client();
    let job = client.submit(script).await;
    let job = client.ended(job.id).await;
    let transcript = client.events(job.session_id, 1000).await;
    transcript.assert_whole(job.id);
    assert_eq!(
        job.status,
        JobStatus::Failed,
        "{:?}",
        transcript.types(job.id)
    );
    let end = transcript.end(job.id).unwrap().kind.clone();
    let JobError { reason, message } = job.error.clone().unwrap();
    assert_eq!(
        end,
        Some(EventKind::Failed {
            request_id: job.id,
            reason,
            message
        })
    );
    leo.cleared().await;
    (leo, job, transcript)
}

fn reason(job: &Job) -> FailureReason {
    job.error.as_ref().unwrap().reason
}

fn message(job: &Job) -> &str {
    &job.error.as_ref().unwrap().message
}

async fn an_exit_code_fails_the_job_and_its_files_are_kept(mode: Mode) {
    let script = "lines 2; write a.txt so far; exit 3";
    let (leo, job, transcript) = fail(Leo::in_mode(mode), script).await;
    assert_eq!(reason(&job), FailureReason::ExitCode);
    assert!(message(&job).contains("exit code 3"), "{}", message(&job));
    assert_eq!(transcript.log(job.id).count(), 2);
    assert!(leo.client().files(job.id).await.partial);
    assert_eq!(leo.client().zip(job.id).await["a.txt"], b"so far");
}

async fn a_job_that_takes_too_long_is_stopped(mode: Mode) {
    let builder = Leo::in_mode(mode).set("JOB_TIMEOUT", "2s");
    let (_leo, job, transcript) = fail(builder, "lines 1; tick 1000 100").await;
    assert_eq!(reason(&job), FailureReason::Timeout);
    assert_eq!(transcript.log(job.id).next().unwrap().line, "line 1");
}

async fn a_silent_job_is_stopped_and_heartbeats_do_not_count(mode: Mode) {
    let builder = Leo::in_mode(mode).set("NO_OUTPUT_TIMEOUT", "2s");
    let beats =
        "event {\"type\":\"heartbeat\",\"phase\":1,\"iteration\":1}; sleep 300; ".repeat(100);
    let (_leo, job, transcript) = fail(builder, &format!("lines 1; {beats}")).await;
    assert_eq!(reason(&job), FailureReason::NoOutput);
    let types = transcript.types(job.id);
    assert!(types.iter().any(|name| name == "heartbeat"), "{types:?}");
}

async fn a_flood_of_output_is_cut_off(mode: Mode) {
    const LIMIT: u64 = 200 << 10;
    let builder = Leo::in_mode(mode).set("OUTPUT_LIMIT", "200KiB");
    let (_leo, job, transcript) = fail(builder, "spam 60000").await;
    assert_eq!(reason(&job), FailureReason::OutputLimit);
    let bytes: usize = transcript.log(job.id).map(|log| log.line.len() + 1).sum();
    assert!((1..=LIMIT).contains(&(bytes as u64)), "{bytes}");
    let told = transcript.of_job(job.id).filter(|event| {
        matches!(
            event.kind,
            Some(EventKind::OutputTruncated { limit: LIMIT })
        )
    });
    assert_eq!(told.count(), 1);
}

async fn an_empty_workspace_is_no_app(mode: Mode) {
    let (_leo, job, _) = fail(Leo::in_mode(mode), "lines 1").await;
    assert_eq!(reason(&job), FailureReason::ArtifactRejected);
    assert!(
        message(&job).contains("without leaving any files"),
        "{}",
        message(&job)
    );
}

async fn a_workspace_beyond_the_limit_is_refused(mode: Mode) {
    let builder = Leo::in_mode(mode).set("WORKSPACE_LIMIT", "1MiB");
    let (leo, job, _) = fail(builder, "write a.txt x; sparse big 2000000").await;
    assert_eq!(reason(&job), FailureReason::ArtifactRejected);
    let answer = leo
        .client()
        .get(&format!("/api/jobs/{}/download", job.id))
        .await;
    assert_eq!(
        (answer.status, answer.problem().code.as_str()),
        (404, "no_files")
    );
}

#[tokio::test]
async fn a_missing_image_fails_the_job_at_once() {
    let builder = Leo::in_mode(Mode::Docker).image("leo-test-image-that-nobody-has");
    let (_leo, job, _) = fail(builder, "lines 1").await;
    assert_eq!(
        (reason(&job), job.attempt),
        (FailureReason::ImageMissing, 1)
    );
    assert!(
        message(&job).contains("leo-test-image-that-nobody-has"),
        "{}",
        message(&job)
    );
}

#[tokio::test]
async fn a_container_that_takes_all_memory_is_told_apart() {
    let builder = Leo::in_mode(Mode::Docker).set("CONTAINER_MEMORY", "64MiB");
    let (_leo, job, _) = fail(builder, "lines 1; oom").await;
    assert_eq!(reason(&job), FailureReason::OutOfMemory);
}
