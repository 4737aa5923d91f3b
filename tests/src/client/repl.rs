//! A client of the REPL WebSocket that checks each event it receives.

use std::collections::{HashMap, VecDeque};

use futures_util::{SinkExt as _, StreamExt as _};
use leo_protocol::repl::{ClientMessage, ServerMessage};
use leo_protocol::{Event, JobId, SessionId, UserId};
use serde_json::{Map, Value};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::Client;
use crate::transcript::{Transcript, is_terminal, line_of};
use crate::wait::DEADLINE;

/// An open connection. It reads only while somebody waits for something.
#[derive(Debug)]
pub struct Repl {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    transcripts: HashMap<SessionId, Transcript>,
    messages: VecDeque<ServerMessage>,
}

/// What has been received.
#[derive(Debug)]
enum Received {
    /// Something that is now in the transcripts or among the messages.
    Kept,
    /// The server has closed the connection.
    Closed(Option<CloseFrame>),
}

impl Repl {
    /// Connects as whoever the client is, and waits until it is known.
    ///
    /// # Panics
    /// When the server does not let it in.
    pub async fn connect(client: &Client) -> Self {
        let mut repl = Self::connect_unknown(client).await;
        repl.known().await;
        repl
    }

    /// Connects and waits for nothing but `connected`.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn connect_unknown(client: &Client) -> Self {
        Self::connect_with(client, "", &[]).await
    }

    /// Connects with a query and some headers beside the client's own token, and waits for nothing
    /// but `connected`.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn connect_with(
        client: &Client,
        query: &str,
        headers: &[(&'static str, &str)],
    ) -> Self {
        let url = format!("{}/ws{query}", client.base().replacen("http", "ws", 1));
        let mut request = url.into_client_request().expect("ask for a WebSocket");
        let bearer = client.token().map(|token| format!("Bearer {token}"));
        let bearer = bearer.as_deref().map(|bearer| ("authorization", bearer));
        for (name, value) in headers.iter().copied().chain(bearer) {
            let value = value.parse().expect("it fits a header");
            request.headers_mut().insert(name, value);
        }
        let (socket, _) = connect_async(request).await.expect("open a WebSocket");
        let mut repl = Self {
            socket,
            transcripts: HashMap::new(),
            messages: VecDeque::new(),
        };
        repl.message("connected", |message| {
            matches!(message, ServerMessage::Connected { .. })
        })
        .await;
        repl
    }

    /// Waits until the server knows who is there; who that is.
    ///
    /// # Panics
    /// When the server does not let the connection in.
    pub async fn known(&mut self) -> UserId {
        let known = self
            .message("authenticated", |message| {
                matches!(message, ServerMessage::Authenticated { .. })
            })
            .await;
        let ServerMessage::Authenticated { user_id, .. } = known else {
            unreachable!("this is what was waited for");
        };
        user_id
    }

    /// Connects and joins a session whose events behind `after` are wanted.
    ///
    /// # Panics
    /// When the server does not let it in.
    pub async fn viewing(client: &Client, session: SessionId, after: u64) -> Self {
        let mut repl = Self::connect(client).await;
        repl.join(session, Some(after), false).await;
        repl
    }

    /// From now on nothing reaches this machine, see [`super::raw`].
    ///
    /// # Panics
    /// When the kernel refuses.
    #[cfg(target_os = "linux")]
    pub fn vanish(&self) {
        let MaybeTlsStream::Plain(stream) = self.socket.get_ref() else {
            panic!("the connection is encrypted");
        };
        super::raw::vanish(stream);
    }

    /// Sends a message.
    ///
    /// # Panics
    /// When the connection is gone.
    pub async fn send(&mut self, message: &ClientMessage) {
        let text = serde_json::to_string(message).expect("write a message");
        self.send_frame(Message::text(text)).await;
    }

    /// Sends a frame as it is.
    ///
    /// # Panics
    /// When the connection is gone.
    pub async fn send_frame(&mut self, frame: Message) {
        self.socket.send(frame).await.expect("send a frame");
    }

    /// Joins a session; the head of its stream at that moment.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn join(&mut self, session: SessionId, after: Option<u64>, batch: bool) -> u64 {
        // Events may come before the answer that tells the head, but not before the message.
        if let Some(after) = after {
            self.transcripts.insert(session, Transcript::new(after));
        }
        self.send(&ClientMessage::JoinSession {
            session_id: session,
            after,
            batch,
        })
        .await;
        let joined = self
            .message("session_joined", |message| {
                matches!(message, ServerMessage::SessionJoined { session_id, .. } if *session_id == session)
            })
            .await;
        let ServerMessage::SessionJoined { last_seq, .. } = joined else {
            unreachable!("this is what was waited for");
        };
        self.transcripts
            .entry(session)
            .or_insert_with(|| Transcript::new(last_seq));
        last_seq
    }

    /// What has come of a session.
    ///
    /// # Panics
    /// When it was never joined.
    #[must_use]
    pub fn transcript(&self, session: SessionId) -> &Transcript {
        self.transcripts
            .get(&session)
            .expect("the session was joined")
    }

    /// The first message that is as asked for, of those that have come and were not asked for yet.
    ///
    /// # Panics
    /// When none comes in time.
    pub async fn message(
        &mut self,
        what: &str,
        wanted: impl Fn(&ServerMessage) -> bool,
    ) -> ServerMessage {
        loop {
            if let Some(at) = self.messages.iter().position(&wanted) {
                return self.messages.remove(at).expect("it is there");
            }
            self.read(what).await;
        }
    }

    /// The next `error`: its code and its text.
    ///
    /// # Panics
    /// When none comes in time.
    pub async fn error(&mut self) -> (String, String) {
        let wanted = |message: &ServerMessage| matches!(message, ServerMessage::Error { .. });
        let ServerMessage::Error { error, code, .. } = self.message("error", wanted).await else {
            unreachable!("this is what was waited for");
        };
        (code, error)
    }

    /// Asks for a `pong` and reads until it comes, or the end: the `error` that has come before, by
    /// its code and its text, and the close code.
    ///
    /// # Panics
    /// When neither comes in time.
    pub async fn refusal(&mut self) -> (Option<(String, String)>, Option<u16>) {
        let ping = serde_json::to_string(&ClientMessage::Ping {}).expect("write a message");
        // The server may have closed already; that is read below.
        let _ = self.socket.send(Message::text(ping)).await;
        let mut closed = None;
        while closed.is_none() && !self.messages.contains(&ServerMessage::Pong {}) {
            if let Received::Closed(frame) = self.receive("pong or close").await {
                closed = Some(frame.map_or(0, |frame| frame.code.into()));
            }
        }
        self.messages.retain(|it| *it != ServerMessage::Pong {});
        let error = self.messages.iter().find_map(|message| {
            let ServerMessage::Error { error, code, .. } = message else {
                return None;
            };
            Some((code.clone(), error.clone()))
        });
        (error, closed)
    }

    /// Reads until an event of the session is as asked for, or finds it among those that came.
    ///
    /// # Panics
    /// When none comes in time.
    pub async fn event(
        &mut self,
        session: SessionId,
        what: &str,
        wanted: impl Fn(&Event) -> bool,
    ) -> Event {
        let mut looked = 0;
        loop {
            // A session that this connection has made is joined before its first event comes.
            let transcript = self.transcripts.get(&session);
            let events = transcript.map_or(&[][..], Transcript::events);
            if let Some(event) = events[looked..].iter().find(|event| wanted(event)) {
                return event.clone();
            }
            looked = events.len();
            self.read(what).await;
        }
    }

    /// Reads until the job has printed this line.
    ///
    /// # Panics
    /// When it does not in time.
    pub async fn line(&mut self, session: SessionId, job: JobId, line: &str) {
        let wanted = |event: &Event| event.job_id == Some(job) && line_of(event) == Some(line);
        self.event(session, &format!("line `{line}`"), wanted).await;
    }

    /// Reads until the job has ended; its last event.
    ///
    /// # Panics
    /// When it does not in time.
    pub async fn end(&mut self, session: SessionId, job: JobId) -> Event {
        let wanted = |event: &Event| event.job_id == Some(job) && is_terminal(event);
        self.event(session, "end of the job", wanted).await
    }

    /// Reads until the server closes the connection; with which code.
    ///
    /// # Panics
    /// When it does not in time.
    pub async fn closed(&mut self) -> Option<u16> {
        loop {
            match self.receive("close").await {
                Received::Kept => {}
                Received::Closed(frame) => return frame.map(|frame| frame.code.into()),
            }
        }
    }

    async fn read(&mut self, what: &str) {
        match self.receive(what).await {
            Received::Kept => {}
            Received::Closed(frame) => {
                panic!(
                    "no {what}: closed with {frame:?}, after {:?}",
                    self.messages
                )
            }
        }
    }

    async fn receive(&mut self, what: &str) -> Received {
        let received = timeout(DEADLINE, self.socket.next()).await;
        let received = received.unwrap_or_else(|_| {
            panic!("no {what}; unread messages: {:?}", self.messages);
        });
        match received {
            Some(Ok(Message::Text(text))) => {
                self.keep(serde_json::from_str(&text).expect("a frame is a JSON object"));
                Received::Kept
            }
            Some(Ok(Message::Close(frame))) => Received::Closed(frame),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Received::Kept,
            Some(Ok(other)) => panic!("a frame of another kind: {other:?}"),
            Some(Err(_)) | None => Received::Closed(None),
        }
    }

    fn keep(&mut self, frame: Map<String, Value>) {
        if frame["type"] == "events" {
            unfold(&frame)
                .into_iter()
                .for_each(|event| self.keep_event(event));
        } else if frame.contains_key("seq") {
            self.keep_event(frame);
        } else {
            let message = serde_json::from_value(Value::Object(frame));
            self.messages
                .push_back(message.expect("a message of the contract"));
        }
    }

    fn keep_event(&mut self, fields: Map<String, Value>) {
        let event = Event::from_object(fields).expect("an event");
        assert!(
            event.kind.is_some(),
            "an event that is not in the contract: {event:?}"
        );
        let after = event.seq.saturating_sub(1);
        let transcript = self.transcripts.entry(event.session_id);
        // A session that was made by this connection is joined without being asked for.
        transcript
            .or_insert_with(|| Transcript::new(after))
            .push(event);
    }
}

/// The events of an `events` frame, each with its place.
fn unfold(frame: &Map<String, Value>) -> Vec<Map<String, Value>> {
    let first = frame["first"].as_u64().expect("`first` is a number");
    let events = frame["events"].as_array().expect("`events` is an array");
    let placed = (first..).zip(events).map(|(seq, event)| {
        let mut event = event.as_object().expect("an event is an object").clone();
        event.insert("seq".to_owned(), seq.into());
        for name in ["sessionId", "jobId"] {
            if let Some(id) = frame.get(name) {
                event.insert(name.to_owned(), id.clone());
            }
        }
        event
    });
    placed.collect()
}
