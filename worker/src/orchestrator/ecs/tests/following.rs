//! Looking at tasks while they start, run and vanish.

use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::time::Instant;

use super::super::errors;
use super::{Stage, on, spec};
use crate::orchestrator::{Orchestrator as _, RunExit, RunFailure, StartStep};

const GRACE: Duration = Duration::from_secs(5);

#[tokio::test(start_paused = true)]
async fn each_step_of_a_start_is_told() {
    let stage = Stage::new();
    let handle = stage.launched().await;
    let mut steps = stage.ecs.start(&handle, true).unwrap().steps;
    for status in ["PROVISIONING", "PENDING"] {
        stage.double.happens(|task| task.status = status.to_owned());
        let step = status.to_lowercase();
        loop {
            match steps.next().await.unwrap() {
                StartStep::In { step: now } if now == step => break,
                StartStep::In { .. } | StartStep::Done { .. } => {}
                StartStep::Runs => panic!("it does not run yet"),
            }
        }
    }
    stage
        .double
        .happens(|task| task.status = "RUNNING".to_owned());
    let rest: Vec<_> = steps.collect().await;
    assert_eq!(rest.last(), Some(&StartStep::Runs));
    let mut done = rest.iter().filter_map(|step| match step {
        StartStep::Done { step, took } => Some((*step, *took)),
        StartStep::In { .. } | StartStep::Runs => None,
    });
    let (_, took) = done.find(|(step, _)| *step == "running").unwrap();
    assert!(took > Duration::ZERO, "the whole start is told");
}

#[tokio::test(start_paused = true)]
async fn a_start_that_fails_has_no_more_steps() {
    let stage = Stage::new();
    let handle = stage.launched().await;
    stage.double.happens(|task| {
        task.status = "STOPPED".to_owned();
        task.stop_code = Some("TaskFailedToStart".to_owned());
    });
    let steps = stage.ecs.start(&handle, true).unwrap().steps;
    assert_eq!(steps.collect::<Vec<_>>().await, []);
}

#[tokio::test(start_paused = true)]
async fn one_call_looks_at_a_hundred_tasks() {
    let mut stage = Stage::new();
    let mut handles = Vec::new();
    for _ in 0..150 {
        stage.spec = super::spec();
        handles.push(stage.launched().await);
    }
    for task in &mut stage.double.state().tasks {
        task.status = "STOPPED".to_owned();
        task.containers[0].exit_code = Some(0);
    }
    let ends = handles.iter().map(|handle| stage.ecs.wait(handle));
    let ends = futures_util::future::join_all(ends).await;
    assert!(ends.into_iter().all(|end| end.is_ok()));
    let described = stage.double.state().described.clone();
    assert_eq!(described, [100, 50]);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_not_known_yet_is_waited_for() {
    let stage = Stage::new();
    let handle = stage.launched().await;
    let known = std::mem::take(&mut stage.double.state().tasks);
    let comes = async {
        tokio::time::sleep(Duration::from_secs(20)).await;
        stage.double.state().tasks = known;
        stage.double.happens(|task| {
            task.status = "STOPPED".to_owned();
            task.containers[0].exit_code = Some(0);
        });
    };
    let (end, ()) = tokio::join!(stage.ecs.wait(&handle), comes);
    assert!(
        matches!(end, Ok(RunExit::Exited { code: 0, .. })),
        "{end:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_task_that_nobody_knows_is_lost() {
    let stage = Stage::new();
    let handle = stage.launched().await;
    stage.double.state().tasks.clear();
    let asked = Instant::now();
    assert_eq!(stage.ecs.wait(&handle).await.unwrap(), RunExit::Lost);
    assert!(asked.elapsed() >= Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn an_ecs_that_cannot_be_asked_is_told_and_asked_again() {
    let stage = Stage::new();
    let handle = stage.launched().await;
    let throttled = errors::of(Some("ThrottlingException"), "Rate exceeded", Some(400));
    let blind = std::iter::repeat_n(throttled, 4);
    stage.double.state().blind.extend(blind);
    stage.double.happens(|task| {
        task.status = "STOPPED".to_owned();
        task.containers[0].exit_code = Some(0);
    });
    let mut failures = 0;
    let end = loop {
        match stage.ecs.wait(&handle).await {
            Ok(end) => break end,
            Err(_) => failures += 1,
        }
    };
    assert!(failures > 0 && matches!(end, RunExit::Exited { code: 0, .. }));
}

#[tokio::test(start_paused = true)]
async fn the_output_ends_with_the_task() {
    let stage = Stage::new();
    let handle = stage.launched().await;
    let output = stage.ecs.output(&handle, 0).await.unwrap();
    stage
        .double
        .happens(|task| task.status = "STOPPED".to_owned());
    assert_eq!(output.count().await, 0);
}

#[tokio::test(start_paused = true)]
async fn a_stopped_task_has_ended() {
    let stage = Stage::new();
    let handle = stage.launched().await;
    stage
        .double
        .happens(|task| task.status = "RUNNING".to_owned());
    stage.ecs.stop(&handle, GRACE).await.unwrap();
    let end = stage.ecs.wait(&handle).await.unwrap();
    assert!(matches!(end, RunExit::Exited { code: 143, .. }), "{end:?}");
    // What has ended, or was never there, is fine.
    stage.ecs.remove(&handle).await.unwrap();
    assert_eq!(
        stage.double.state().stopped.len(),
        1,
        "it is not stopped again"
    );
    stage.double.state().tasks.clear();
    stage.another().remove(&handle).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_start_is_not_waited_for_to_be_cleared_away() {
    let stage = Stage::new();
    let handle = stage.launched().await;
    stage.double.happens(|task| {
        task.status = "DEPROVISIONING".to_owned();
        task.stop_code = Some("UserInitiated".to_owned());
    });
    let end = stage.ecs.wait(&handle).await.unwrap();
    let lost = matches!(
        &end,
        RunExit::Failed {
            what: RunFailure::Lost,
            ..
        }
    );
    assert!(lost, "{end:?}");
}

#[tokio::test(start_paused = true)]
async fn any_worker_of_the_cluster_takes_over_by_arn() {
    let stage = Stage::new();
    let handle = stage.launched().await;
    let another = stage.another();
    assert_eq!(another.host(), stage.ecs.host());
    stage.double.happens(|task| {
        task.status = "STOPPED".to_owned();
        task.containers[0].exit_code = Some(0);
    });
    let end = another.wait(&handle).await.unwrap();
    assert!(matches!(end, RunExit::Exited { code: 0, .. }), "{end:?}");
    let elsewhere = super::Ecs::new(
        stage.double.clone(),
        super::config(spec().instance),
        "arn:cluster/other",
    );
    assert_ne!(elsewhere.host(), on(&stage.double, &stage.spec).host());
}
