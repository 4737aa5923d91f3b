//! How tasks end, and what is told of it.

use super::super::api::Task;
use super::Stage;
use crate::orchestrator::{Loss, Orchestrator as _, RunExit, RunFailure};

/// What a task comes to that ends like this.
async fn end(change: impl FnOnce(&mut Task)) -> RunExit {
    let stage = Stage::new();
    let handle = stage.launched().await;
    stage.double.happens(|task| {
        task.status = "STOPPED".to_owned();
        change(task);
    });
    stage.ecs.wait(&handle).await.unwrap()
}

fn stopped(task: &mut Task, code: &str, reason: &str) {
    task.stop_code = Some(code.to_owned());
    task.stopped_reason = Some(reason.to_owned());
}

fn exited(code: i64, loss: Option<Loss>) -> RunExit {
    RunExit::Exited {
        code,
        out_of_memory: false,
        loss,
    }
}

fn failed(exit: RunExit) -> (RunFailure, String) {
    match exit {
        RunExit::Failed { what, why } => (what, why),
        RunExit::Exited { .. } | RunExit::Lost => panic!("{exit:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_container_that_ends_by_itself_has_its_exit_code() {
    for code in [0, 1, 137] {
        let end = end(|task| {
            stopped(
                task,
                "EssentialContainerExited",
                "Essential container in task exited",
            );
            task.containers[0].exit_code = Some(code);
        });
        assert_eq!(end.await, exited(code, None));
    }
}

#[tokio::test(start_paused = true)]
async fn its_end_is_known_before_the_task_is_cleared_away() {
    let end = end(|task| {
        task.status = "DEPROVISIONING".to_owned();
        task.containers[0].status = "STOPPED".to_owned();
        task.containers[0].exit_code = Some(0);
    });
    assert_eq!(end.await, exited(0, None));
}

#[tokio::test(start_paused = true)]
async fn the_memory_limit_is_told_from_a_kill() {
    for code in [Some(137), None] {
        let end = end(|task| {
            stopped(
                task,
                "EssentialContainerExited",
                "Essential container in task exited",
            );
            let container = &mut task.containers[0];
            container.exit_code = code;
            container.reason =
                Some("OutOfMemoryError: Container killed due to memory usage".to_owned());
        });
        let out_of_memory = RunExit::Exited {
            code: 137,
            out_of_memory: true,
            loss: None,
        };
        assert_eq!(end.await, out_of_memory);
    }
}

#[tokio::test(start_paused = true)]
async fn spot_capacity_is_taken_back() {
    let reason = "Your Spot Task was interrupted.";
    let ran = end(|task| {
        stopped(task, "SpotInterruption", reason);
        task.containers[0].exit_code = Some(143);
    });
    assert_eq!(ran.await, exited(143, Some(Loss::Spot)));
    let (what, why) = failed(end(|task| stopped(task, "SpotInterruption", reason)).await);
    assert!(what == RunFailure::Lost && why.contains("Spot"), "{why}");
}

#[tokio::test(start_paused = true)]
async fn a_machine_is_taken_out_of_service() {
    for code in ["TerminationNotice", "InfrastructureHealth", "SomethingNew"] {
        let end = end(|task| {
            stopped(task, code, "");
            task.containers[0].exit_code = Some(137);
        });
        assert_eq!(end.await, exited(137, Some(Loss::Machine)));
    }
    let reason = "Host EC2 (instance i-1) terminated.";
    let (what, why) = failed(end(|task| task.stopped_reason = Some(reason.to_owned())).await);
    assert!(what == RunFailure::Lost && why.contains(reason), "{why}");
}

#[tokio::test(start_paused = true)]
async fn somebody_stops_a_task() {
    let ran = end(|task| {
        stopped(task, "UserInitiated", "by hand");
        task.containers[0].exit_code = Some(143);
    });
    assert_eq!(ran.await, exited(143, Some(Loss::Signal)));
    let (what, why) = failed(end(|task| stopped(task, "UserInitiated", "by hand")).await);
    assert!(what == RunFailure::Lost && why.contains("by hand"), "{why}");
}

#[tokio::test(start_paused = true)]
async fn a_task_that_waits_for_capacity_in_vain_has_no_containers() {
    let (what, why) = failed(
        end(|task| {
            task.containers.clear();
            let reason = "Capacity is unavailable at this time. Please try again later";
            stopped(task, "TaskFailedToStart", reason);
        })
        .await,
    );
    assert_eq!(what, RunFailure::NotStarted);
    assert!(why.contains("no room"), "{why}");
}

#[tokio::test(start_paused = true)]
async fn a_task_without_its_resources_does_not_start() {
    let (what, why) = failed(
        end(|task| {
            let reason = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource \
                          retrieval failed";
            stopped(task, "TaskFailedToStart", reason);
        })
        .await,
    );
    assert_eq!(what, RunFailure::NotStarted);
    assert!(
        why.contains("execution role") && why.contains("registry auth"),
        "{why}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_image_that_is_not_there_is_not_tried_again() {
    let missing = "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref \
                   repo/leo:1: not found";
    let (what, why) = failed(end(|task| stopped(task, "TaskFailedToStart", missing)).await);
    assert_eq!(what, RunFailure::ImageMissing);
    assert!(why.contains("repo/leo:1"), "{why}");
}

#[tokio::test(start_paused = true)]
async fn an_image_that_does_not_come_may_come_the_next_time() {
    let (what, _) = failed(
        end(|task| {
            task.stop_code = Some("TaskFailedToStart".to_owned());
            task.containers[0].reason = Some(
                "CannotPullContainerError: failed to copy: httpReadSeeker: dial tcp: i/o timeout"
                    .to_owned(),
            );
        })
        .await,
    );
    assert_eq!(what, RunFailure::NotStarted);
}

#[tokio::test(start_paused = true)]
async fn a_container_that_cannot_be_started_never_ran() {
    let reason = "CannotStartContainerError: runc create failed: exec: \"/nothing\": no such file or directory";
    let end = end(|task| {
        task.stopped_reason = Some("Task failed to start".to_owned());
        task.containers[0].reason = Some(reason.to_owned());
    });
    let (what, why) = failed(end.await);
    assert_eq!(what, RunFailure::NotStarted);
    assert!(why.contains("/nothing"), "{why}");
}
