//! Versions of an app: read in parts, compared, gone back to, forked and given away.

use leo_protocol::http::{Job, Session};
use leo_protocol::{JobStatus, SessionId};
use leo_tests::Client;

mod diffs;
mod forks;
mod large;
mod links;
mod ranges;
mod restores;
mod zips;

/// Submits a job and waits until it has completed.
async fn made(client: &Client, session: SessionId, script: &str) -> Job {
    let job = client.submit_in(session, script).await;
    let ended = client.ended(job.id).await;
    assert_eq!(ended.status, JobStatus::Completed, "{:?}", ended.error);
    ended
}

async fn session(client: &Client, id: SessionId) -> Session {
    client.get(&format!("/api/sessions/{id}")).await.expect(200)
}

/// What a script says whose bytes are these.
fn data(path: &str, bytes: impl AsRef<[u8]>) -> String {
    use std::fmt::Write as _;
    let mut script = format!("data {path} ");
    for byte in bytes.as_ref() {
        write!(script, "{byte:02x}").unwrap();
    }
    script
}
