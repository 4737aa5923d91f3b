//! What a worker makes of an upload: nothing that it cannot trust.
//!
//! The test speaks in the container's place, whose program only waits for a file.

use flate2::Compression;
use flate2::write::GzEncoder;
use leo_protocol::http::Job;
use leo_protocol::{FailureReason, JobStatus};
use leo_tests::procfs::peak_kib;
use leo_tests::{Leo, Mode, Moto, Runner};
use tempfile::TempDir;

use super::doors::Visitor;
use super::{remote, waiting};

/// An archive with one file of this name.
fn archive(name: &str, content: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_cksum();
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let mut app = tar::Header::new_gnu();
    app.set_entry_type(tar::EntryType::Directory);
    app.set_size(0);
    tar.append_data(&mut app, "app", std::io::empty()).unwrap();
    tar.append(&header, content).unwrap();
    tar.into_inner().unwrap().finish().unwrap()
}

/// A job whose container lets the test speak and then ends with 0.
async fn played(leo: &Leo, gate: &TempDir, play: impl AsyncFnOnce(&Visitor)) -> Job {
    let client = leo.client();
    let job = client.submit("anything").await;
    let job = client
        .job_when(job.id, "start of the job", |job| job.attempt == 1)
        .await;
    let (mut runner, _) = Runner::resume(&leo.runner_url(0, job.id, 1)).await;
    play(&Visitor::of(leo, job.id, 1)).await;
    runner.end(1).await;
    std::fs::write(gate.path().join("open"), "").unwrap();
    client.ended(job.id).await
}

fn assert_rejected(job: &Job, why: &str) {
    let error = job.error.as_ref().unwrap();
    assert_eq!(error.reason, FailureReason::ArtifactRejected, "{error:?}");
    assert!(error.message.contains(why), "{error:?}");
}

#[tokio::test]
async fn an_archive_is_taken_if_all_of_it_is_in_order() {
    let large = vec![0; 2 << 20];
    let cases: [(&str, &[u8], Option<&str>); 4] = [
        ("app/index.html", b"hello", None),
        ("app/../../escaped", b"x", Some("not a plain path")),
        ("passwd", b"x", Some("neither in `app`")),
        ("app/large", &large, Some("take more than 1 MiB")),
    ];
    for (name, content, rejected) in cases {
        let (gate, program) = waiting();
        let wishes = remote(Mode::Process).set("GENERATOR_COMMAND", &program);
        let leo = wishes.set("WORKSPACE_LIMIT", "1MiB").start().await;
        let bytes = archive(name, content);
        let job = played(&leo, &gate, async |visitor| {
            let ticket = visitor.ticket(&bytes).await;
            assert_eq!(visitor.put(&ticket, &bytes).await.status, 204);
        })
        .await;
        match rejected {
            Some(why) => assert_rejected(&job, why),
            None => {
                assert_eq!(job.status, JobStatus::Completed, "{:?}", job.error);
                let file = leo.client().file(job.id, "index.html").await;
                assert_eq!(file, b"hello");
            }
        }
    }
}

#[tokio::test]
async fn a_container_that_uploads_nothing_has_failed() {
    let (gate, program) = waiting();
    let wishes = remote(Mode::Process).set("GENERATOR_COMMAND", &program);
    let leo = wishes.start().await;
    let job = played(&leo, &gate, async |_| {}).await;
    assert_rejected(&job, "has not uploaded");
}

/// The stand-in compares no checksum, so what S3 would refuse comes through to the worker.
#[tokio::test]
async fn an_object_that_is_not_what_was_announced_is_refused_by_the_worker() {
    leo_common::tls::init();
    let moto = Moto::shared().await;
    let store = format!("s3://{}/leo", moto.bucket().await);
    let (gate, program) = waiting();
    let wishes = remote(Mode::Process).set("GENERATOR_COMMAND", &program);
    let leo = moto.keeping(wishes, &store).start().await;
    let (good, bad) = (archive("app/a", b"good"), archive("app/a", b"evil"));
    assert_eq!(good.len(), bad.len());
    let job = played(&leo, &gate, async |visitor| {
        let ticket = visitor.ticket(&good).await;
        for part in [
            "X-Amz-SignedHeaders=host%3Bx-amz-checksum-sha256",
            "X-Amz-Expires=900",
            "X-Amz-Signature=",
            "/leo/sessions/",
        ] {
            assert!(ticket.url.contains(part), "{}", ticket.url);
        }
        let header = ticket.headers.keys().collect::<Vec<_>>();
        assert_eq!(header, ["x-amz-checksum-sha256"], "no token goes to S3");
        visitor.put(&ticket, &bad).await;
    })
    .await;
    assert_rejected(&job, "not what was announced");
}

#[tokio::test]
async fn what_is_no_archive_is_refused() {
    let (gate, program) = waiting();
    let wishes = remote(Mode::Process).set("GENERATOR_COMMAND", &program);
    let leo = wishes.start().await;
    let bytes = b"no archive at all";
    let job = played(&leo, &gate, async |visitor| {
        let ticket = visitor.ticket(bytes).await;
        assert_eq!(visitor.put(&ticket, bytes).await.status, 204);
    })
    .await;
    assert_rejected(&job, "cannot be read");
}

/// An archive of so many empty files, without keeping them anywhere.
fn crowd(count: u32) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let mut header = tar::Header::new_gnu();
    header.set_size(0);
    header.set_entry_type(tar::EntryType::Directory);
    tar.append_data(&mut header, "app", std::io::empty())
        .unwrap();
    header.set_entry_type(tar::EntryType::Regular);
    header.set_mode(0o6777);
    for n in 0..count {
        tar.append_data(&mut header, format!("app/{n}"), std::io::empty())
            .unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

#[tokio::test]
async fn two_hundred_thousand_entries_are_refused_and_the_worker_stays_small() {
    let (gate, program) = waiting();
    let wishes = remote(Mode::Process).set("GENERATOR_COMMAND", &program);
    let mut leo = wishes.start().await;
    let before = peak_kib(leo.worker(0).pid());
    let bytes = crowd(200_000);
    let job = played(&leo, &gate, async |visitor| {
        let ticket = visitor.ticket(&bytes).await;
        assert_eq!(visitor.put(&ticket, &bytes).await.status, 204);
    })
    .await;
    assert_rejected(&job, "more than 50000 files and folders");
    let peak = peak_kib(leo.worker(0).pid());
    assert!(
        peak < before + (64 << 10),
        "{before} KiB before, {peak} after"
    );
}
