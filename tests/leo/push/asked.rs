//! A push that is asked for.

use leo_protocol::JobStatus;
use leo_tests::client::Answer;
use leo_tests::github::{Hub, LOGIN};

use super::*;

async fn ask(client: &Client, job: &Job) -> Answer {
    client
        .post(&format!("/api/jobs/{}/push", job.id), &json!({}))
        .await
}

fn code(answer: &Answer) -> (u16, String) {
    (answer.status, answer.problem().code)
}

#[tokio::test]
async fn what_has_failed_can_be_asked_for_again() {
    let hub = Hub::start().await;
    let token = hub.token();
    let mut leo = pushing(&hub)
        .set("GITHUB_TOKEN", "ghp_that-is-none-at-all")
        .start()
        .await;
    let client = leo.client();
    let session = session(&client, "House").await;
    let job = generated(&client, session, &two_phases()).await;
    assert_eq!((job.status, &job.github_url), (JobStatus::Completed, &None));
    leo.restart_with(&[("GITHUB_TOKEN", &token)]).await;
    leo.start_worker().await;
    let client = leo.client();
    let asked: Job = ask(&client, &job).await.expect(202);
    assert_eq!(asked.id, job.id);
    let told = published_when(&client, session, 1).await;
    let url = hub.page(LOGIN, "house");
    assert_eq!(told, [(Some(url.clone()), None)]);
    assert_eq!(client.job(job.id).await.github_url, Some(url.clone()));
    // It is there: nothing is sent, and that is told, too.
    let pushes = hub.pushes();
    let _: Job = ask(&client, &job).await.expect(202);
    let told = published_when(&client, session, 2).await;
    assert_eq!(told[1], (Some(url), None));
    assert_eq!(hub.pushes(), pushes);
    assert_sound(&hub, "house");
}

#[tokio::test]
async fn a_repository_that_is_gone_is_made_anew_by_who_asks() {
    let hub = Hub::start().await;
    let leo = pushing(&hub).start().await;
    let client = leo.client();
    let session = session(&client, "House").await;
    generated(&client, session, &two_phases()).await;
    hub.remove(LOGIN, "house");
    let job = generated(&client, session, &phase(1, "Roof", &[("roof.txt", "red")])).await;
    assert_eq!((job.status, &job.github_url), (JobStatus::Completed, &None));
    let notes = notes(&client, &job).await;
    assert!(notes.contains("is gone"), "{notes}");
    let _: Job = ask(&client, &job).await.expect(202);
    let told = published_when(&client, session, 1).await;
    assert_eq!(told[0].0, Some(hub.page(LOGIN, "house")));
    assert_eq!(titles(&hub, "house", "main"), ["The app so far", "Roof"]);
    let (_folder, files) = cloned(&hub, "house", "main").await;
    assert_eq!(files, client.zip(job.id).await);
    assert_sound(&hub, "house");
}

#[tokio::test]
async fn what_cannot_be_pushed_is_refused() {
    let hub = Hub::start().await;
    let leo = pushing(&hub).set("GITHUB_WAIT", "1s").start().await;
    let client = leo.client();
    hub.set_down(true);
    let done = client.submit(&two_phases()).await;
    let done = client.ended(done.id).await;
    assert_eq!(
        code(&ask(&client, &done).await),
        (409, "push_under_way".into())
    );
    let failed = client.submit("write a.txt x; exit 3").await;
    let failed = client.ended(failed.id).await;
    assert_eq!(
        code(&ask(&client, &failed).await),
        (409, "partial_files".into())
    );
    let path = format!("/api/jobs/{}/push", failed.id);
    let anyway = client.post(&path, &json!({"partial": true})).await;
    assert_eq!(anyway.status, 202);
    let nothing = client.submit("exit 3").await;
    let nothing = client.ended(nothing.id).await;
    assert_eq!(
        code(&ask(&client, &nothing).await),
        (404, "no_files".into())
    );
    let stranger = leo.user("stranger");
    assert_eq!(
        code(&ask(&stranger, &done).await),
        (404, "not_found".into())
    );
}
