//! The Docker engine or its host goes away and comes back. Each test has an engine of its own.

use leo_protocol::event::EventKind;
use leo_protocol::http::Job;
use leo_protocol::{FailureReason, JobId, JobStatus, LogStream};
use leo_tests::private_engine::Ending;
use leo_tests::{Leo, Mode, PrivateEngine, Repl, Transcript, wait_for};

/// Its first attempt hangs when it has written its files; another one goes on if it finds them.
const IN_TWO_PARTS: &str = "lines 1; write a.txt kept; \
    event {\"type\":\"checkpoint\",\"phase\":1,\"state\":{\"step\":7}}; stay ../.leo/mark; \
    read ../.leo/job.json; read a.txt; write b.txt new";

/// The engine, or a printed reason why there is none and nothing can be shown.
async fn engine(live_restore: bool) -> Option<PrivateEngine> {
    or_told(match live_restore {
        true => PrivateEngine::start_with_live_restore().await,
        false => PrivateEngine::start().await,
    })
}

#[expect(clippy::print_stderr, reason = "a test that was skipped says so")]
fn or_told(started: Result<PrivateEngine, String>) -> Option<PrivateEngine> {
    started
        .inspect_err(|reason| eprintln!("skipped: {reason}"))
        .ok()
}

async fn start(engine: &PrivateEngine) -> Leo {
    let leo = Leo::in_mode(Mode::Docker).on_engine(engine.host());
    leo.set("LEASE_SECONDS", "3")
        .set("LOST_AFTER", "8")
        .start()
        .await
}

fn infos(transcript: &Transcript, job: JobId) -> String {
    let infos = transcript
        .of_job(job)
        .filter_map(|event| match &event.kind {
            Some(EventKind::Info { message }) => Some(format!("{message}\n")),
            _ => None,
        });
    infos.collect()
}

/// Runs the job to the place where it hangs, has `harm` happen, and shows that a second attempt
/// goes on from the files of the first.
async fn goes_on_after(harm: impl AsyncFnOnce(&mut Leo, &mut PrivateEngine)) {
    let Some(mut engine) = engine(false).await else {
        return;
    };
    let mut leo = start(&engine).await;
    let client = leo.client();
    let job = client.submit(IN_TWO_PARTS).await;
    let session = job.session_id;
    let mut viewer = Repl::viewing(&client, session, 0).await;
    viewer
        .event(session, "checkpoint", |event| {
            matches!(event.kind, Some(EventKind::Checkpoint { .. }))
        })
        .await;
    harm(&mut leo, &mut engine).await;
    viewer.end(session, job.id).await;
    let transcript = viewer.transcript(session);
    transcript.assert_whole(job.id);
    let said = infos(transcript, job.id);
    assert!(
        said.contains("attempt 1 failed: the Docker engine or its host restarted"),
        "{said}"
    );
    assert!(
        said.contains("attempt 2 begins with the files that attempt 1 has left"),
        "{said}"
    );
    let lines = transcript.lines(job.id, LogStream::Stdout).concat();
    assert!(
        lines.contains("\"step\": 7") && lines.contains("\"attempt\": 2"),
        "{lines}"
    );
    let ended = client.job(job.id).await;
    assert_eq!((ended.status, ended.attempt), (JobStatus::Completed, 2));
    assert_eq!(client.file(job.id, "a.txt").await, b"kept");
    assert_eq!(client.file(job.id, "b.txt").await, b"new");
    leo.cleared().await;
    wait_for("removal of what was only carried over", async || {
        (packs(&leo) == 1).then_some(())
    })
    .await;
}

fn packs(leo: &Leo) -> usize {
    let mut folders = vec![leo.artifacts()];
    let mut packs = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            packs += usize::from(path.extension().is_some_and(|name| name == "pack"));
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
    packs
}

#[tokio::test]
async fn an_engine_that_is_restarted_takes_its_containers_along() {
    Box::pin(goes_on_after(async |_, engine| {
        engine.end(Ending::Asked).await;
        engine.begin().await;
    }))
    .await;
}

#[tokio::test]
async fn an_engine_that_was_killed_ends_what_it_had_left_running() {
    Box::pin(goes_on_after(async |_, engine| {
        engine.end(Ending::Killed).await;
        engine.begin().await;
    }))
    .await;
}

#[tokio::test]
async fn the_worker_goes_down_with_its_engine() {
    Box::pin(goes_on_after(async |leo, engine| {
        leo.worker(0).kill();
        engine.end(Ending::Asked).await;
        engine.begin().await;
        leo.start_worker().await;
    }))
    .await;
}

#[tokio::test]
async fn the_host_goes_down_with_all_that_runs() {
    Box::pin(goes_on_after(async |leo, engine| {
        leo.worker(0).kill();
        engine.reboot().await;
        leo.start_worker().await;
    }))
    .await;
}

#[tokio::test]
async fn the_host_goes_down_and_the_worker_is_elsewhere() {
    Box::pin(goes_on_after(async |_, engine| engine.reboot().await)).await;
}

#[tokio::test]
async fn what_was_complete_before_the_engine_went_stays_complete() {
    let Some(mut engine) = engine(false).await else {
        return;
    };
    let mut leo = start(&engine).await;
    let client = leo.client();
    let job = client
        .submit(
            "write a.txt x; event {\"type\":\"generation_complete\",\"files\":[],\"phases\":1}; \
             sleep 2000; quiet",
        )
        .await;
    let session = job.session_id;
    let mut viewer = Repl::viewing(&client, session, 0).await;
    let complete = |event: &leo_protocol::Event| {
        matches!(event.kind, Some(EventKind::GenerationComplete { .. }))
    };
    viewer
        .event(session, "word of the generator", complete)
        .await;
    leo.worker(0).kill();
    wait_for("end of the container", async || {
        (leo.generators().await == 0).then_some(())
    })
    .await;
    engine.end(Ending::Asked).await;
    engine.begin().await;
    leo.start_worker().await;
    viewer.end(session, job.id).await;
    let job = client.job(job.id).await;
    assert_eq!((job.status, job.attempt), (JobStatus::Completed, 1));
    leo.cleared().await;
}

/// Runs a job during whose run the engine is away for a while. The engine comes first, so that the
/// installation ends before it.
async fn across_a_restart(script: &str) -> Option<(PrivateEngine, Leo, Job, Transcript)> {
    let mut engine = engine(true).await?;
    let leo = start(&engine).await;
    let client = leo.client();
    let job = client.submit(script).await;
    let session = job.session_id;
    let mut viewer = Repl::viewing(&client, session, 0).await;
    viewer.line(session, job.id, "tick 5").await;
    engine.end(Ending::Asked).await;
    engine.begin().await;
    viewer.end(session, job.id).await;
    let transcript = viewer.transcript(session).clone();
    let job = client.job(job.id).await;
    leo.cleared().await;
    Some((engine, leo, job, transcript))
}

#[tokio::test]
async fn a_live_restore_engine_that_is_restarted_loses_nothing() {
    let script = "tick 150 100; write a.txt x";
    let Some((_engine, _leo, job, transcript)) = Box::pin(across_a_restart(script)).await else {
        return;
    };
    assert_eq!((job.status, job.attempt), (JobStatus::Completed, 1));
    let ticks: Vec<_> = (1..=150).map(|n| format!("tick {n}")).collect();
    assert_eq!(transcript.lines(job.id, LogStream::Stdout), ticks);
}

#[tokio::test]
async fn what_ends_itself_while_a_live_restore_engine_is_away_has_ended_itself() {
    // It ends 100 ms after the line that the test waits for, and the engine takes longer.
    let script = "tick 6 100; exit 143";
    let Some((_engine, _leo, job, _)) = Box::pin(across_a_restart(script)).await else {
        return;
    };
    assert_eq!((job.status, job.attempt), (JobStatus::Failed, 1));
    assert_eq!(job.error.unwrap().reason, FailureReason::ExitCode);
}

#[tokio::test]
async fn an_engine_that_is_away_costs_no_attempt() {
    let Some(mut engine) = engine(false).await else {
        return;
    };
    let leo = start(&engine).await;
    let client = leo.client();
    engine.end(Ending::Asked).await;
    let job = client.submit("lines 1; write a.txt x").await;
    let session = job.session_id;
    let mut viewer = Repl::viewing(&client, session, 0).await;
    let waits = |event: &leo_protocol::Event| match &event.kind {
        Some(EventKind::Info { message }) => message.contains("does not answer"),
        _ => false,
    };
    viewer.event(session, "word of the engine", waits).await;
    // With its engine away, the worker leaves other jobs to others.
    let other = client.submit("write a.txt y").await;
    engine.begin().await;
    viewer.end(session, job.id).await;
    let job = client.job(job.id).await;
    assert_eq!((job.status, job.attempt), (JobStatus::Completed, 1));
    let other = client.ended(other.id).await;
    assert_eq!((other.status, other.attempt), (JobStatus::Completed, 1));
    leo.cleared().await;
}

#[tokio::test]
async fn a_job_can_be_cancelled_while_the_engine_is_away() {
    let Some(mut engine) = engine(false).await else {
        return;
    };
    let leo = start(&engine).await;
    let client = leo.client();
    let job = client.submit("lines 1; hang").await;
    let session = job.session_id;
    let mut viewer = Repl::viewing(&client, session, 0).await;
    viewer.line(session, job.id, "line 1").await;
    engine.end(Ending::Killed).await;
    client.cancel(job.id).await;
    let end = viewer.end(session, job.id).await;
    assert_eq!(end.kind, Some(EventKind::Cancelled { request_id: job.id }));
    engine.begin().await;
    leo.cleared().await;
}

/// The generator meets a full disk and ends by itself; the user is told why.
#[tokio::test]
async fn the_disk_of_a_job_is_limited_hard() {
    let Some(engine) = or_told(PrivateEngine::start_with_quotas().await) else {
        return;
    };
    let leo = Leo::in_mode(Mode::Docker)
        .on_engine(engine.host())
        .set("WORKSPACE_LIMIT", "1MiB")
        .start()
        .await;
    let client = leo.client();
    let job = client.submit("fill big 1000; exit 1").await;
    let job = client.ended(job.id).await;
    let transcript = client.events(job.session_id, 100).await;
    let said = transcript.lines(job.id, LogStream::Stdout);
    assert_eq!(said[0], "full: No space left on device", "{said:?}");
    let error = job.error.unwrap();
    assert_eq!(
        error.reason,
        FailureReason::DiskLimit,
        "{said:?}, {}",
        error.message
    );
    assert!(error.message.contains("more than 1 MiB of disk"));
    leo.cleared().await;
}
