//! Accounts at GitHub that users connect.

use leo_protocol::JobStatus;
use leo_protocol::github::GitHubSettings;
use leo_tests::github::{Hub, LOGIN, ORG};
use reqwest::Method;

use super::*;

const SETTINGS: &str = "/api/settings/github";

/// An installation that knows this place, and has no token of its own.
fn knowing(hub: &Hub) -> Builder {
    Leo::in_mode(Mode::Process).set("GITHUB_API_URL", &hub.api())
}

async fn put(client: &Client, body: &Value) -> leo_tests::client::Answer {
    let request = client.request(Method::PUT, SETTINGS).json(body);
    leo_tests::client::Answer::of(request).await
}

#[tokio::test]
async fn a_connected_account_gets_the_results_of_its_user() {
    let hub = Hub::start().await;
    let leo = knowing(&hub).start().await;
    let (client, token) = (leo.client(), hub.token());
    let none: GitHubSettings = client.get(SETTINGS).await.expect(200);
    assert_eq!(none, GitHubSettings::default());
    let wanted = json!({"token": token, "owner": ORG, "autoPush": true});
    let set: GitHubSettings = put(&client, &wanted).await.expect(200);
    assert_eq!(
        (set.login.as_deref(), set.owner.as_deref()),
        (Some(LOGIN), Some(ORG))
    );
    assert!(set.auto_push);
    let shown = client.get(SETTINGS).await;
    assert!(!shown.text().contains(&token), "the token was told");
    let session = session(&client, "House").await;
    let job = generated(&client, session, &two_phases()).await;
    assert_eq!(job.github_url, Some(hub.page(ORG, "house")));
    let mut database = leo.database().connection().await;
    let stored = sqlx::query_scalar::<_, Vec<u8>>("select token from user_github");
    let stored = stored.fetch_one(&mut database).await.unwrap();
    assert!(
        !String::from_utf8_lossy(&stored).contains(&token),
        "not encrypted"
    );
    let gone = client
        .request(Method::DELETE, SETTINGS)
        .send()
        .await
        .unwrap();
    assert_eq!(gone.status(), 204);
    let job = generated(&client, session, "write index.html again").await;
    assert_eq!((job.status, job.github_url), (JobStatus::Completed, None));
    leo.cleared().await;
}

#[tokio::test]
async fn tokens_are_looked_at_before_they_are_kept() {
    let hub = Hub::start().await;
    let leo = knowing(&hub).start().await;
    let client = leo.client();
    for (body, status, code) in [
        (json!({"token": "short"}), 422, "invalid_field"),
        (
            json!({"token": "ghp_of-nobody-at-all"}),
            422,
            "invalid_field",
        ),
        (
            json!({"token": hub.token(), "owner": "../x"}),
            422,
            "invalid_field",
        ),
    ] {
        let answer = put(&client, &body).await;
        assert_eq!(
            (answer.status, &*answer.problem().code),
            (status, code),
            "{body}"
        );
    }
    hub.set_down(true);
    let answer = put(&client, &json!({"token": hub.token()})).await;
    assert_eq!(
        (answer.status, &*answer.problem().code),
        (502, "github_unavailable")
    );
    let none: GitHubSettings = client.get(SETTINGS).await.expect(200);
    assert_eq!(none, GitHubSettings::default());
}

#[tokio::test]
async fn without_an_account_nothing_is_pushed_and_who_asks_is_told_what_to_do() {
    let hub = Hub::start().await;
    let leo = knowing(&hub).start().await;
    let client = leo.client();
    let job = client.submit(&two_phases()).await;
    let job = client.ended(job.id).await;
    assert_eq!((job.status, &job.github_url), (JobStatus::Completed, &None));
    let asked = client
        .post(&format!("/api/jobs/{}/push", job.id), &json!({}))
        .await;
    let problem = asked.problem();
    assert_eq!((asked.status, &*problem.code), (409, "no_github_account"));
    assert!(problem.detail.contains("GITHUB_TOKEN"));
    // One that is connected without `autoPush` is asked for by hand.
    let _: GitHubSettings = put(&client, &json!({"token": hub.token(), "autoPush": false}))
        .await
        .expect(200);
    let asked = client
        .post(&format!("/api/jobs/{}/push", job.id), &json!({}))
        .await;
    assert_eq!(asked.status, 202);
    let told = published_when(&client, job.session_id, 1).await;
    assert!(told[0].0.is_some(), "{told:?}");
}

#[tokio::test]
async fn tokens_are_encrypted_anew_under_another_key() {
    const OLD: &str = "an-old-key-of-more-than-32-characters";
    const NEW: &str = "a-new-key-of-more-than-32-characters!";
    let hub = Hub::start().await;
    let mut leo = knowing(&hub).set("LEO_SECRET_KEY", OLD).start().await;
    let client = leo.client();
    let _: GitHubSettings = put(&client, &json!({"token": hub.token(), "autoPush": true}))
        .await
        .expect(200);
    leo.restart_with(&[("LEO_SECRET_KEY", NEW), ("LEO_SECRET_KEY_PREVIOUS", OLD)])
        .await;
    let said = leo.reencrypt();
    assert!(said.starts_with("re-encrypted 1,"), "{said}");
    leo.restart_with(&[("LEO_SECRET_KEY", NEW), ("LEO_SECRET_KEY_PREVIOUS", "")])
        .await;
    leo.start_worker().await;
    let client = leo.client();
    let session = session(&client, "House").await;
    let job = generated(&client, session, &two_phases()).await;
    assert_eq!(job.github_url, Some(hub.page(LOGIN, "house")));
}
