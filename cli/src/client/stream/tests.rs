//! The stream against a server that misbehaves: it closes in the middle, skips events, sends some
//! twice, and restarts.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use leo_protocol::EventKind;
use leo_protocol::batch::{BodyBuilder, Place, event_frames, events_frame};
use leo_protocol::repl::{ClientMessage, ServerMessage};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use super::*;
use crate::client::parse_base;

/// No test waits longer for anything.
const DEADLINE: Duration = Duration::from_secs(20);
/// What the client of these tests asks for.
const PROMPT: &str = "a clock";

/// A server with one session and one job, scripted by the test.
struct Script {
    listener: TcpListener,
    session: SessionId,
    job: JobId,
}

/// One connection that the script has accepted.
struct Peer {
    socket: WebSocketStream<TcpStream>,
    session: SessionId,
    job: JobId,
}

impl Script {
    async fn new() -> (Self, Server) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let script = Self {
            listener,
            session: SessionId::generate(),
            job: JobId::generate(),
        };
        (script, Server::new(parse_base(&base).unwrap(), None))
    }

    async fn accept(&self) -> Peer {
        let (tcp, _) = self.listener.accept().await.unwrap();
        let socket = tokio_tungstenite::accept_async(tcp).await.unwrap();
        Peer {
            socket,
            session: self.session,
            job: self.job,
        }
    }
}

impl Peer {
    /// The next message that is neither a ping nor an acknowledgement.
    async fn heard(&mut self) -> ClientMessage {
        loop {
            let message = self.any().await;
            if !matches!(message, ClientMessage::Ping {} | ClientMessage::Ack { .. }) {
                return message;
            }
        }
    }

    async fn any(&mut self) -> ClientMessage {
        let frame = self.socket.next().await.unwrap().unwrap();
        serde_json::from_str(frame.to_text().unwrap()).unwrap()
    }

    async fn say(&mut self, message: &ServerMessage) {
        let text = serde_json::to_string(message).unwrap();
        self.socket.send(Message::text(text)).await.unwrap();
    }

    async fn joined(&mut self, last_seq: u64) {
        self.say(&ServerMessage::SessionJoined {
            session_id: self.session,
            last_seq,
            jobs: Vec::new(),
        })
        .await;
    }

    fn place(&self, first: u64) -> Place {
        Place {
            session_id: self.session,
            job_id: Some(self.job),
            first,
        }
    }

    /// Sends the events `first..=last` in one frame. The first of a stream is `job_queued`.
    async fn batch(&mut self, first: u64, last: u64) {
        let frame = events_frame(&self.place(first), &body(first, last));
        self.socket
            .send(Message::text(String::from_utf8(frame).unwrap()))
            .await
            .unwrap();
    }

    async fn singles(&mut self, first: u64, last: u64) {
        for (_, frame) in event_frames(&self.place(first), &body(first, last), 0) {
            let text = String::from_utf8(frame).unwrap();
            self.socket.send(Message::text(text)).await.unwrap();
        }
    }

    /// Closes in order: the client has read everything before it is gone.
    async fn close(mut self, code: u16) {
        let frame = CloseFrame {
            code: code.into(),
            reason: "".into(),
        };
        self.socket.close(Some(frame)).await.unwrap();
        while self.socket.next().await.is_some_and(|read| read.is_ok()) {}
    }
}

fn body(first: u64, last: u64) -> Vec<u8> {
    let mut body = BodyBuilder::new();
    for seq in first..=last {
        let kind = if seq == 1 {
            EventKind::JobQueued {
                prompt: PROMPT.to_owned(),
            }
        } else {
            EventKind::Info {
                message: format!("event {seq}"),
            }
        };
        body.push(chrono::Utc::now(), &kind);
    }
    body.finish()
}

fn submit(session: Option<SessionId>) -> Begin {
    Begin::Submit(Submit {
        session,
        request: SubmitJob {
            prompt: PROMPT.to_owned(),
            ..SubmitJob::default()
        },
        key: "the key".to_owned(),
    })
}

/// Reads until event `last` and gives every seq, in the order in which they came.
async fn seqs(stream: &mut EventStream, last: u64) -> Vec<u64> {
    let reading = async {
        let mut seen = Vec::new();
        while seen.last() != Some(&last) {
            if let Update::Event(event) = stream.next().await.unwrap() {
                seen.push(event.event.seq);
            }
        }
        seen
    };
    timeout(DEADLINE, reading).await.unwrap()
}

async fn next(stream: &mut EventStream) -> Update {
    timeout(DEADLINE, stream.next()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_submit_survives_lost_connections_and_each_event_comes_once() {
    let (script, server) = Script::new().await;
    let served = tokio::spawn(async move {
        // The submit is lost with its connection, and comes again with the same key.
        let mut peer = script.accept().await;
        let first = peer.heard().await;
        drop(peer);
        let mut peer = script.accept().await;
        assert_eq!(peer.heard().await, first);
        assert!(
            matches!(&first, ClientMessage::StartGeneration { session_id: None, idempotency_key: Some(key), .. } if key == "the key")
        );
        peer.joined(1).await;
        peer.singles(1, 3).await;
        peer.batch(4, 6).await;
        peer.close(1012).await;

        // The next replica is asked to go on, and repeats a little.
        let mut peer = script.accept().await;
        let resume = ClientMessage::JoinSession {
            session_id: script.session,
            after: Some(6),
            batch: true,
        };
        assert_eq!(peer.heard().await, resume);
        peer.joined(9).await;
        peer.batch(5, 9).await;
        // A hole: the connection is given up, and the next one starts before it.
        peer.batch(11, 12).await;
        let mut peer = script.accept().await;
        assert!(matches!(
            peer.heard().await,
            ClientMessage::JoinSession { after: Some(9), .. }
        ));
        peer.joined(12).await;
        peer.batch(10, 12).await;
        while peer.any().await
            != (ClientMessage::Ack {
                session_id: script.session,
                seq: 12,
            })
        {}
    });
    let mut stream = EventStream::open(&server, submit(None));
    assert_eq!(seqs(&mut stream, 12).await, (1..=12).collect::<Vec<_>>());
    timeout(DEADLINE, served).await.unwrap().unwrap();
}

#[tokio::test]
async fn the_state_of_the_connection_is_told() {
    let (script, server) = Script::new().await;
    let session = script.session;
    let served = tokio::spawn(async move {
        let mut peer = script.accept().await;
        peer.heard().await;
        peer.joined(2).await;
        peer.batch(1, 2).await;
        peer.close(1001).await;
        let mut peer = script.accept().await;
        peer.heard().await;
        peer.joined(7).await;
        peer.batch(3, 7).await;
        peer
    });
    let mut stream = EventStream::open(&server, Begin::Follow { session, after: 0 });
    let mut links = Vec::new();
    let mut last = 0;
    while last < 7 {
        match next(&mut stream).await {
            Update::Link(link) => links.push(link),
            Update::Event(event) => last = event.event.seq,
            Update::Joined { .. } => {}
            other @ (Update::Accepted(_) | Update::Reset | Update::Refused { .. }) => {
                panic!("{other:?}")
            }
        }
    }
    let [
        Link::Connected,
        Link::Reconnecting { .. },
        Link::Resumed { missed: 5 },
    ] = &links[..]
    else {
        panic!("{links:?}");
    };
    served.await.unwrap();
}

#[tokio::test]
async fn a_submit_into_a_session_waits_for_its_place_in_the_stream() {
    let (script, server) = Script::new().await;
    let (session, job) = (script.session, script.job);
    let served = tokio::spawn(async move {
        let mut peer = script.accept().await;
        assert!(matches!(
            peer.heard().await,
            ClientMessage::JoinSession { after: None, .. }
        ));
        peer.joined(0).await;
        let start = peer.heard().await;
        assert!(
            matches!(&start, ClientMessage::StartGeneration { session_id: Some(id), .. } if *id == script.session)
        );
        drop(peer);
        let mut peer = script.accept().await;
        assert!(matches!(
            peer.heard().await,
            ClientMessage::JoinSession { after: Some(0), .. }
        ));
        peer.joined(1).await;
        assert_eq!(peer.heard().await, start);
        peer.batch(1, 2).await;
        peer
    });
    let mut stream = EventStream::open(&server, submit(Some(session)));
    let accepted = loop {
        if let Update::Accepted(job) = next(&mut stream).await {
            break job;
        }
    };
    assert_eq!(accepted, job);
    served.await.unwrap();
}

#[tokio::test]
async fn a_cancel_is_said_again_until_the_job_has_ended() {
    let (script, server) = Script::new().await;
    let (session, job) = (script.session, script.job);
    let stream = EventStream::open(&server, Begin::Follow { session, after: 0 });
    let mut peer = script.accept().await;
    peer.heard().await;
    peer.joined(0).await;
    stream.cancel(job).await;
    let cancel = ClientMessage::CancelGeneration { job_id: job };
    assert_eq!(peer.heard().await, cancel);
    drop(peer);
    let mut peer = script.accept().await;
    peer.heard().await;
    assert_eq!(peer.heard().await, cancel);
}

#[tokio::test]
async fn what_the_server_refuses_ends_the_stream_readably() {
    let (script, server) = Script::new().await;
    let mut stream = EventStream::open(&server, submit(None));
    let mut peer = script.accept().await;
    peer.say(&ServerMessage::Error {
        error: "the prompt is empty".to_owned(),
        code: "invalid".to_owned(),
        session_id: None,
        job_id: None,
    })
    .await;
    let error = timeout(DEADLINE, stream.next()).await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "the prompt is empty (invalid)");

    let mut stream = EventStream::open(&server, submit(None));
    script.accept().await.close(4401).await;
    let error = timeout(DEADLINE, stream.next()).await.unwrap().unwrap_err();
    assert!(matches!(error, StreamError::Refused { code, .. } if code == "unauthenticated"));
}

#[tokio::test]
async fn a_session_that_is_not_shown_any_further_ends_the_stream() {
    let (script, server) = Script::new().await;
    let (session, job) = (script.session, script.job);
    for code in ["not_found", "events_missing", "events_unreadable"] {
        let mut stream = EventStream::open(&server, Begin::Follow { session, after: 0 });
        let mut peer = script.accept().await;
        peer.joined(3).await;
        let error = |session_id, job_id| ServerMessage::Error {
            error: "nothing more comes".to_owned(),
            code: code.to_owned(),
            session_id,
            job_id,
        };
        // What is about something else is only passed on.
        peer.say(&error(None, Some(job))).await;
        peer.say(&error(Some(SessionId::generate()), None)).await;
        peer.say(&error(Some(session), None)).await;
        for _ in 0..2 {
            while !matches!(next(&mut stream).await, Update::Refused { .. }) {}
        }
        let end = timeout(DEADLINE, stream.next()).await.unwrap().unwrap_err();
        assert_eq!(end.to_string(), format!("nothing more comes ({code})"));
    }
}

#[tokio::test]
async fn a_credential_that_is_taken_back_ends_the_stream_with_that_reason() {
    let (script, server) = Script::new().await;
    let session = script.session;
    for (code, close) in [("token_expired", 4401), ("account_closed", 4403)] {
        let mut stream = EventStream::open(&server, Begin::Follow { session, after: 0 });
        let mut peer = script.accept().await;
        peer.heard().await;
        peer.joined(0).await;
        while !matches!(next(&mut stream).await, Update::Joined { .. }) {}
        peer.say(&ServerMessage::Error {
            error: "It is over.".to_owned(),
            code: code.to_owned(),
            session_id: None,
            job_id: None,
        })
        .await;
        peer.close(close).await;
        let end = timeout(DEADLINE, stream.next()).await.unwrap().unwrap_err();
        assert_eq!(end.to_string(), format!("It is over. ({code})"));
    }
}

#[tokio::test]
async fn a_server_that_was_never_there_is_not_waited_for() {
    let (script, server) = Script::new().await;
    drop(script);
    let mut stream = EventStream::open(&server, submit(None));
    let error = timeout(DEADLINE, stream.next()).await.unwrap().unwrap_err();
    assert!(matches!(error, StreamError::Unreachable(_)), "{error:?}");
}
