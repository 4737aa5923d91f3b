//! The door of server-sent events, by hand over HTTP/1.0, whose bodies come as they are.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::time::timeout;

use super::socket::Socket;
use super::{SILENCE, Viewer};

/// How long the server may take to answer, also while Postgres does not.
const PATIENCE: Duration = Duration::from_secs(30);
/// The reading buffer in bytes: a large one would read ahead for a slow viewer.
const BUFFER: usize = 1 << 10;

/// Follows the session over one connection, until that ends.
pub(super) async fn follow(viewer: &Viewer, mut socket: Socket) -> Result<()> {
    let cursor = viewer.record().cursor().unwrap_or(0);
    let request = format!(
        "GET /api/sessions/{}/events HTTP/1.0\r\nHost: {}\r\nAccept: text/event-stream\r\n\
         Last-Event-ID: {cursor}\r\n\r\n",
        viewer.stage.session,
        socket.peer()?
    );
    socket.write_all(request.as_bytes()).await?;
    let mut lines = BufReader::with_capacity(BUFFER, socket).lines();
    let status = timeout(PATIENCE, lines.next_line())
        .await??
        .context("no answer")?;
    ensure!(status.contains(" 200"), "{status}");
    while !timeout(PATIENCE, lines.next_line())
        .await??
        .context("half an answer")?
        .is_empty()
    {}
    let mut message = Vec::new();
    loop {
        let line = timeout(SILENCE, lines.next_line())
            .await
            .context("the server is silent")??;
        let line = line.context("the stream ended")?;
        if line.is_empty() {
            take(viewer, &message)?;
            message.clear();
        } else {
            message.push(line);
        }
    }
}

/// Takes one whole message; one that the end of the connection has cut is never given.
fn take(viewer: &Viewer, lines: &[String]) -> Result<()> {
    let field = |name: &str| lines.iter().find_map(|line| line.strip_prefix(name));
    let Some(data) = field("data: ") else {
        return Ok(());
    };
    let event: Value = serde_json::from_str(data)?;
    let mut record = viewer.record();
    if event["type"] == "reset" {
        record.resets += 1;
        bail!("the viewer is ahead of the stream: {data}");
    }
    let seq = event["seq"].as_u64().context("an event has a place")?;
    ensure!(
        field("id: ") == Some(&seq.to_string()),
        "the id is not the place: {lines:?}"
    );
    record.take(seq, event.as_object().context("an event is an object")?);
    Ok(())
}
