//! Results are pushed to GitHub: a double with a real git server, real clones, real bytes.

use std::collections::BTreeMap;
use std::path::Path;

use leo_protocol::http::Job;
use leo_protocol::{EventKind, SessionId};
use leo_tests::github::git;
use leo_tests::github::{Hub, LOGIN};
use leo_tests::{Builder, Client, Leo, Mode, Repl};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

mod asked;
mod away;
mod connect;
mod kills;
mod settings;
mod way;

/// An installation that pushes everything to this place, with a token that is good there.
fn pushing(hub: &Hub) -> Builder {
    pushing_in(Mode::Process, hub)
}

fn pushing_in(mode: Mode, hub: &Hub) -> Builder {
    Leo::in_mode(mode)
        .set("GITHUB_API_URL", &hub.api())
        .set("GITHUB_TOKEN", &hub.token())
}

/// A command of the script: this event.
fn event(event: &Value) -> String {
    format!("event {event}; ")
}

/// Commands of the script: this file, and that it is told of.
fn file(path: &str, text: &str) -> String {
    let hash: String = Sha256::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let told = json!({"type": "file_end", "path": path, "size": text.len(), "sha256": hash, "content": text});
    format!("write {path} {text}\n{}", event(&told))
}

/// Commands of the script: a phase with these files.
fn phase(number: u32, name: &str, files: &[(&str, &str)]) -> String {
    let designed = json!({"type": "phase_designed", "phase": {
        "name": name, "description": format!("What {name} does."), "files": [], "isLastPhase": false}});
    let files: String = files.iter().map(|(path, text)| file(path, text)).collect();
    let saved = json!({"type": "checkpoint", "phase": number, "state": {}});
    format!("{}{files}{}", event(&designed), event(&saved))
}

/// A generation in two phases.
fn two_phases() -> String {
    let first = phase(
        1,
        "Ground",
        &[("index.html", "<h1>one</h1>"), ("src/a.js", "1")],
    );
    let second = phase(
        2,
        "Walls",
        &[("index.html", "<h1>two</h1>"), ("src/b.js", "2")],
    );
    first + &second
}

/// Submits and waits for the end.
async fn generated(client: &Client, session: SessionId, script: &str) -> Job {
    let job = client.submit_in(session, script).await;
    client.ended(job.id).await
}

/// A session with this title.
async fn session(client: &Client, title: &str) -> SessionId {
    let made = client.post("/api/sessions", &json!({"title": title})).await;
    let made: leo_protocol::http::Session = made.expect(201);
    made.id
}

/// The tree of a branch as a clone has it.
async fn cloned(hub: &Hub, name: &str, branch: &str) -> (TempDir, BTreeMap<String, Vec<u8>>) {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("clone");
    hub.clone_branch(LOGIN, name, branch, &into).await;
    let listed = git::run(&into, &["ls-files"]);
    let read = |path: &str| (path.to_owned(), std::fs::read(into.join(path)).unwrap());
    let files = listed.lines().map(read).collect();
    (folder, files)
}

/// What a branch's commits are called, the oldest first.
fn titles(hub: &Hub, name: &str, branch: &str) -> Vec<String> {
    let folder = hub.folder(LOGIN, name);
    let log = git::run(&folder, &["log", "--reverse", "--format=%s", branch]);
    log.lines().map(str::to_owned).collect()
}

/// Nothing is wrong with the repository itself, and no token is in it.
fn assert_sound(hub: &Hub, name: &str) {
    let folder = hub.folder(LOGIN, name);
    let found = git::run(&folder, &["fsck", "--full", "--strict", "--no-dangling"]);
    assert_eq!(found, "");
    for file in ["config", "HEAD", "packed-refs"] {
        let text = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
        assert!(leo_tests::secrets::found_in(&text).is_empty(), "{file}");
    }
    let asked = hub.asked().join("\n");
    assert!(leo_tests::secrets::found_in(&asked).is_empty(), "{asked}");
}

/// What the stream says of pushes after the end of jobs.
async fn published(client: &Client, session: SessionId) -> Vec<(Option<String>, Option<String>)> {
    let transcript = client.events(session, 500).await;
    let told = transcript.events().iter();
    told.filter_map(|event| match &event.kind {
        Some(EventKind::ArtifactPublished {
            github_url, error, ..
        }) => Some((github_url.clone(), error.clone())),
        _ => None,
    })
    .collect()
}

/// Waits until the stream tells of so many.
async fn published_when(
    client: &Client,
    session: SessionId,
    count: usize,
) -> Vec<(Option<String>, Option<String>)> {
    leo_tests::wait_for("result of a push", async || {
        let told = published(client, session).await;
        (told.len() >= count).then_some(told)
    })
    .await
}

/// What Leo itself says in a job's log.
async fn notes(client: &Client, job: &Job) -> String {
    let transcript = client.events(job.session_id, 500).await;
    let told = transcript
        .of_job(job.id)
        .filter_map(|event| match &event.kind {
            Some(EventKind::Info { message }) => Some(message.clone()),
            _ => None,
        });
    told.collect::<Vec<_>>().join("\n")
}

/// Pushes a commit of somebody else's with git itself.
fn somebody_pushes(hub: &Hub, name: &str, clone: &Path) -> String {
    std::fs::write(clone.join("theirs.txt"), "theirs").unwrap();
    let _ = git::run(clone, &["add", "."]);
    let _ = git::run(clone, &["commit", "-m", "Mine"]);
    let folder = hub.folder(LOGIN, name);
    let _ = git::run(clone, &["push", folder.to_str().unwrap(), "HEAD:main"]);
    git::run(clone, &["rev-parse", "HEAD"])
}

/// The end of a job, as a viewer sees it.
async fn url_at_the_end(client: &Client, job: &Job) -> Option<String> {
    let mut viewer = Repl::viewing(client, job.session_id, 0).await;
    match viewer.end(job.session_id, job.id).await.kind {
        Some(EventKind::Completed { github_url, .. }) => github_url,
        other => panic!("{other:?}"),
    }
}
