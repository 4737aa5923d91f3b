//! A worker that is killed in the middle of a push leaves no second repository and no second commit.

use leo_protocol::JobStatus;
use leo_tests::github::{Hub, LOGIN, Stop};

use super::*;

async fn killed_at(mode: Mode, stop: Stop) -> Job {
    let hub = Hub::start().await;
    let mut leo = pushing_in(mode, &hub)
        .set("LEASE_SECONDS", "3")
        .set("LOST_AFTER", "8")
        .start()
        .await;
    let client = leo.client();
    hub.stop_at(stop);
    let session = session(&client, "House").await;
    let job = client.submit_in(session, &two_phases()).await;
    hub.stopped().await;
    leo.worker(0).kill();
    leo.start_worker().await;
    let job = client.ended(job.id).await;
    assert_eq!(job.status, JobStatus::Completed, "{stop:?}");
    let url = hub.page(LOGIN, "house");
    assert_eq!(job.github_url, Some(url.clone()), "{stop:?}");
    assert_eq!(url_at_the_end(&client, &job).await, Some(url));
    let mine = (LOGIN.to_owned(), "house".to_owned());
    assert_eq!(hub.repositories(), [mine], "{stop:?}");
    assert_eq!(
        titles(&hub, "house", "main"),
        ["Ground", "Walls"],
        "{stop:?}"
    );
    let branches = git::run(
        &hub.folder(LOGIN, "house"),
        &["branch", "--format=%(refname:short)"],
    );
    assert_eq!(branches, "main", "{stop:?}");
    let (_folder, files) = cloned(&hub, "house", "main").await;
    assert_eq!(files, client.zip(job.id).await);
    assert!(published(&client, session).await.is_empty(), "told twice");
    assert_sound(&hub, "house");
    job
}

#[tokio::test]
async fn before_the_repository_is_made() {
    Box::pin(killed_at(Mode::Process, Stop::BeforeMaking)).await;
}

#[tokio::test]
async fn after_it_was_made() {
    Box::pin(killed_at(Mode::Process, Stop::AfterMaking)).await;
}

#[tokio::test]
async fn before_git_has_looked() {
    Box::pin(killed_at(Mode::Process, Stop::BeforeRefs)).await;
}

#[tokio::test]
async fn before_the_push_is_taken() {
    Box::pin(killed_at(Mode::Process, Stop::BeforePush)).await;
}

#[tokio::test]
async fn after_the_push_was_taken() {
    Box::pin(killed_at(Mode::Process, Stop::AfterPush)).await;
}

/// Its container had ended; whoever adopts it waits for the push anew.
#[tokio::test]
async fn and_its_container_is_adopted() {
    for stop in [Stop::BeforePush, Stop::AfterPush] {
        let job = Box::pin(killed_at(Mode::Docker, stop)).await;
        assert_eq!(job.attempt, 1, "{stop:?}");
    }
}
