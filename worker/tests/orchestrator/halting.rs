//! Halting a run, and what can be done with a halted one.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use leo_worker::orchestrator::{OutputStream, RunHandle};
use tokio::time::timeout;

use crate::stage::{DEADLINE, Stage, code, exited, text};

/// Long enough not to pass by itself in a test.
const LONG_GRACE: Duration = Duration::from_secs(30);
/// A halted run that said something in this time would have said it every 20 ms.
const LONG_SILENCE: Duration = Duration::from_millis(400);

/// A run that ticks, halted after its first line.
async fn halted(stage: &Stage, script: &str) -> RunHandle {
    let handle = stage.start(script).await;
    stage.printed(&handle, "tick 1").await;
    assert!(!stage.orchestrator.is_paused(&handle).await.unwrap());
    for _ in 0..2 {
        stage.orchestrator.pause(&handle).await.unwrap();
        assert!(stage.orchestrator.is_paused(&handle).await.unwrap());
    }
    handle
}

pub(crate) async fn a_halted_one_says_nothing_until_it_goes_on(stage: &Stage) {
    let handle = halted(stage, "tick 60 20;quiet").await;
    assert!(stage.orchestrator.list().await.unwrap()[0].running);
    let mut entries = stage.orchestrator.output(&handle, 0).await.unwrap();
    // What was on its way when it was halted still arrives.
    while timeout(LONG_SILENCE, entries.next())
        .await
        .is_ok_and(|entry| entry.is_some())
    {}
    let waiting = timeout(LONG_SILENCE, stage.orchestrator.wait(&handle)).await;
    assert!(waiting.is_err(), "a halted one has not ended");
    for _ in 0..2 {
        stage.orchestrator.resume(&handle).await.unwrap();
        assert!(!stage.orchestrator.is_paused(&handle).await.unwrap());
    }
    assert_eq!(stage.wait(&handle).await, exited(0));
    let expected: String = (1..=60).map(|n| format!("tick {n}\n")).collect();
    let output = stage.output(&handle, 0).await;
    assert_eq!(text(&output, OutputStream::Stdout), expected);
}

pub(crate) async fn a_halted_one_ends_when_asked(stage: &Stage) {
    let handle = halted(stage, "tick 5000 20").await;
    let begun = Instant::now();
    stage.orchestrator.stop(&handle, LONG_GRACE).await.unwrap();
    assert!(begun.elapsed() < LONG_GRACE, "SIGTERM did not end it");
    assert_eq!(code(stage.wait(&handle).await), Some(143));
}

pub(crate) async fn a_halted_one_that_insists_is_killed(stage: &Stage) {
    let handle = halted(stage, "trap;tick 5000 20").await;
    let grace = Duration::from_millis(300);
    let stopped = timeout(DEADLINE, stage.orchestrator.stop(&handle, grace));
    stopped.await.unwrap().unwrap();
    assert_eq!(code(stage.wait(&handle).await), Some(137));
}

pub(crate) async fn a_halted_one_can_be_removed(stage: &Stage) {
    let handle = halted(stage, "tick 5000 20").await;
    let removed = timeout(DEADLINE, stage.orchestrator.remove(&handle));
    removed.await.unwrap().unwrap();
    assert_eq!(stage.orchestrator.list().await.unwrap(), []);
}

pub(crate) async fn what_has_ended_or_is_gone_cannot_be_halted(stage: &Stage) {
    let handle = stage.start("lines 1").await;
    stage.wait(&handle).await;
    for _ in ["ended", "gone"] {
        stage.orchestrator.pause(&handle).await.unwrap();
        assert!(!stage.orchestrator.is_paused(&handle).await.unwrap());
        stage.orchestrator.resume(&handle).await.unwrap();
        stage.orchestrator.remove(&handle).await.unwrap();
    }
}
