//! The floor: a WebSocket server that does nothing but relay.
//!
//! One subscription to Redis, a broadcast inside the process, axum's sockets with Leo's buffers.
//! It pings as often as Leo does, because a server that does not never learns that a quiet viewer is
//! gone. It knows no users, stores nothing, repairs nothing, and whoever is too slow loses events.
//! What Leo takes beyond it is the price of its promises.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::routing::get;
use axum::serve::ListenerExt as _;
use futures_util::SinkExt as _;
use leo_common::bus::{BusEvent, Subscriber};
use leo_common::redis_link::RedisLink;
use leo_common::store::events::Batch;
use leo_protocol::{InstanceId, SessionId, batch};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use tokio::sync::{broadcast, mpsc};
use tokio::time::interval;
use tokio_util::sync::CancellationToken;

/// Read and write buffers of a connection, in bytes: as Leo's.
const BUFFER: usize = 4 << 10;
/// How often a viewer is pinged: as Leo does.
const PING: Duration = Duration::from_secs(9);
/// Batches that a viewer may be behind.
const QUEUE: usize = 4096;

/// Relays the batches of a session.
#[derive(Debug, clap::Args)]
pub(crate) struct RelayArgs {
    /// Where they are published
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    redis_url: String,
    /// By which installation
    #[arg(long)]
    instance: InstanceId,
    /// In which session
    #[arg(long)]
    session: SessionId,
    /// Whether a batch is one frame, or each event
    #[arg(long)]
    batch: bool,
}

/// Frames that go out together.
type Frames = Arc<[Utf8Bytes]>;

/// Serves until stdin ends, and prints where.
pub(crate) async fn run(args: RelayArgs) -> anyhow::Result<()> {
    let link = RedisLink::new(&args.redis_url, args.instance)?;
    let (subscriber, mut events) = Subscriber::start(link, CancellationToken::new());
    subscriber.subscribe(args.session).await;
    match events.recv().await {
        Some(BusEvent::Subscribed(_)) => {}
        other => bail!("not subscribed but {other:?}"),
    }
    let frames = broadcast::Sender::new(QUEUE);
    tokio::spawn(hear(events, frames.clone(), args.batch));
    let router = Router::new().route("/ws", get(accept)).with_state(frames);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
    let listener = listener.tap_io(|connection| {
        // Where it fails, the connection is slower than it could be.
        let _ = connection.set_nodelay(true);
    });
    let (mut stdin, mut unread) = (tokio::io::stdin(), Vec::new());
    tokio::select! {
        served = axum::serve(listener, router) => served.context("serve"),
        _ = stdin.read_to_end(&mut unread) => Ok(()),
    }
}

async fn hear(
    mut events: mpsc::Receiver<BusEvent>,
    viewers: broadcast::Sender<Frames>,
    whole: bool,
) {
    while let Some(event) = events.recv().await {
        if let BusEvent::Batch(batch) = event {
            // Fails where nobody views.
            let _ = viewers.send(frames(&batch, whole));
        }
    }
}

fn frames(batch: &Batch, whole: bool) -> Frames {
    let text = |bytes| Utf8Bytes::try_from(bytes).unwrap_or_default();
    if whole {
        return Arc::new([text(batch::events_frame(&batch.place, &batch.body))]);
    }
    batch::event_frames(&batch.place, &batch.body, 0)
        .map(|(_, event)| text(event))
        .collect()
}

async fn accept(
    State(frames): State<broadcast::Sender<Frames>>,
    upgrade: WebSocketUpgrade,
) -> axum::response::Response {
    upgrade
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .on_upgrade(async move |socket| {
            // A connection that breaks is its viewer's to report.
            let _ = relay(socket, frames.subscribe()).await;
        })
}

async fn relay(
    mut socket: WebSocket,
    mut frames: broadcast::Receiver<Frames>,
) -> Result<(), axum::Error> {
    socket.send(Message::text("ready")).await?;
    let mut ping = interval(PING);
    ping.reset();
    loop {
        tokio::select! {
            next = frames.recv() => match next {
                Ok(frames) => {
                    for frame in frames.iter() {
                        socket.feed(Message::Text(frame.clone())).await?;
                    }
                    socket.flush().await?;
                }
                // What is lost is counted by the viewer.
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return Ok(()),
            },
            _ = ping.tick() => socket.send(Message::Ping(Default::default())).await?,
            message = socket.recv() => if message.transpose()?.is_none() {
                return Ok(());
            },
        }
    }
}
