//! Starting tasks, and being refused.

use super::super::errors;
use super::double::Play;
use super::{Stage, on};
use crate::orchestrator::{LaunchError, Orchestrator as _, Wanted};

fn throttled() -> Play {
    let text = "Rate exceeded (ErrorCode: Throttling)";
    Play::Refuse(errors::of(
        Some("InvalidParameterException"),
        text,
        Some(400),
    ))
}

async fn refused(plays: impl IntoIterator<Item = Play>) -> (Stage, LaunchError) {
    let stage = Stage::new();
    stage.double.plays(plays);
    let error = stage.ecs.launch(&stage.spec).await.unwrap_err();
    (stage, error)
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_starts_no_second_task() {
    let stage = Stage::new();
    stage.double.plays([Play::LoseAnswer, Play::LoseAnswer]);
    let handle = stage.launched().await;
    let state = stage.double.state();
    assert_eq!((state.tasks.len(), state.run_calls), (1, 3));
    assert_eq!(state.tasks[0].arn, handle.id);
}

#[tokio::test(start_paused = true)]
async fn a_worker_killed_before_it_could_store_the_arn_leaves_one_task() {
    let stage = Stage::new();
    let lost = stage.launched().await;
    // Whoever follows launches the same attempt again.
    let found = stage.another().launch(&stage.spec).await.unwrap();
    assert_eq!(found.handle, lost);
    assert_eq!(stage.double.state().tasks.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_worker_with_other_settings_adopts_the_task_of_the_first() {
    let mut stage = Stage::new();
    let lost = stage.launched().await;
    stage.spec.env[1].1 = "wss://another.example".to_owned();
    let found = on(&stage.double, &stage.spec).launch(&stage.spec).await;
    assert_eq!(found.unwrap().handle, lost);
    assert_eq!(stage.double.state().tasks.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_next_attempt_is_another_task() {
    let mut stage = Stage::new();
    let first = stage.launched().await;
    stage.spec.attempt = 2;
    assert_ne!(stage.launched().await.id, first.id);
}

#[tokio::test(start_paused = true)]
async fn throttling_is_waited_out() {
    let stage = Stage::new();
    stage.double.plays([throttled(), throttled(), throttled()]);
    stage.launched().await;
    assert_eq!(stage.double.state().run_calls, 4);
    assert!(stage.ecs.is_ready().await);
}

#[tokio::test(start_paused = true)]
async fn throttling_that_lasts_is_told_and_no_new_job_is_taken() {
    let (stage, error) = refused(std::iter::repeat_with(throttled).take(5)).await;
    assert!(matches!(error, LaunchError::Unreachable(_)), "{error:?}");
    assert!(!stage.ecs.is_ready().await);
    tokio::time::advance(super::super::BREATHER).await;
    assert!(stage.ecs.is_ready().await);
}

#[tokio::test(start_paused = true)]
async fn capacity_that_is_lacking_under_200_is_no_task() {
    for (reason, word) in [
        ("RESOURCE:MEMORY", "memory"),
        ("RESOURCE:CPU", "processors"),
        ("RESOURCE:ENI", "network interfaces"),
        ("AGENT", "agents"),
        ("Capacity is unavailable at this time.", "capacity"),
    ] {
        let (stage, error) = refused([Play::Nowhere(reason)]).await;
        let LaunchError::NoCapacity(why) = error else {
            panic!("{reason}: {error:?}");
        };
        assert!(why.contains(word) && why.contains(reason), "{why}");
        assert!(!stage.ecs.is_ready().await);
        // When there is room again, the same attempt finds it.
        stage.launched().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_cluster_without_machines_lacks_capacity() {
    let text = "No Container Instances were found in your cluster.";
    let error = errors::of(Some("InvalidParameterException"), text, Some(400));
    let (_, error) = refused([Play::Refuse(error)]).await;
    assert!(matches!(error, LaunchError::NoCapacity(_)), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn other_failures_and_refusals_fail_the_attempt() {
    let (_, error) = refused([Play::Nowhere("ATTRIBUTE")]).await;
    assert!(matches!(error, LaunchError::Failed(_)), "{error:?}");
    let text = "User is not authorized to perform: ecs:RunTask";
    let denied = errors::of(Some("AccessDeniedException"), text, Some(400));
    let (stage, error) = refused([Play::Refuse(denied)]).await;
    let LaunchError::Failed(why) = &error else {
        panic!("{error:?}");
    };
    assert!(format!("{why:#}").contains("ecs:RunTask"), "{why:#}");
    assert_eq!(stage.double.state().run_calls, 1, "a refusal is final");
}

#[tokio::test(start_paused = true)]
async fn overrides_that_are_too_long_are_not_sent() {
    let mut stage = Stage::new();
    stage.spec.env[1].1 = "x".repeat(8192);
    let error = stage.ecs.launch(&stage.spec).await.unwrap_err();
    assert!(matches!(error, LaunchError::Failed(_)), "{error:?}");
    assert_eq!(stage.double.state().run_calls, 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_wanted_any_more_is_not_started() {
    let mut stage = Stage::new();
    stage.spec.wanted = Wanted::while_true(|| false);
    let error = stage.ecs.launch(&stage.spec).await.unwrap_err();
    assert!(matches!(error, LaunchError::Unwanted), "{error:?}");
    assert_eq!(stage.double.state().tasks.len(), 0);
}
