//! The main way: a prompt becomes an app.

use std::collections::BTreeMap;

use leo_protocol::http::Session;
use leo_protocol::{EventKind, JobStatus};
use leo_tests::transcript::type_of;
use leo_tests::{Client, Leo, Mode, Repl, Transcript};
use sha2::{Digest as _, Sha256};

in_both_modes! {
    a_prompt_becomes_an_app,
}

/// What the demo provider tells of a phase and of its end, in this order, among other things.
const MILESTONES: [&str; 10] = [
    "job_queued",
    "generation_started",
    "phase_designing",
    "phase_designed",
    "file_start",
    "file_chunk",
    "file_end",
    "files_written",
    "generation_complete",
    "completed",
];

async fn a_prompt_becomes_an_app(mode: Mode) {
    let leo = Leo::in_mode(mode).demo().start().await;
    let client = leo.client();
    let session = client.new_session().await;
    let mut viewer = Repl::viewing(&client, session, 0).await;
    let job = client.submit_in(session, "A pond diary for frogs").await;
    assert_eq!(job.session_id, session);

    let end = viewer.end(session, job.id).await;
    let Some(EventKind::Completed {
        request_id,
        download_url,
        ..
    }) = end.kind
    else {
        panic!("{end:?}");
    };
    assert_eq!(request_id, job.id);
    assert_eq!(download_url, format!("/api/jobs/{}/download", job.id));
    let transcript = viewer.transcript(session);
    assert_eq!(
        (transcript.events()[0].seq, type_of(&transcript.events()[0])),
        (1, "job_queued".into())
    );
    transcript.assert_whole(job.id);
    assert_in_order(&transcript.types(job.id), &MILESTONES);

    let job = client.job(job.id).await;
    assert_eq!(
        (job.status, job.attempt, job.error),
        (JobStatus::Completed, 1, None)
    );
    assert_eq!(job.download_url, Some(download_url));
    let now: Session = client
        .get(&format!("/api/sessions/{session}"))
        .await
        .expect(200);
    assert_eq!(now.last_seq, end.seq);
    assert!(now.current_artifact.is_some());

    let zip = client.zip(job.id).await;
    let page = String::from_utf8_lossy(&zip["index.html"]).to_lowercase();
    for word in ["pond", "diary", "frogs"] {
        assert!(page.contains(word), "the app says nothing of `{word}`");
    }
    assert_same_everywhere(&client, job.id, viewer.transcript(session), &zip).await;
    leo.cleared().await;
}

/// Each of `wanted` comes, in this order.
fn assert_in_order(types: &[String], wanted: &[&str]) {
    let mut rest = types.iter();
    for wanted in wanted {
        assert!(
            rest.any(|found| found == wanted),
            "no `{wanted}` at its place in {types:?}"
        );
    }
}

/// The zip, the files one by one, their hashes and what the stream said of them.
async fn assert_same_everywhere(
    client: &Client,
    job: leo_protocol::JobId,
    transcript: &Transcript,
    zip: &BTreeMap<String, Vec<u8>>,
) {
    let list = client.files(job).await;
    assert!(!list.partial);
    assert_eq!(list.files.len(), zip.len());
    for file in &list.files {
        let bytes = client.file(job, &file.path).await;
        assert_eq!(zip[&file.path], bytes, "{}", file.path);
        assert_eq!(
            (bytes.len() as u64, hex(&bytes)),
            (file.size, file.sha256.clone())
        );
    }
    let told = transcript
        .of_job(job)
        .filter_map(|event| match &event.kind {
            Some(EventKind::FileEnd { path, sha256, .. }) => Some((path.as_str(), sha256.as_str())),
            _ => None,
        });
    // A file may be written more than once: the last time counts.
    let told: BTreeMap<_, _> = told.collect();
    let kept: BTreeMap<_, _> = list
        .files
        .iter()
        .map(|file| (file.path.as_str(), file.sha256.as_str()))
        .collect();
    assert_eq!(told, kept);
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
