//! Output, ends, and finding runs again.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use leo_protocol::JobId;
use leo_worker::orchestrator::{
    CollectError, LaunchError, OutputStream, RunExit, RunHandle, Wanted,
};
use tokio::time::timeout;

use crate::stage::{DEADLINE, LIMITS, Stage, code, exited, text};

const COMPLETE: &str = "{\"type\":\"generation_complete\",\"files\":[],\"phases\":1}\n";

/// Long enough not to pass by itself in a test.
const LONG_GRACE: Duration = Duration::from_secs(30);

fn numbered(count: u32) -> String {
    (1..=count).map(|n| format!("line {n}\n")).collect()
}

pub(crate) async fn all_output_arrives_and_reads_the_same_from_anywhere(stage: &Stage) {
    let spec =
        stage.spec("lines 20000;err 500;bytes 0a0a;long 100000;long 16384;partial tail;quiet");
    let (handle, output, exit) = stage.run(&spec).await;
    assert_eq!(exit, exited(0));
    let long = |length| format!("{}\n", "x".repeat(length));
    let stdout = format!(
        "{}\n\n{}{}tail",
        numbered(20_000),
        long(100_000),
        long(16_384)
    );
    assert!(
        text(&output, OutputStream::Stdout) == stdout,
        "stdout is not what was printed"
    );
    assert!(
        text(&output, OutputStream::Stderr) == numbered(500),
        "stderr is not what was printed"
    );
    for (index, entry) in output.iter().enumerate() {
        assert_eq!(entry.position, index as u64 + 1);
    }
    for after in [
        0,
        1,
        777,
        20_499,
        output.len() - 1,
        output.len(),
        output.len() + 5,
    ] {
        let again = stage.output(&handle, after as u64).await;
        let expected = output.get(after..).unwrap_or_default();
        assert!(
            again == expected,
            "reading again after {after} gives something else"
        );
    }
}

pub(crate) async fn output_is_live_and_reads_the_same_afterwards(stage: &Stage) {
    let script = "lines 3;err 2;event live;hang";
    let handle = stage.start(script).await;
    let mut entries = stage.orchestrator.output(&handle, 0).await.unwrap();
    let mut live = Vec::new();
    while live.len() < 6 {
        live.push(
            timeout(DEADLINE, entries.next())
                .await
                .unwrap()
                .unwrap()
                .unwrap(),
        );
    }
    stage.orchestrator.stop(&handle, LONG_GRACE).await.unwrap();
    assert!(timeout(DEADLINE, entries.next()).await.unwrap().is_none());
    assert_eq!(stage.output(&handle, 0).await, live);
}

pub(crate) async fn many_short_runs_lose_no_last_line(stage: &Stage) {
    for _ in 0..10 {
        let (handle, output, _) = stage.run(&stage.spec("lines 50")).await;
        let expected = format!("{}{COMPLETE}", numbered(50));
        assert_eq!(text(&output, OutputStream::Stdout), expected);
        stage.orchestrator.remove(&handle).await.unwrap();
    }
}

pub(crate) async fn the_exit_code_is_the_generators(stage: &Stage) {
    for code in [0, 3, 255] {
        let (handle, _, exit) = stage.run(&stage.spec(&format!("exit {code}"))).await;
        assert_eq!(exit, exited(code));
        assert_eq!(
            stage.wait(&handle).await,
            exited(code),
            "waiting again tells the same"
        );
        stage.orchestrator.stop(&handle, LONG_GRACE).await.unwrap();
    }
}

pub(crate) async fn stop_asks_first(stage: &Stage) {
    let handle = stage.start("event ready;hang").await;
    stage.printed(&handle, "ready").await;
    let begun = Instant::now();
    timeout(DEADLINE, stage.orchestrator.stop(&handle, LONG_GRACE))
        .await
        .unwrap()
        .unwrap();
    assert!(begun.elapsed() < LONG_GRACE, "SIGTERM did not end it");
    assert_eq!(code(stage.wait(&handle).await), Some(143));
}

pub(crate) async fn stop_insists_in_the_end(stage: &Stage) {
    let handle = stage.start("trap;event ready;hang").await;
    stage.printed(&handle, "ready").await;
    let begun = Instant::now();
    let grace = Duration::from_millis(300);
    timeout(DEADLINE, stage.orchestrator.stop(&handle, grace))
        .await
        .unwrap()
        .unwrap();
    assert!(begun.elapsed() >= grace, "it was killed before its time");
    assert_eq!(code(stage.wait(&handle).await), Some(137));
}

pub(crate) async fn a_second_launch_finds_the_first(stage: &Stage) {
    let spec = stage.spec("event once;hang");
    let first = stage.launch(&spec).await;
    assert!(!first.steps.is_empty());
    stage.printed(&first.handle, "once").await;
    let second = stage.launch(&spec).await;
    assert_eq!(second.handle, first.handle);
    assert!(second.steps.is_empty());
    stage
        .orchestrator
        .stop(&first.handle, LONG_GRACE)
        .await
        .unwrap();
    assert_eq!(
        stage.launch(&spec).await.handle,
        first.handle,
        "an ended one is found as well"
    );
    assert_eq!(
        stage.output(&first.handle, 0).await.len(),
        1,
        "it ran twice"
    );
}

pub(crate) async fn what_is_gone_is_told_as_gone(stage: &Stage) {
    let removed = stage.start("hang").await;
    stage.orchestrator.remove(&removed).await.unwrap();
    let unknown = RunHandle {
        job: JobId::generate(),
        attempt: 1,
        id: "1".repeat(64),
    };
    for handle in [removed, unknown] {
        assert_eq!(stage.wait(&handle).await, RunExit::Lost);
        assert_eq!(stage.output(&handle, 0).await, []);
        stage.orchestrator.stop(&handle, LONG_GRACE).await.unwrap();
        let folder = stage.new_folder();
        let collected = stage.orchestrator.collect(&handle, &folder, LIMITS).await;
        assert!(
            matches!(collected, Err(CollectError::Gone)),
            "{collected:?}"
        );
        stage.orchestrator.remove(&handle).await.unwrap();
    }
}

pub(crate) async fn list_shows_each_run_until_it_is_removed(stage: &Stage) {
    assert_eq!(stage.orchestrator.list().await.unwrap(), []);
    let running = stage.start("hang").await;
    let ended = stage.start("exit 1").await;
    stage.wait(&ended).await;
    let mut found = stage.orchestrator.list().await.unwrap();
    found.sort_by_key(|run| run.running);
    let found: Vec<_> = found
        .into_iter()
        .map(|run| (run.handle, run.running))
        .collect();
    assert_eq!(found, [(ended.clone(), false), (running.clone(), true)]);
    stage.orchestrator.remove(&running).await.unwrap();
    stage.orchestrator.remove(&ended).await.unwrap();
    assert_eq!(stage.orchestrator.list().await.unwrap(), []);
}

pub(crate) async fn what_is_not_wanted_any_more_does_not_start(stage: &Stage) {
    let mut spec = stage.spec("");
    spec.wanted = Wanted::while_true(|| false);
    let launched = stage.orchestrator.launch(&spec).await;
    assert!(
        matches!(launched, Err(LaunchError::Unwanted)),
        "{launched:?}"
    );
    assert_eq!(stage.orchestrator.list().await.unwrap(), []);
    // One that runs already is found all the same: it is the caller's to stop.
    spec.wanted = Wanted::always();
    let first = stage.launch(&spec).await.handle;
    spec.wanted = Wanted::while_true(|| false);
    assert_eq!(stage.launch(&spec).await.handle, first);
}
