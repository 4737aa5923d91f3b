//! The whole way, with Leo's own generator.

use std::collections::BTreeSet;

use leo_protocol::versions::FileList;
use leo_protocol::{JobStatus, LogStream};
use leo_tests::{Leo, Mode, Moto, Repl, wait_for};

use super::remote;

/// The object by which a store is known as an installation's.
const OWNER: &str = "leo-instance";

/// What lies in the store for a job beside its result.
fn parcels(leo: &Leo) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![leo.artifacts()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else if entry.path().extension().is_none_or(|kind| kind != "pack")
                && entry.file_name() != OWNER
            {
                found.push(entry.path());
            }
        }
    }
    found
}

/// A prompt, then a second one that goes on from what the first has left.
async fn goes_the_whole_way(leo: &Leo) {
    let client = leo.client();
    let session = client.new_session().await;
    let mut viewer = Repl::viewing(&client, session, 0).await;
    let first = client.submit_in(session, "A pond diary for frogs").await;
    viewer.end(session, first.id).await;
    let job = client.job(first.id).await;
    assert_eq!(job.status, JobStatus::Completed, "{:?}", job.error);
    let files: FileList = client.files(first.id).await;
    let zip = client.zip(first.id).await;
    assert!(files.files.len() > 3 && files.files.len() == zip.len());
    let page = String::from_utf8_lossy(&zip["index.html"]).to_lowercase();
    assert!(page.contains("frogs"), "the prompt has arrived");
    let transcript = viewer.transcript(session);
    transcript.assert_whole(first.id);
    let types = transcript.types(first.id);
    assert!(types.iter().any(|name| name == "generation_complete"));

    let next = client.submit_in(session, "Add a second pond").await;
    viewer.end(session, next.id).await;
    let job = client.job(next.id).await;
    assert_eq!(job.status, JobStatus::Completed, "{:?}", job.error);
    let after = client.zip(next.id).await;
    let before: BTreeSet<_> = zip.keys().collect();
    assert!(
        before.is_subset(&after.keys().collect()),
        "the session's files had been fetched"
    );
    let printed = viewer.transcript(session);
    let printed = printed.lines(next.id, LogStream::Stderr);
    assert_eq!(printed, [""; 0], "no complaint");
    leo.cleared().await;
    wait_for("end of all parcels", async || {
        parcels(leo).is_empty().then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_process_is_told_an_address_and_does_the_rest() {
    let leo = remote(Mode::Process).demo().start().await;
    Box::pin(goes_the_whole_way(&leo)).await;
}

#[tokio::test]
async fn a_container_is_told_an_address_and_does_the_rest() {
    let leo = remote(Mode::Docker).demo().start().await;
    Box::pin(goes_the_whole_way(&leo)).await;
}

#[tokio::test]
async fn a_workspace_goes_straight_into_a_bucket() {
    leo_common::tls::init();
    let moto = Moto::shared().await;
    let store = format!("s3://{}/leo", moto.bucket().await);
    let wishes = remote(Mode::Process).demo();
    let leo = moto.keeping(wishes, &store).start().await;
    Box::pin(goes_the_whole_way(&leo)).await;
}

#[tokio::test]
async fn the_environment_holds_nothing_but_id_and_address() {
    let leo = remote(Mode::Process)
        .demo()
        .set("DEMO_SPEED", "0.5")
        .set("LLM_API_KEY", "sk-nobody-sees")
        .start()
        .await;
    let client = leo.client();
    let job = client.submit("A secret garden").await;
    let environment = wait_for("generator", async || {
        let pid = leo.generator_processes().first().copied()?;
        let found = std::fs::read(format!("/proc/{pid}/environ")).ok()?;
        let found = String::from_utf8_lossy(&found).into_owned();
        found.contains("JOB_ID=").then_some(found)
    })
    .await;
    let names: BTreeSet<_> = environment
        .split('\0')
        .filter_map(|pair| Some(pair.split_once('=')?.0))
        .collect();
    // The last two are what this mode has in the place of an image.
    let expected = ["JOB_ID", "WEBSOCKET_URL", "PATH", "WORKSPACE"];
    assert_eq!(names, BTreeSet::from(expected));
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    let event = |event: &leo_protocol::Event| {
        matches!(event.kind, Some(leo_protocol::EventKind::FileStart { .. }))
    };
    viewer.event(job.session_id, "file_start", event).await;
    let cancel = format!("/api/jobs/{}/cancel", job.id);
    client.post(&cancel, &serde_json::json!({})).await;
    assert_eq!(client.ended(job.id).await.status, JobStatus::Cancelled);
    let left = client.files(job.id).await;
    assert!(left.partial, "what there was is kept");
}
