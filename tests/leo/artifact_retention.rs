//! `ARTIFACT_RETENTION`: files of older jobs go, those that a session goes on from stay. And what a
//! person is told where files are gone or damaged.

use leo_protocol::http::Job;
use leo_protocol::{FailureReason, JobStatus};
use leo_tests::{Client, Leo, Mode, wait_for};

/// Where the pack of a job lies.
async fn pack(leo: &Leo, job: &Job) -> std::path::PathBuf {
    let sql = "select location from artifacts where job_id = $1";
    let location: String = sqlx::query_scalar(sql)
        .bind(job.id.uuid())
        .fetch_one(&mut leo.database().connection().await)
        .await
        .unwrap();
    leo.artifacts().join(location)
}

async fn refused(client: &Client, job: &Job, status: u16, code: &str) {
    for door in ["files/a.txt", "download"] {
        let answer = client.get(&format!("/api/jobs/{}/{door}", job.id)).await;
        let told = (answer.status, answer.problem().code);
        assert_eq!(told, (status, code.to_owned()), "{door}");
    }
}

#[tokio::test]
async fn files_of_older_jobs_go_and_those_of_the_present_version_stay() {
    let leo = Leo::in_mode(Mode::Process)
        .workers(2)
        .set("ARTIFACT_RETENTION", "3s")
        .start()
        .await;
    let client = leo.client();
    let first = client.submit("write a.txt one; lines 3").await;
    client.ended(first.id).await;
    let failed = client
        .submit_in(first.session_id, "write a.txt no; exit 3")
        .await;
    client.ended(failed.id).await;
    let last = client
        .submit_in(first.session_id, "write a.txt three")
        .await;
    client.ended(last.id).await;
    let (first_pack, last_pack) = (pack(&leo, &first).await, pack(&leo, &last).await);
    // Whatever is made of an artifact goes with it.
    std::fs::write(first_pack.with_extension("zip"), "a zip").unwrap();
    for job in [&first, &failed] {
        let path = format!("/api/jobs/{}/files", job.id);
        wait_for("end of the files", async || {
            (client.get(&path).await.status == 410).then_some(())
        })
        .await;
        refused(&client, job, 410, "artifact_expired").await;
    }
    wait_for("end of the objects", async || {
        (!first_pack.parent().unwrap().exists()).then_some(())
    })
    .await;
    // The events stay, and so does the version that the session is at.
    assert_eq!(client.job(first.id).await.status, JobStatus::Completed);
    let log = client.get(&format!("/api/jobs/{}/log", first.id)).await;
    assert!(log.text().contains("line 3"));
    assert_eq!(client.file(last.id, "a.txt").await, b"three");
    let sql = "select sum(bytes)::bigint from artifacts";
    let kept: i64 = sqlx::query_scalar(sql)
        .fetch_one(&mut leo.database().connection().await)
        .await
        .unwrap();
    assert_eq!(
        kept.unsigned_abs(),
        std::fs::metadata(last_pack).unwrap().len()
    );
    // A retry of what is gone begins with the present version.
    let again = client.retry(failed.id).await;
    assert_eq!(client.ended(again.id).await.status, JobStatus::Failed);
    let next = client
        .submit_in(first.session_id, "read a.txt; write b.txt x")
        .await;
    assert_eq!(client.ended(next.id).await.status, JobStatus::Completed);
}

#[tokio::test]
async fn damaged_files_are_never_shown_nor_gone_on_from() {
    let leo = Leo::in_mode(Mode::Process).complains().start().await;
    let client = leo.client();
    let job = client.submit("write a.txt some text").await;
    client.ended(job.id).await;
    let place = pack(&leo, &job).await;
    let whole = std::fs::read(&place).unwrap();
    let mut damaged = whole.clone();
    *damaged.last_mut().unwrap() ^= 1;
    std::fs::write(&place, &damaged).unwrap();
    let request = client.request(
        reqwest::Method::GET,
        &format!("/api/jobs/{}/files/a.txt", job.id),
    );
    let answer = request.send().await;
    let body = match answer {
        Ok(answer) => answer.bytes().await,
        Err(error) => Err(error),
    };
    assert!(body.is_err(), "cut off: {body:?}");
    let next = client.submit_in(job.session_id, "write b.txt x").await;
    let next = client.ended(next.id).await;
    let error = next.error.unwrap();
    assert_eq!(error.reason, FailureReason::Internal);
    for part in [&job.id.to_string(), "app/a.txt", "have changed"] {
        assert!(error.message.contains(part), "{}", error.message);
    }
    // Too short, and not there at all.
    std::fs::write(&place, &whole[..whole.len() - 1]).unwrap();
    refused(&client, &job, 500, "artifact_unreadable").await;
    std::fs::remove_file(&place).unwrap();
    refused(&client, &job, 500, "artifact_unreadable").await;
    // Put back from a backup it is whole again.
    std::fs::create_dir_all(place.parent().unwrap()).unwrap();
    std::fs::write(&place, &whole).unwrap();
    assert_eq!(client.file(job.id, "a.txt").await, b"some text");
    let next = client.submit_in(job.session_id, "read a.txt").await;
    assert_eq!(client.ended(next.id).await.status, JobStatus::Completed);
}
