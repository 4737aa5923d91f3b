//! GitHub says no, or nothing: no generation fails of that.

use leo_protocol::JobStatus;
use leo_tests::github::{Hub, LOGIN, Stop};
use leo_tests::wait_for;

use super::*;

#[tokio::test]
async fn a_revoked_token_is_told_and_fails_nothing() {
    let hub = Hub::start().await;
    let leo = pushing(&hub).start().await;
    let client = leo.client();
    hub.revoke();
    let session = session(&client, "House").await;
    let job = generated(&client, session, &two_phases()).await;
    assert_eq!((job.status, &job.github_url), (JobStatus::Completed, &None));
    let notes = notes(&client, &job).await;
    assert!(
        notes.contains("not pushed to GitHub") && notes.contains("revoked"),
        "{notes}"
    );
    assert!(published(&client, session).await.is_empty(), "told twice");
    leo.cleared().await;
}

#[tokio::test]
async fn a_server_that_is_down_for_a_while_gets_it_later() {
    let hub = Hub::start().await;
    let leo = pushing(&hub).set("GITHUB_WAIT", "1s").start().await;
    let client = leo.client();
    hub.set_down(true);
    let session = session(&client, "House").await;
    let job = generated(&client, session, &two_phases()).await;
    assert_eq!((job.status, &job.github_url), (JobStatus::Completed, &None));
    assert_eq!(url_at_the_end(&client, &job).await, None);
    hub.set_down(false);
    let told = published_when(&client, session, 1).await;
    let url = hub.page(LOGIN, "house");
    assert_eq!(told, [(Some(url.clone()), None)]);
    assert_eq!(client.job(job.id).await.github_url, Some(url));
    let (_folder, files) = cloned(&hub, "house", "main").await;
    assert_eq!(files, client.zip(job.id).await);
    assert_sound(&hub, "house");
    leo.cleared().await;
}

#[tokio::test]
async fn a_cancel_ends_the_waiting_and_not_the_push() {
    let hub = Hub::start().await;
    let leo = pushing(&hub).start().await;
    let client = leo.client();
    hub.set_down(true);
    let session = session(&client, "House").await;
    let job = client.submit_in(session, &two_phases()).await;
    wait_for("a push that is tried", async || {
        let mut database = leo.database().connection().await;
        let tries = sqlx::query_scalar::<_, i32>("select tries from outbox");
        let tries = tries.fetch_optional(&mut database).await.unwrap();
        tries.is_some_and(|tries| tries > 0).then_some(())
    })
    .await;
    client.cancel(job.id).await;
    let ended = client.ended(job.id).await;
    assert_eq!(
        (ended.status, ended.github_url),
        (JobStatus::Completed, None)
    );
    hub.set_down(false);
    let told = published_when(&client, session, 1).await;
    assert_eq!(told[0].0, Some(hub.page(LOGIN, "house")));
}

/// The push is at GitHub while the job's end gives up waiting for it.
#[tokio::test]
async fn a_result_that_comes_late_is_told_once() {
    let hub = Hub::start().await;
    let mut leo = pushing(&hub).set("GITHUB_WAIT", "1s").start().await;
    let client = leo.client();
    hub.stop_at(Stop::AfterPush);
    let session = session(&client, "House").await;
    let job = generated(&client, session, &two_phases()).await;
    assert_eq!((job.status, job.github_url), (JobStatus::Completed, None));
    hub.stopped().await;
    leo.start_worker().await;
    leo.worker(0).kill();
    let told = published_when(&client, session, 1).await;
    assert_eq!(told, [(Some(hub.page(LOGIN, "house")), None)]);
    assert_eq!(titles(&hub, "house", "main"), ["Ground", "Walls"]);
    assert_eq!(hub.pushes(), 1, "what was there was sent again");
}
