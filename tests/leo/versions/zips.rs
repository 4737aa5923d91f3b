//! Zips are the same bytes wherever and whenever they are made.

use std::io::Cursor;

use leo_protocol::JobStatus;
use leo_tests::client::Answer;
use leo_tests::{Leo, Mode};
use reqwest::Method;

use super::{data, made};

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer
        .headers
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn two_replicas_give_the_same_bytes() {
    let leo = Leo::in_mode(Mode::Process).apis(2).start().await;
    let client = leo.client();
    let session = client.new_session().await;
    let script = [
        "write src/日本.txt é",
        "write run.sh #!/bin/sh",
        "executable run.sh",
    ];
    let job = made(&client, session, &script.join("; ")).await;
    let path = format!("/api/jobs/{}/download", job.id);
    let one = client.get(&path).await;
    let other = leo.client_of(1).get(&path).await;
    assert_eq!(one.bytes(200), other.bytes(200));
    assert_eq!(one.bytes(200), client.get(&path).await.bytes(200));

    let mut zip = zip::ZipArchive::new(Cursor::new(one.bytes(200))).unwrap();
    let mode = |zip: &mut zip::ZipArchive<_>, name: &str| {
        zip.by_name(name).unwrap().unix_mode().unwrap() & 0o777
    };
    assert_eq!(mode(&mut zip, "run.sh"), 0o755);
    assert_eq!(mode(&mut zip, "src/日本.txt"), 0o644);

    let tag = header(&one, "etag");
    assert_eq!(tag, header(&other, "etag"));
    let known = leo
        .client_of(1)
        .request(Method::GET, &path)
        .header("if-none-match", tag);
    assert_eq!(Answer::of(known).await.status, 304);
    let head = Answer::of(client.request(Method::HEAD, &path)).await;
    assert_eq!((head.status, header(&head, "etag")), (200, tag));
    assert_eq!(header(&head, "content-type"), "application/zip");
}

#[tokio::test]
async fn what_is_not_complete_says_so_in_its_name() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let script = format!("{}; exit 3", data("a.txt", "half"));
    let job = client.submit(&script).await;
    assert_eq!(client.ended(job.id).await.status, JobStatus::Failed);
    let path = format!("/api/jobs/{}/download", job.id);
    let (one, other) = (client.get(&path).await, client.get(&path).await);
    assert_eq!(one.bytes(200), other.bytes(200));
    let name = header(&one, "content-disposition");
    assert!(name.ends_with("-partial.zip\""), "{name}");
    assert!(client.files(job.id).await.partial);
}
