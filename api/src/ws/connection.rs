//! The life of one connection.
//!
//! One task. It reads while a send is blocked, so that acknowledgements, cancels and pongs of a
//! slow client are heard; it takes events only when the client has taken the ones before.

use std::convert::Infallible;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use axum::http::request::Parts;
use chrono::Utc;
use futures_util::{FutureExt as _, StreamExt as _};
use leo_common::metrics::Present;
use leo_protocol::SessionId;
use leo_protocol::repl::{ClientMessage, ServerMessage};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tungstenite::error::CapacityError;

use super::end::{End, farewell};
use super::hello::{self, Hello};
use super::outbox::Outbox;
use super::rate::{self, Rate};
use super::refusal::Refusal;
use super::viewers::Viewers;
use crate::auth::{Held, Principal};
use crate::state::AppState;
use crate::stream::StreamError;

/// The largest message that is accepted, in bytes: the longest prompt, with JSON's escapes.
const MAX_MESSAGE: usize = 256 << 10;
/// How often the connection looks at the clock, and pings a quiet client.
const TICK: Duration = Duration::from_secs(9);
/// A client from which nothing is heard for so long is dead. With the tick it is found in 30 s.
const SILENCE: Duration = Duration::from_secs(20);
/// How long a client may take to say who it is.
const TIME_TO_AUTHENTICATE: Duration = Duration::from_secs(15);
/// How long a request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
/// How much of a parser's complaint is passed on, in characters: it may quote what was sent.
const MAX_COMPLAINT: usize = 300;

/// A connection and who uses it.
pub(super) struct Connection {
    pub(super) state: AppState,
    pub(super) outbox: Outbox,
    pub(super) viewers: Viewers,
    pub(super) principal: Option<Principal>,
    /// On what that stands.
    held: Option<Held>,
    /// Whether that is another one than at the last look.
    renewed: bool,
    /// What somebody who is not known yet has to do.
    pub(super) missing: String,
    rate: Rate,
    began: Instant,
    heard: Instant,
}

/// What a socket has done.
enum Moved {
    /// All that was to be sent has left.
    Sent(Result<(), axum::Error>),
    /// Something was received; `None` is the end.
    Received(Option<Result<Message, axum::Error>>),
}

/// Serves a socket until its end. `parts` are those of the request that it came with.
pub(super) async fn run(mut socket: WebSocket, state: AppState, parts: Parts) {
    let _open = Present::socket();
    let mut connection = Connection::new(state);
    // Beginning and end are boxed, so that they take no memory for the time between.
    let opened = Box::pin(connection.open(parts)).await;
    let end = match opened {
        Ok(()) => match connection.talk(&mut socket).await {
            Err(end) => end,
            Ok(never) => match never {},
        },
        Err(end) => end,
    };
    tracing::debug!(?end, "a connection ends");
    let Connection { outbox, .. } = connection;
    Box::pin(farewell(socket, outbox, end)).await;
}

impl Connection {
    fn new(state: AppState) -> Self {
        let now = Instant::now();
        Self {
            state,
            outbox: Outbox::new(now),
            viewers: Viewers::default(),
            principal: None,
            held: None,
            renewed: false,
            missing: String::new(),
            rate: Rate::new(now),
            began: now,
            heard: now,
        }
    }

    /// Greets, and judges what came with the request.
    async fn open(&mut self, parts: Parts) -> Result<(), End> {
        let timestamp = Utc::now();
        self.outbox.answer(&ServerMessage::Connected { timestamp });
        let judging = hello::judge(&self.state, &parts);
        match tokio::time::timeout(REQUEST_TIMEOUT, judging).await {
            Ok(Hello::Known(principal)) => self.welcome(principal),
            Ok(Hello::Unknown(missing)) => self.missing = missing,
            Ok(Hello::Refused(refusal)) => return self.refuse(refusal),
            Err(_) => {
                let text = "The account could not be looked up in time.";
                return self.refuse(Refusal::new("unavailable", text).ending(End::TryLater));
            }
        }
        Ok(())
    }

    /// Lets somebody in.
    pub(super) fn welcome(&mut self, principal: Principal) {
        self.outbox.answer(&ServerMessage::Authenticated {
            user_id: principal.user,
            email: principal.email.clone(),
        });
        self.held = Some(self.state.guard.hold(&principal));
        self.renewed = true;
        self.principal = Some(principal);
    }

    /// Each turn costs for every event and viewer, so what waits for the whole life of the
    /// connection is made once, and what can be sent at once is.
    async fn talk(&mut self, socket: &mut WebSocket) -> Result<Infallible, End> {
        let shutdown = self.state.shutdown.clone();
        let mut shutdown = pin!(shutdown.cancelled());
        let mut clock = pin!(sleep_until(self.next_look(self.began)));
        let mut taken_back = pin!(self.taken_back());
        loop {
            if std::mem::take(&mut self.renewed) {
                clock.as_mut().reset(self.next_look(Instant::now()));
                taken_back.set(self.taken_back());
            }
            let open = self.outbox.is_empty() && self.outbox.has_window();
            tokio::select! {
                biased;
                () = &mut shutdown => return Err(End::Restart),
                () = &mut taken_back => self.check_principal(Instant::now())?,
                () = &mut clock => {
                    let now = Instant::now();
                    self.look(now)?;
                    clock.as_mut().reset(self.next_look(now));
                }
                moved = moved(socket, &mut self.outbox) => match moved {
                    Moved::Sent(sent) => sent.map_err(|_| End::Gone)?,
                    Moved::Received(message) => self.receive(message).await?,
                },
                ready = self.viewers.wait(), if open => {
                    self.show(ready)?;
                    let sent = self.outbox.send(socket).now_or_never();
                    sent.unwrap_or(Ok(())).map_err(|_| End::Gone)?;
                }
            }
        }
    }

    /// Ends when the credential is taken back; never while nobody is known.
    fn taken_back(&self) -> WaitForCancellationFutureOwned {
        match &self.held {
            Some(held) => held.taken_back(),
            None => CancellationToken::new().cancelled_owned(),
        }
    }

    /// When the clock is to be looked at next: at the end of the credential to the second.
    fn next_look(&self, now: Instant) -> Instant {
        let deadline = match &self.held {
            Some(held) => held.left().map(|left| now + left),
            None => Some(self.began + TIME_TO_AUTHENTICATE).filter(|deadline| now < *deadline),
        };
        let next = now + TICK;
        deadline.map_or(next, |deadline| next.min(deadline))
    }

    /// Looks at the clock.
    fn look(&mut self, now: Instant) -> Result<(), End> {
        if now.duration_since(self.heard) >= SILENCE {
            return Err(End::Gone);
        }
        self.check_principal(now)?;
        // While something is on its way, pings are among it.
        if self.outbox.is_empty() {
            self.outbox.ping(now);
        }
        Ok(())
    }

    /// Ends the connection of somebody whose credential is not good any more, or who has none.
    fn check_principal(&mut self, now: Instant) -> Result<(), End> {
        let refusal = match &self.held {
            None if now.duration_since(self.began) >= TIME_TO_AUTHENTICATE => {
                let text = "Nobody has authenticated in time.";
                Refusal::new("unauthenticated", text).ending(End::Unauthenticated)
            }
            Some(held) => match held.lapse() {
                Some(lapse) => hello::refusal(lapse.into()),
                None => return Ok(()),
            },
            None => return Ok(()),
        };
        self.refuse(refusal)
    }

    async fn receive(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        let now = Instant::now();
        self.heard = now;
        match message {
            Some(Ok(Message::Text(text))) => self.text(&text).await?,
            Some(Ok(Message::Binary(_))) => {
                self.pay(rate::REQUEST)?;
                let text = "Messages are text; binary frames are not understood.";
                self.refuse(Refusal::new("binary_not_supported", text))?;
            }
            Some(Ok(Message::Ping(_))) => self.pay(rate::REQUEST)?,
            Some(Ok(Message::Pong(payload))) => {
                if !self.outbox.pong(&payload, now) {
                    self.pay(rate::REQUEST)?;
                }
            }
            Some(Ok(Message::Close(_))) | None => return Err(End::Gone),
            Some(Err(error)) => return self.broken(error),
        }
        Ok(())
    }

    async fn text(&mut self, text: &str) -> Result<(), End> {
        if text.len() > MAX_MESSAGE {
            return self.too_big();
        }
        let message = match serde_json::from_str::<ClientMessage>(text) {
            Ok(message) => message,
            Err(error) => {
                self.pay(rate::REQUEST)?;
                let complaint: String = error.to_string().chars().take(MAX_COMPLAINT).collect();
                let text = format!("The message is not understood: {complaint}.");
                return self.refuse(Refusal::new("bad_message", text));
            }
        };
        // Whoever acknowledges what he was sent cannot do so more often than he was sent something.
        if let ClientMessage::Ack { session_id, seq } = message
            && self.viewers.acknowledge(session_id, seq)
        {
            return Ok(());
        }
        self.pay(rate::REQUEST)?;
        self.answer(message).await
    }

    /// Carries a request out, for a limited time. Boxed, so that an idle connection does not carry
    /// the largest of them.
    async fn answer(&mut self, message: ClientMessage) -> Result<(), End> {
        let shutdown = self.state.shutdown.clone();
        let asked = tokio::time::timeout(REQUEST_TIMEOUT, Box::pin(self.carry_out(message)));
        let done = tokio::select! {
            () = shutdown.cancelled() => return Err(End::Restart),
            done = asked => done,
        };
        // The client could not be heard meanwhile.
        self.heard = Instant::now();
        match done {
            Ok(Ok(())) => Ok(()),
            Ok(Err(refusal)) => self.refuse(refusal),
            Err(_) => self.refuse(Refusal::new(
                "unavailable",
                "This takes too long; whether it was carried out is not known.",
            )),
        }
    }

    /// Puts events on their way.
    fn show(&mut self, ready: Result<SessionId, (SessionId, StreamError)>) -> Result<(), End> {
        match ready {
            Ok(session) => {
                let now = Instant::now();
                self.viewers.show(session, &mut self.outbox, now);
                Ok(())
            }
            Err((session, error)) => {
                self.viewers.leave(session);
                let text = format!("Session {session} is not followed any more: {error}.");
                self.refuse(Refusal::new(error.code(), text).in_session(session))
            }
        }
    }

    /// Tells the client what does not work; an error where that is the end.
    fn refuse(&mut self, refusal: Refusal) -> Result<(), End> {
        let (message, end) = refusal.into_message();
        self.outbox.answer(&message);
        end.map_or(Ok(()), Err)
    }

    /// Takes a message's cost.
    fn pay(&mut self, cost: Duration) -> Result<(), End> {
        if self.rate.pay(cost, Instant::now()) {
            return Ok(());
        }
        let text = "Too many messages; send fewer than 50 a second.";
        self.refuse(Refusal::new("rate_limited", text).ending(End::RateLimited))
    }

    fn too_big(&mut self) -> Result<(), End> {
        let text = format!("A message may have {MAX_MESSAGE} bytes.");
        self.refuse(Refusal::new("message_too_big", text).ending(End::TooBig))
    }

    /// The connection cannot be read any more.
    fn broken(&mut self, error: axum::Error) -> Result<(), End> {
        let error = error.into_inner();
        match error.downcast_ref() {
            Some(tungstenite::Error::Capacity(CapacityError::MessageTooLong { .. })) => {
                self.too_big()
            }
            Some(error @ (tungstenite::Error::Protocol(_) | tungstenite::Error::Utf8(_))) => {
                let text = format!("This is no WebSocket message: {error}.");
                self.refuse(Refusal::new("bad_message", text).ending(End::Protocol))
            }
            _ => Err(End::Gone),
        }
    }
}

/// Sends what is to be sent and receives, if there is room for an answer. It receives while a send
/// is blocked. Safe to cancel.
async fn moved(socket: &mut WebSocket, outbox: &mut Outbox) -> Moved {
    std::future::poll_fn(|cx| {
        if !outbox.is_empty()
            && let Poll::Ready(sent) = outbox.poll_send(socket, cx)
        {
            return Poll::Ready(Moved::Sent(sent));
        }
        if outbox.has_room() {
            return socket.poll_next_unpin(cx).map(Moved::Received);
        }
        Poll::Pending
    })
    .await
}
