//! Carries frames between the socket and the [`Machine`], and makes new connections.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use leo_protocol::repl::ClientMessage;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, interval, sleep_until, timeout};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::backoff::Backoff;
use super::machine::{Machine, Step, Stop};
use super::{Begin, Command, Link, StreamError, Update};
use crate::client::{Server, Unreachable, root_cause};

/// How long a lost server is sought.
pub(super) const GIVE_UP_AFTER: Duration = Duration::from_secs(600);
/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How often the server is asked for a sign of life.
const PING_EVERY: Duration = Duration::from_secs(15);
/// A connection that has been silent for so long is dead.
const SILENCE: Duration = Duration::from_secs(40);
/// The longest frame taken; an event is at most 1 MiB.
const MESSAGE_LIMIT: usize = 16 << 20;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The task behind an event stream.
pub(super) struct Task {
    server: Server,
    machine: Machine,
    commands: mpsc::Receiver<Command>,
    updates: mpsc::Sender<Result<Update, StreamError>>,
    backoff: Backoff,
    /// When the session was followed last; at first, when there was a connection at all.
    worked: Option<Instant>,
}

impl Task {
    pub(super) fn new(
        server: Server,
        begin: Begin,
        commands: mpsc::Receiver<Command>,
        updates: mpsc::Sender<Result<Update, StreamError>>,
    ) -> Self {
        Self {
            server,
            machine: Machine::new(begin),
            commands,
            updates,
            backoff: Backoff::default(),
            worked: None,
        }
    }

    /// Runs until the stream ends for good or nobody reads it.
    pub(super) async fn run(mut self) {
        loop {
            let stop = match self.connect().await {
                Ok(socket) => self.serve(socket).await,
                Err(stop) => stop,
            };
            let end = match stop {
                Stop::Left => return,
                Stop::Fatal(error) => Some(error),
                Stop::Reconnect { cause, restart } => self.pause(cause, restart).await.err(),
            };
            if let Some(error) = end {
                // Whoever has left needs no reason.
                let _ = self.updates.send(Err(error)).await;
                return;
            }
        }
    }

    async fn connect(&mut self) -> Result<Socket, Stop> {
        let config = WebSocketConfig::default()
            .max_message_size(Some(MESSAGE_LIMIT))
            .max_frame_size(Some(MESSAGE_LIMIT));
        let connecting = connect_async_with_config(self.server.socket(), Some(config), true);
        match timeout(CONNECT_TIMEOUT, connecting).await {
            Ok(Ok((socket, _))) => {
                self.worked.get_or_insert_with(Instant::now);
                Ok(socket)
            }
            Ok(Err(SocketError::Http(response))) => {
                Err(self.not_upgraded(response.status().as_u16()))
            }
            Ok(Err(error)) => Err(Stop::broken(root_cause(&error))),
            Err(_) => Err(Stop::broken("the server does not answer")),
        }
    }

    fn not_upgraded(&self, status: u16) -> Stop {
        let detail = format!(
            "{} does not open a stream (HTTP status {status})",
            self.server.shown()
        );
        match status {
            // A proxy whose server is away for a moment, or one that asks for patience.
            429 | 500..=599 => Stop::broken(detail),
            _ => Stop::Fatal(StreamError::Refused {
                detail,
                code: "not_a_stream".to_owned(),
            }),
        }
    }

    async fn serve(&mut self, mut socket: Socket) -> Stop {
        match self.talk(&mut socket).await {
            Ok(never) => match never {},
            Err(stop) => stop,
        }
    }

    async fn talk(&mut self, socket: &mut Socket) -> Result<std::convert::Infallible, Stop> {
        let opening = self.machine.open(self.server.token());
        send(socket, opening).await?;
        let mut ping = interval(PING_EVERY);
        let mut heard = Instant::now();
        loop {
            tokio::select! {
                message = socket.next() => {
                    self.message(socket, message).await?;
                    heard = Instant::now();
                }
                command = self.commands.recv() => {
                    let message = self.machine.command(command.ok_or(Stop::Left)?);
                    send(socket, [message]).await?;
                }
                _ = ping.tick() => send(socket, [ClientMessage::Ping {}]).await?,
                () = sleep_until(heard + SILENCE) => return Err(Stop::broken("the server has fallen silent")),
            }
        }
    }

    async fn message(
        &mut self,
        socket: &mut Socket,
        message: Option<Result<Message, SocketError>>,
    ) -> Result<(), Stop> {
        match message {
            Some(Ok(Message::Text(text))) => {
                let step = self.machine.receive(&text)?;
                if self.machine.is_joined() {
                    self.backoff.reset();
                    self.worked = Some(Instant::now());
                }
                self.carry_out(socket, step).await
            }
            Some(Ok(Message::Close(Some(close)))) => {
                Err(self.machine.closed(close.code.into(), &close.reason))
            }
            Some(Ok(Message::Close(None))) | None => {
                Err(Stop::broken("the server closed the connection"))
            }
            Some(Ok(
                Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_),
            )) => Ok(()),
            Some(Err(error)) => Err(Stop::broken(root_cause(&error))),
        }
    }

    /// Hands the updates on first: what nobody has taken is not acknowledged.
    async fn carry_out(&mut self, socket: &mut Socket, step: Step) -> Result<(), Stop> {
        for update in step.updates {
            self.tell(update).await?;
        }
        send(socket, step.replies).await
    }

    async fn tell(&self, update: Update) -> Result<(), Stop> {
        self.updates.send(Ok(update)).await.map_err(|_| Stop::Left)
    }

    /// Waits before the next try, or finds that there shall be none.
    async fn pause(&mut self, cause: String, restart: bool) -> Result<(), StreamError> {
        if self
            .worked
            .is_none_or(|worked| worked.elapsed() > GIVE_UP_AFTER)
        {
            return Err(Unreachable::new(&self.server, cause).into());
        }
        let wait = self.backoff.next(restart);
        // That nobody listens is found out when there is something to say.
        let _ = self
            .tell(Update::Link(Link::Reconnecting { wait, cause }))
            .await;
        let until = Instant::now() + wait;
        loop {
            tokio::select! {
                () = sleep_until(until) => return Ok(()),
                Some(command) = self.commands.recv() => {
                    // It is part of what the next connection opens with.
                    let _ = self.machine.command(command);
                }
            }
        }
    }
}

async fn send(
    socket: &mut Socket,
    messages: impl IntoIterator<Item = ClientMessage>,
) -> Result<(), Stop> {
    for message in messages {
        let text = serde_json::to_string(&message)
            .map_err(|error| Stop::Fatal(StreamError::Protocol(error.to_string())))?;
        let sent = socket.send(Message::text(text)).await;
        // After a close of the server there is still its reason to be read.
        match sent {
            Ok(()) | Err(SocketError::ConnectionClosed | SocketError::AlreadyClosed) => {}
            Err(error) => return Err(Stop::broken(root_cause(&error))),
        }
    }
    Ok(())
}
