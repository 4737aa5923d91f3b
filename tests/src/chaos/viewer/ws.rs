//! The WebSocket door: single events, or batches with acknowledgements.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use leo_protocol::repl::ClientMessage;
use serde_json::Value;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::socket::Socket;
use super::{SILENCE, Viewer};
use crate::chaos::viewer::record::spliced;

/// How long the server may take to let somebody in, also while Postgres does not answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// The reading buffer in bytes: a large one would read ahead for a slow viewer.
const BUFFER: usize = 4 << 10;

/// Follows the session over one connection, until that ends.
pub(super) async fn follow(viewer: &Viewer, socket: Socket, batch: bool) -> Result<()> {
    let url = format!("ws://{}/ws", socket.peer()?);
    let config = WebSocketConfig::default().read_buffer_size(BUFFER);
    let connecting = client_async_with_config(url, socket, Some(config));
    let (mut socket, _) = timeout(PATIENCE, connecting).await??;
    let (session_id, after) = (viewer.stage.session, viewer.record().cursor());
    send(
        &mut socket,
        &ClientMessage::JoinSession {
            session_id,
            after,
            batch,
        },
    )
    .await?;
    loop {
        let message = timeout(SILENCE, socket.next())
            .await
            .context("the server is silent")?;
        match message.context("the connection ended")?? {
            Message::Text(text) => {
                let seq = take(viewer, &text)?;
                if let Some(seq) = seq.filter(|_| batch) {
                    send(&mut socket, &ClientMessage::Ack { session_id, seq }).await?;
                }
            }
            Message::Close(frame) => {
                bail!(
                    "closed: {:?}",
                    frame.map(|frame| (u16::from(frame.code), frame.reason))
                )
            }
            Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_) => {}
        }
    }
}

async fn send(socket: &mut WebSocketStream<Socket>, message: &ClientMessage) -> Result<()> {
    let text = serde_json::to_string(message)?;
    Ok(timeout(PATIENCE, socket.send(Message::text(text))).await??)
}

/// Takes a message; the last event's place where it holds events.
fn take(viewer: &Viewer, text: &str) -> Result<Option<u64>> {
    let message: Value = serde_json::from_str(text)?;
    let mut record = viewer.record();
    match message["type"].as_str() {
        Some("events") => {
            let first = message["first"]
                .as_u64()
                .context("a frame without a place")?;
            let events = message["events"]
                .as_array()
                .context("a frame without events")?;
            for (seq, event) in (first..).zip(events) {
                let event = spliced(event, seq, &message["sessionId"], message.get("jobId"));
                record.take(seq, &event);
            }
            Ok(Some(first + events.len() as u64 - 1))
        }
        Some("session_joined") => {
            // Whoever has joined at the head learns here where that is.
            let head = message["lastSeq"].as_u64();
            record.after = record.after.or(head);
            Ok(None)
        }
        Some("reset") => {
            record.resets += 1;
            bail!("the viewer is ahead of the stream: {text}")
        }
        Some("error") => bail!("{text}"),
        Some("connected" | "authenticated" | "pong") => Ok(None),
        _ => {
            let seq = message["seq"]
                .as_u64()
                .with_context(|| format!("no event: {text}"))?;
            record.take(seq, message.as_object().context("an event is an object")?);
            Ok(None)
        }
    }
}
