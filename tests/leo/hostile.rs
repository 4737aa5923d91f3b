//! Workspaces that nobody makes who means well: refused, or kept within limits, with a sentence in
//! the stream; the worker's memory stays as it is and its other jobs go on.

use std::time::{Duration, Instant};

use leo_protocol::http::Job;
use leo_protocol::{EventKind, FailureReason, JobStatus};
use leo_tests::procfs::peak_kib;
use leo_tests::wait::wait_within;
use leo_tests::{Client, Leo, Mode, Repl, Transcript};

in_both_modes! {
    a_million_files_are_refused_and_hold_nobody_up,
    too_many_files_at_the_end_are_refused,
    what_is_too_large_or_too_deep_is_refused,
    what_is_no_plain_file_stays_behind_and_is_told,
    an_end_is_heeded_whatever_there_is_to_keep,
}

/// What a worker may take more than before, in KiB.
const MORE: u64 = 64 << 10;
/// A line that takes longer was held up by another job, and not by a busy machine.
const HELD_UP: Duration = Duration::from_secs(20);
/// A busy disk takes its time to make fifty thousand files, to copy them and to remove them.
const PATIENCE: Duration = Duration::from_secs(240);

/// All that Leo itself says in a job's stream.
fn infos(transcript: &Transcript, job: &Job) -> String {
    let infos = transcript
        .of_job(job.id)
        .filter_map(|event| match &event.kind {
            Some(EventKind::Info { message }) => Some(message.as_str()),
            _ => None,
        });
    infos.collect::<Vec<_>>().join("\n")
}

/// Lets a worker do something small first, so that what it needs anyway is there.
async fn peak_at_rest(leo: &mut Leo) -> u64 {
    let client = leo.client();
    let job = client.submit("write a.txt x; symlink a.txt b").await;
    client.ended(job.id).await;
    peak_kib(leo.worker(0).pid())
}

fn assert_flat(leo: &mut Leo, before: u64) {
    let peak = peak_kib(leo.worker(0).pid());
    assert!(peak < before + MORE, "{before} KiB before, {peak} after");
}

/// The job when it has ended.
async fn ended(client: &Client, job: &Job) -> Job {
    wait_within(PATIENCE, "end of the job", async || {
        let job = client.job(job.id).await;
        job.status.is_terminal().then_some(job)
    })
    .await
}

async fn refused(leo: &Leo, script: &str) -> (Job, String) {
    let client = leo.client();
    let job = client.submit(script).await;
    let job = ended(&client, &job).await;
    assert_eq!(job.status, JobStatus::Failed, "{script}");
    let answer = client.get(&format!("/api/jobs/{}/files", job.id)).await;
    assert_eq!(answer.problem().code, "no_files", "{script}");
    let message = job.error.clone().unwrap().message;
    (job, message)
}

async fn a_million_files_are_refused_and_hold_nobody_up(mode: Mode) {
    let mut leo = Leo::in_mode(mode).start().await;
    let before = peak_at_rest(&mut leo).await;
    let client = leo.client();
    let hostile = client.submit("many 1000000; hang").await;
    // Another job of the same worker goes on meanwhile, line by line.
    let other = client.submit("tick 100 50; write a.txt x").await;
    let mut viewer = Repl::viewing(&client, other.session_id, 0).await;
    let mut slowest = Duration::ZERO;
    for n in 1..=100 {
        let asked = Instant::now();
        viewer
            .line(other.session_id, other.id, &format!("tick {n}"))
            .await;
        if n > 1 {
            slowest = slowest.max(asked.elapsed());
        }
    }
    assert!(slowest < HELD_UP, "{slowest:?} for a line");
    assert_eq!(client.ended(other.id).await.status, JobStatus::Completed);
    let ended = ended(&client, &hostile).await;
    let error = ended.error.unwrap();
    assert_eq!(error.reason, FailureReason::DiskLimit, "{error:?}");
    assert!(error.message.contains("more than 50000 files"), "{error:?}");
    assert_flat(&mut leo, before);
    leo.cleared().await;
}

async fn too_many_files_at_the_end_are_refused(mode: Mode) {
    let mut leo = Leo::in_mode(mode).start().await;
    let before = peak_at_rest(&mut leo).await;
    // Done before anybody looks.
    let (job, message) = refused(&leo, "write a.txt x; many 52000").await;
    let reason = job.error.unwrap().reason;
    let fitting = [FailureReason::ArtifactRejected, FailureReason::DiskLimit];
    assert!(fitting.contains(&reason), "{reason}");
    assert!(
        message.contains("more than 50000 files and folders"),
        "{message}"
    );
    assert_flat(&mut leo, before);
}

async fn what_is_too_large_or_too_deep_is_refused(mode: Mode) {
    let mut leo = Leo::in_mode(mode).start().await;
    let before = peak_at_rest(&mut leo).await;
    let name = "n".repeat(250);
    let long = [name.as_str(); 5].join("/");
    for (script, why) in [
        (
            "write a.txt x; sparse hole 21474836480",
            "more than 512 MiB",
        ),
        ("write a.txt x; deep 4096", "more than 64 folders"),
        (
            &format!("write {long} x"),
            "a path has more than 1024 bytes",
        ),
    ] {
        let (_, message) = refused(&leo, script).await;
        assert!(message.contains(why), "{script}: {message}");
    }
    // Of one that failed for another reason nothing is kept either, and its stream says why.
    let job = leo.client().submit("sparse hole 21474836480; exit 3").await;
    let job = leo.client().ended(job.id).await;
    let transcript = leo.client().events(job.session_id, 100).await;
    let said = infos(&transcript, &job);
    assert!(
        said.contains("not accepted") && said.contains("512 MiB"),
        "{said}"
    );
    assert_flat(&mut leo, before);
    leo.cleared().await;
}

async fn what_is_no_plain_file_stays_behind_and_is_told(mode: Mode) {
    let leo = Leo::in_mode(mode).start().await;
    let client = leo.client();
    let script = "write a.txt plain; symlink /etc/passwd passwd; symlink ../../.. up; symlink . loop; \
                  write d/b.txt x; symlink d also; fifo pipe; socket sock; write same x; hardlink same twin; \
                  named 636166e9; named 6f6e650a74776f; named 6261636b5c736c617368; \
                  write CON x; write readme x; write README x; \
                  chmod 6755 a.txt; chmod 4000 same; write d/.hidden x";
    let job = client.submit(script).await;
    let job = client.ended(job.id).await;
    assert_eq!(job.status, JobStatus::Completed, "{:?}", job.error);
    let transcript = client.events(job.session_id, 1000).await;
    let said = infos(&transcript, &job);
    for left in ["app/passwd", "app/up", "app/loop", "app/also", "app/pipe"] {
        assert!(said.contains(left), "{left}: {said}");
    }
    // Engines leave sockets out themselves, without a word.
    assert!(mode == Mode::Docker || said.contains("app/sock"), "{said}");
    for odd in ["caf\u{fffd}", "one\\ntwo", "back\\\\slash"] {
        assert!(said.contains(odd), "{odd}: {said}");
    }
    let mut names: Vec<_> = client
        .files(job.id)
        .await
        .files
        .into_iter()
        .map(|file| file.path)
        .collect();
    names.sort();
    let kept = [
        "CON",
        "README",
        "a.txt",
        "d/.hidden",
        "d/b.txt",
        "readme",
        "same",
        "twin",
    ];
    assert_eq!(names, kept);
    assert_eq!(client.zip(job.id).await.len(), kept.len());
    // The next one finds plain files, with no more rights than it needs.
    let next = client
        .submit_in(job.session_id, "mode a.txt; mode same; mode d; read CON")
        .await;
    let next = client.ended(next.id).await;
    assert_eq!(next.status, JobStatus::Completed, "{:?}", next.error);
    let transcript = client.events(job.session_id, 1000).await;
    let lines: Vec<_> = transcript
        .log(next.id)
        .map(|log| log.line.as_str())
        .collect();
    assert_eq!(lines[..3], ["755 a.txt", "644 same", "755 d"]);
    // The file has no end of line.
    assert!(lines[3].starts_with('x'), "{lines:?}");
}

async fn an_end_is_heeded_whatever_there_is_to_keep(mode: Mode) {
    let leo = Leo::in_mode(mode).start().await;
    let client = leo.client();
    let job = client.submit("many 5000; lines 1; hang").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "line 1").await;
    client.cancel(job.id).await;
    let ended = client.ended(job.id).await;
    assert_eq!(ended.status, JobStatus::Cancelled);
    let list = client.files(job.id).await;
    assert!(
        list.partial && list.files.len() == 5000,
        "{}",
        list.files.len()
    );
    let answer = client.get(&format!("/api/jobs/{}/download", job.id)).await;
    let named = answer.headers["content-disposition"].to_str().unwrap();
    assert!(named.ends_with("-partial.zip\""), "{named}");
}
