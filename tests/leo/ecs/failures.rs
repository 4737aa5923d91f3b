//! What AWS does on bad days, as a user hears of it: on a double that plays it.

use std::sync::Arc;

use leo_protocol::http::Job;
use leo_protocol::{EventKind, FailureReason, JobStatus};
use leo_tests::ecs::{Ecs, Fate, Play};
use leo_tests::{Leo, Moto, Repl, config};

use super::with;

/// An installation whose tasks run on a double, with the server that keeps its bucket.
struct Stage {
    leo: Leo,
    _moto: Arc<Moto>,
}

impl Stage {
    async fn on(ecs: &Ecs, settings: &[(&str, &str)]) -> Self {
        leo_common::tls::init();
        let moto = Moto::shared().await;
        let wishes = with(&moto, ecs.settings()).await.demo();
        let settings = settings.iter();
        let wishes = settings.fold(wishes, |wishes, (name, value)| wishes.set(name, value));
        Self {
            leo: wishes.start().await,
            _moto: moto,
        }
    }
}

/// A job on tasks with these fates, after calls that come to this, and what its stream says.
async fn one_job(
    ecs: &Ecs,
    plays: impl IntoIterator<Item = Play>,
    fates: impl IntoIterator<Item = Fate>,
    settings: &[(&str, &str)],
) -> (Job, String) {
    ecs.plays(plays);
    ecs.fates(fates);
    let stage = Stage::on(ecs, settings).await;
    let client = stage.leo.client();
    let job = client.submit("A pond diary for frogs").await;
    let ended = client.ended(job.id).await;
    let transcript = client.events(job.session_id, 1000).await;
    let said = transcript
        .of_job(job.id)
        .filter_map(|event| match &event.kind {
            Some(EventKind::Info { message } | EventKind::Failed { message, .. }) => {
                Some(message.clone())
            }
            _ => None,
        });
    let said: Vec<String> = said.collect();
    (ended, said.join("\n"))
}

async fn double() -> Ecs {
    Ecs::start(&config::generator()).await
}

fn assert_failed(job: &Job, said: &str, reason: FailureReason, words: &[&str]) {
    let error = job.error.as_ref().expect("it has failed");
    assert_eq!(error.reason, reason, "{error:?}");
    for word in words {
        assert!(said.contains(word), "no `{word}` in {said}");
    }
}

fn assert_completed(job: &Job, attempt: u32, said: &str, words: &[&str]) {
    assert_eq!(job.status, JobStatus::Completed, "{:?}\n{said}", job.error);
    assert_eq!(job.attempt, attempt, "{said}");
    for word in words {
        assert!(said.contains(word), "no `{word}` in {said}");
    }
}

const NEVER_STARTED: Fate = Fate::Stopped {
    code: "TaskFailedToStart",
    reason: "ResourceInitializationError: unable to pull secrets or registry auth",
    container: None,
};

#[tokio::test]
async fn room_that_is_lacking_is_waited_for() {
    let ecs = double().await;
    let lacking = Play::Nowhere("RESOURCE:MEMORY");
    let (job, said) = one_job(&ecs, [lacking.clone(), lacking], [], &[]).await;
    let words = ["no room for the container at present", "memory"];
    assert_completed(&job, 1, &said, &words);
}

#[tokio::test]
async fn throttling_is_waited_out_without_a_word_and_then_with_one() {
    let ecs = double().await;
    let throttled = Play::Refuse(400, "ThrottlingException", "Rate exceeded");
    let plays = vec![throttled; 5];
    let (job, said) = one_job(&ecs, plays, [], &[]).await;
    assert_completed(&job, 1, &said, &["AWS ECS does not answer"]);
    assert_eq!(ecs.tasks(), 1);
}

#[tokio::test]
async fn no_log_tells_the_token_of_a_task() {
    let ecs = double().await;
    let mut stage = Stage::on(&ecs, &[("RUST_LOG", "trace,tungstenite=info,sqlx=info")]).await;
    let client = stage.leo.client();
    let job = client.submit("A pond diary for frogs").await;
    assert_eq!(client.ended(job.id).await.status, JobStatus::Completed);
    let asked = ecs.asked().remove(0);
    let (_, token) = asked.split_once("token=").expect("it is told to the task");
    let token = &token[..token.find('"').expect("the end of a text")];
    assert!(token.len() > 20, "{token}");
    let log = stage.leo.worker(0).log();
    assert!(log.contains("aws_smithy_runtime"), "it says something");
    assert!(!log.contains(token), "a token is in the log");
}

#[tokio::test]
async fn a_lost_answer_starts_no_second_task() {
    let ecs = double().await;
    let (job, said) = one_job(&ecs, [Play::LoseAnswer], [], &[]).await;
    assert_completed(&job, 1, &said, &[]);
    assert_eq!((ecs.tasks(), ecs.asked().len()), (1, 2));
    assert_eq!(ecs.asked()[0], ecs.asked()[1], "byte for byte");
}

#[tokio::test]
async fn a_task_that_does_not_start_is_another_attempt() {
    let ecs = double().await;
    let (job, said) = one_job(&ecs, [], [NEVER_STARTED], &[]).await;
    let words = ["attempt 1 failed: the task did not start", "registry auth"];
    assert_completed(&job, 2, &said, &words);
}

#[tokio::test]
async fn tasks_that_never_start_end_the_job() {
    let ecs = double().await;
    let attempts = [("JOB_MAX_ATTEMPTS", "2")];
    let (job, said) = one_job(&ecs, [], [NEVER_STARTED, NEVER_STARTED], &attempts).await;
    assert_failed(
        &job,
        &said,
        FailureReason::LaunchFailed,
        &["the last of 2 attempts"],
    );
}

#[tokio::test]
async fn a_task_that_stays_pending_is_given_up() {
    let ecs = double().await;
    let settings = [("JOB_MAX_ATTEMPTS", "1"), ("ECS_START_TIMEOUT", "2s")];
    let (job, said) = one_job(&ecs, [], [Fate::Stays("PENDING")], &settings).await;
    let words = ["did not run within 2s", "pending"];
    assert_failed(&job, &said, FailureReason::LaunchFailed, &words);
    assert!(ecs.was_stopped(0));
}

#[tokio::test]
async fn a_task_that_runs_and_does_not_dial_in_is_given_up() {
    let ecs = double().await;
    let settings = [("JOB_MAX_ATTEMPTS", "1"), ("ECS_DIAL_TIMEOUT", "2s")];
    let (job, said) = one_job(&ecs, [], [Fate::Stays("RUNNING")], &settings).await;
    let words = ["ran for 2s and did not call back", "LEO_RUNNER_URL"];
    assert_failed(&job, &said, FailureReason::LaunchFailed, &words);
    assert!(ecs.was_stopped(0));
}

#[tokio::test]
async fn a_task_that_ends_without_having_dialled_in_was_not_launched() {
    let ecs = double().await;
    let ended = Fate::Stopped {
        code: "EssentialContainerExited",
        reason: "Essential container in task exited",
        container: Some((Some(0), "")),
    };
    let attempts = [("JOB_MAX_ATTEMPTS", "1")];
    let (job, said) = one_job(&ecs, [], [ended], &attempts).await;
    let words = ["exit code 0 before it had called back"];
    assert_failed(&job, &said, FailureReason::LaunchFailed, &words);
}

#[tokio::test]
async fn an_image_that_is_not_there_ends_the_job_at_once() {
    let ecs = double().await;
    let missing = Fate::Stopped {
        code: "TaskFailedToStart",
        reason: "CannotPullContainerError: failed to resolve ref leo-websocket: not found",
        container: Some((None, "")),
    };
    let (job, said) = one_job(&ecs, [], [missing], &[]).await;
    let words = ["cannot get the generator image", "leo-websocket"];
    assert_failed(&job, &said, FailureReason::ImageMissing, &words);
    assert_eq!(ecs.tasks(), 1, "it is not tried again");
}

#[tokio::test]
async fn the_memory_limit_is_the_generators_own_fault() {
    let ecs = double().await;
    let killed = Fate::Stopped {
        code: "EssentialContainerExited",
        reason: "Essential container in task exited",
        container: Some((
            Some(137),
            "OutOfMemoryError: Container killed due to memory usage",
        )),
    };
    let (job, said) = one_job(&ecs, [], [killed], &[]).await;
    let words = ["more memory than its task definition allows"];
    assert_failed(&job, &said, FailureReason::OutOfMemory, &words);
}

#[tokio::test]
async fn a_call_that_is_refused_is_told_in_its_words() {
    let ecs = double().await;
    let text = "User is not authorized to perform: ecs:RunTask";
    let denied = Play::Refuse(400, "AccessDeniedException", text);
    let attempts = [("JOB_MAX_ATTEMPTS", "1")];
    let (job, said) = one_job(&ecs, [denied], [], &attempts).await;
    assert_failed(&job, &said, FailureReason::LaunchFailed, &[text]);
}

#[tokio::test]
async fn what_ran_on_spot_capacity_goes_on_in_another_attempt() {
    let ecs = double().await;
    let stage = Stage::on(&ecs, &[("DEMO_SPEED", "0.5")]).await;
    let client = stage.leo.client();
    let job = client.submit("A secret garden").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    let written =
        |event: &leo_protocol::Event| matches!(event.kind, Some(EventKind::FileEnd { .. }));
    viewer.event(job.session_id, "file_end", written).await;
    ecs.take_away(0, "SpotInterruption", "Your Spot Task was interrupted.");
    viewer.end(job.session_id, job.id).await;
    let transcript = viewer.transcript(job.session_id);
    let said: Vec<String> = transcript
        .of_job(job.id)
        .filter_map(|event| match &event.kind {
            Some(EventKind::Info { message }) => Some(message.clone()),
            _ => None,
        })
        .collect();
    let said = said.join("\n");
    let words = [
        "attempt 1 failed: AWS took the Spot capacity back",
        "attempt 2 begins with the files that attempt 1 has left",
    ];
    assert_completed(&client.job(job.id).await, 2, &said, &words);
}

#[tokio::test]
async fn a_worker_killed_before_it_has_stored_its_task_leaves_it_to_the_next() {
    let ecs = double().await;
    ecs.plays([Play::Hold]);
    let mut stage = Stage::on(&ecs, &[("DEMO_SPEED", "0.3")]).await;
    let client = stage.leo.client();
    let job = client.submit("A secret garden").await;
    leo_tests::wait_for("task", async || (ecs.tasks() == 1).then_some(())).await;
    stage.leo.worker(0).kill();
    stage.leo.start_worker().await;
    let ended = client.ended(job.id).await;
    assert_completed(&ended, 1, "", &[]);
    let asked = ecs.asked();
    assert_eq!((ecs.tasks(), asked.len()), (1, 2), "one task of two calls");
    assert_eq!(asked[0], asked[1], "byte for byte");
    ecs.go_on();
}

#[tokio::test]
async fn a_task_that_ended_unseen_and_is_forgotten_has_done_what_it_said() {
    let ecs = double().await;
    let mut stage = Stage::on(&ecs, &[("DEMO_SPEED", "0.3")]).await;
    let client = stage.leo.client();
    let job = client.submit("A secret garden").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    let begun =
        |event: &leo_protocol::Event| matches!(event.kind, Some(EventKind::FileStart { .. }));
    viewer.event(job.session_id, "file_start", begun).await;
    stage.leo.worker(0).kill();
    leo_tests::wait_for("end of the task", async || ecs.has_ended(0).then_some(())).await;
    ecs.forget(0);
    stage.leo.start_worker().await;
    let ended = client.ended(job.id).await;
    assert_completed(&ended, 1, "", &[]);
    assert!(
        client.zip(job.id).await.len() > 3,
        "its files had been uploaded"
    );
}
