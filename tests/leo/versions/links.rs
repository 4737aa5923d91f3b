//! Links that lead to an app without a credential.

use leo_protocol::JobId;
use leo_protocol::versions::VersionLink;
use leo_tests::client::Answer;
use leo_tests::{Client, Leo, Mode, Moto, secrets, wait_for};
use reqwest::Method;
use serde_json::{Value, json};

use super::made;

async fn link(client: &Client, job: JobId, body: Value) -> String {
    let path = format!("/api/jobs/{job}/link");
    let link: VersionLink = client.post(&path, &body).await.expect(201);
    if let Some((_, token)) = link.url.split_once("token=") {
        secrets::remember(token);
    }
    link.url
}

/// As somebody who knows nothing but the address.
async fn open(url: &str) -> Answer {
    Answer::of(reqwest::Client::new().get(url)).await
}

#[tokio::test]
async fn a_link_is_good_until_it_is_over() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let anna = leo.user("anna");
    let session = anna.new_session().await;
    let job = made(&anna, session, "write a.txt one").await;
    let zip = anna
        .get(&format!("/api/jobs/{}/download", job.id))
        .await
        .bytes(200);
    let url = link(&anna, job.id, json!({})).await;
    assert_eq!(open(&url).await.bytes(200), zip);
    let head = Answer::of(reqwest::Client::new().head(&url)).await;
    assert_eq!((head.status, head.body.len()), (200, 0));

    let (place, token) = url.split_once("token=").unwrap();
    for at in [3, 20, token.len() - 2] {
        let mut altered = token.to_owned();
        let other = if &token[at..=at] == "a" { "b" } else { "a" };
        altered.replace_range(at..=at, other);
        let answer = open(&format!("{place}token={altered}")).await;
        assert_eq!(
            (answer.status, answer.problem().code.as_str()),
            (404, "not_found")
        );
    }
    let short = link(&anna, job.id, json!({"expiresIn": 1})).await;
    let over = wait_for("end of the link", async || {
        Some(open(&short).await).filter(|answer| answer.status != 200)
    })
    .await;
    assert_eq!(
        (over.status, over.problem().code.as_str()),
        (410, "link_expired")
    );
    for wrong in [json!({"expiresIn": 0}), json!({"expiresIn": 700_000})] {
        let path = format!("/api/jobs/{}/link", job.id);
        assert_eq!(anna.post(&path, &wrong).await.status, 422);
    }

    let gone = Answer::of(anna.request(Method::DELETE, &format!("/api/sessions/{session}"))).await;
    assert_eq!(gone.status, 204);
    assert_eq!(open(&url).await.status, 404);
}

#[tokio::test]
async fn a_closed_account_has_no_links() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let anna = leo.user("anna");
    let session = anna.new_session().await;
    let job = made(&anna, session, "write a.txt one").await;
    let url = link(&anna, job.id, json!({})).await;
    assert_eq!(open(&url).await.status, 200);
    let mut database = leo.database().connection().await;
    let close = sqlx::query(
        "update users set closed_at = now() where id = (select user_id from jobs where id = $1)",
    );
    close
        .bind(job.id.uuid())
        .execute(&mut database)
        .await
        .unwrap();
    assert_eq!(open(&url).await.status, 404);
}

#[tokio::test]
async fn a_link_into_a_bucket_needs_nothing_of_leo() {
    leo_common::tls::init();
    let moto = Moto::shared().await;
    let store = format!("s3://{}/leo", moto.bucket().await);
    let leo = moto
        .keeping(Leo::in_mode(Mode::Process), &store)
        .start()
        .await;
    let client = leo.client();
    let session = client.new_session().await;
    let job = made(&client, session, "write a.txt one").await;
    let zip = client
        .get(&format!("/api/jobs/{}/download", job.id))
        .await
        .bytes(200);
    let url = link(&client, job.id, json!({"expiresIn": 3600})).await;
    assert!(!url.contains("/api/"), "{url}");
    let answer = open(&url).await;
    assert_eq!(answer.bytes(200), zip);
    let again = link(&client, job.id, json!({})).await;
    assert_eq!(open(&again).await.bytes(200), zip);
    let fork: leo_protocol::http::Session = client
        .post(&format!("/api/jobs/{}/fork", job.id), &json!({}))
        .await
        .expect(201);
    assert_eq!(client.zip(fork.current_job.unwrap()).await["a.txt"], b"one");
    let range = client.request(Method::GET, &format!("/api/jobs/{}/files/a.txt", job.id));
    let range = Answer::of(range.header("range", "bytes=1-1")).await;
    assert_eq!(range.bytes(206), b"n");
}
