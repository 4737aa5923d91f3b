//! The life of one runner's connection.

use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use chrono::Utc;
use futures_util::StreamExt as _;
use futures_util::stream::SplitStream;
use leo_common::append::{LaneError, OpenLane, Origin, Unit};
use leo_common::error_chain::Chain;
use leo_common::mask::Mask;
use leo_common::store::StoreError;
use leo_common::store::events::Source;
use leo_common::store::runners::{RunnerHold, RunnerStanding};
use leo_protocol::runner::RunnerMessage;
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;
use tungstenite::error::CapacityError;

use super::Door;
use super::end::{End, farewell, is_fenced};
use super::frames::{Frames, Taken};
use super::knock::{Admitted, Knock};
use super::model;
use super::mouth::Mouth;
use super::watcher::Watched;

/// How often a quiet connection is written to, so that nothing between the two forgets it. An
/// answer is not asked for: older generators read nothing at all.
const PING_INTERVAL: Duration = Duration::from_secs(20);
/// How long a server that ends waits for what it has read to be stored.
const LAST_FLUSH: Duration = Duration::from_secs(4);
/// The pause before the database is asked again.
const RETRY_PAUSE: Duration = Duration::from_millis(500);

type Stream = SplitStream<WebSocket>;

/// A connection that holds its attempt's source.
struct Connection {
    door: Door,
    hold: RunnerHold,
    lane: OpenLane,
    frames: Frames,
    watched: Watched,
    /// Waiting for room in the lane; nothing is read meanwhile.
    pending: Option<Unit>,
    /// The last acknowledgement.
    acked: u64,
    /// Bytes stored, on their way, or sent again.
    bytes: u64,
    /// Everything was said on an earlier connection.
    ended: bool,
    cancelled: bool,
}

/// Serves a socket until its end.
pub(super) async fn run(socket: WebSocket, door: Door, knock: Knock) {
    let (sink, mut stream) = socket.split();
    let mut mouth = Mouth::new(sink);
    let end = match knock.admit(&door).await {
        Ok(admitted) => match model::mask(&door, admitted.hold.job, &knock.token).await {
            Ok(mask) => {
                let mut connection = Connection::new(door, admitted, mask);
                let Err(end) = connection.talk(&mut mouth, &mut stream).await;
                connection.settle(end).await
            }
            Err(end) => end,
        },
        Err(end) => end,
    };
    tracing::debug!(?end, "a runner's connection ends");
    farewell(mouth, stream, end).await;
}

impl Connection {
    fn new(door: Door, admitted: Admitted, mask: Mask) -> Self {
        let Admitted {
            hold,
            position,
            bytes,
            ended,
        } = admitted;
        let origin = Origin {
            session: hold.session,
            job: hold.job,
            source: Source::Runner,
            fence: hold.attempt,
            generation: hold.generation,
        };
        Self {
            lane: door.appender.open(origin, position),
            frames: Frames::new(position, mask),
            watched: door.watcher.watch(hold),
            pending: None,
            acked: position,
            cancelled: false,
            door,
            hold,
            bytes,
            ended,
        }
    }

    async fn talk(
        &mut self,
        mouth: &mut Mouth,
        stream: &mut Stream,
    ) -> Result<std::convert::Infallible, End> {
        mouth.say(&RunnerMessage::Resume { n: self.acked }).await;
        let shutdown = self.door.shutdown.clone();
        let mut ping = interval(PING_INTERVAL);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            if self.pending.is_none() && self.bytes >= self.door.output_limit && !self.ended {
                return Err(End::OutputLimit);
            }
            tokio::select! {
                () = shutdown.cancelled() => return Err(End::Restart),
                stored = self.lane.stored_beyond(self.acked) => match stored {
                    Ok(n) => self.stored(mouth, n).await,
                    Err(error) => return Err(self.lane_ended(&error).await),
                },
                standing = self.watched.news() => self.hear(mouth, standing).await?,
                room = self.lane.room(), if self.pending.is_some() => match room {
                    Ok(()) => self.pending.take().into_iter().for_each(|unit| self.lane.push(unit)),
                    Err(error) => return Err(self.lane_ended(&error).await),
                },
                frame = stream.next(), if self.pending.is_none() => self.receive(mouth, frame).await?,
                _ = ping.tick() => mouth.send(Message::Ping(Default::default())).await,
            }
        }
    }

    /// The frames up to `n` are stored.
    async fn stored(&mut self, mouth: &mut Mouth, n: u64) {
        self.acked = n;
        if self.frames.numbered() {
            mouth.say(&RunnerMessage::Ack { n }).await;
        }
    }

    async fn hear(&mut self, mouth: &mut Mouth, standing: RunnerStanding) -> Result<(), End> {
        match standing {
            RunnerStanding::Live { cancel: true } if !self.cancelled => {
                self.cancelled = true;
                mouth.say(&RunnerMessage::Cancel).await;
                Ok(())
            }
            RunnerStanding::Live { .. } => Ok(()),
            RunnerStanding::Replaced | RunnerStanding::Superseded | RunnerStanding::Ended => {
                Err(End::of(standing))
            }
        }
    }

    async fn receive(
        &mut self,
        mouth: &mut Mouth,
        frame: Option<Result<Message, axum::Error>>,
    ) -> Result<(), End> {
        match frame {
            Some(Ok(Message::Text(text))) => self.take(mouth, &text).await,
            Some(Ok(Message::Binary(bytes))) => {
                self.take(mouth, &String::from_utf8_lossy(&bytes)).await
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
            Some(Ok(Message::Close(_))) | None => Err(End::Gone),
            Some(Err(error)) => Err(broken(error)),
        }
    }

    async fn take(&mut self, mouth: &mut Mouth, text: &str) -> Result<(), End> {
        match self.frames.take(text, Utc::now())? {
            Taken::Unit(_) if self.ended => Err(End::AfterAll),
            Taken::Unit(unit) => {
                self.bytes += unit.bytes() as u64;
                self.pending = Some(unit);
                Ok(())
            }
            Taken::Again => {
                self.bytes += text.len() as u64;
                // Whoever sends again has missed the answer.
                mouth.say(&RunnerMessage::Ack { n: self.acked }).await;
                Ok(())
            }
            Taken::End(n) => self.finish(mouth, n).await,
        }
    }

    /// Everything was said: once it is stored, so is that.
    async fn finish(&mut self, mouth: &mut Mouth, n: u64) -> Result<(), End> {
        let shutdown = self.door.shutdown.clone();
        let stored = tokio::select! {
            () = shutdown.cancelled() => return Err(End::Restart),
            stored = self.lane.stored() => stored,
        };
        if let Err(error) = stored {
            return Err(self.lane_ended(&error).await);
        }
        let ending = || self.door.db.end_runner(&self.hold, n);
        match until_answered(&shutdown, ending).await {
            Some(true) => {
                mouth.say(&RunnerMessage::Ack { n }).await;
                Err(End::Finished)
            }
            Some(false) => Err(self.standing().await),
            None => Err(End::Restart),
        }
    }

    /// Why the store takes nothing more.
    async fn lane_ended(&self, error: &LaneError) -> End {
        if is_fenced(error) {
            return self.standing().await;
        }
        tracing::warn!(job.id = %self.hold.job, %error, "a runner's frames are not stored");
        End::TryLater
    }

    async fn standing(&self) -> End {
        match self.door.db.runners(&[self.hold]).await {
            Ok(standings) => standings
                .first()
                .map_or(End::TryLater, |standing| End::of(*standing)),
            Err(_) => End::TryLater,
        }
    }

    /// Stores what was read, whatever ended the connection, and then that it is over.
    async fn settle(mut self, end: End) -> End {
        if end == End::Finished {
            return end;
        }
        self.pending
            .take()
            .into_iter()
            .for_each(|unit| self.lane.push(unit));
        let shutdown = self.door.shutdown.clone();
        let too_late = async {
            shutdown.cancelled().await;
            sleep(LAST_FLUSH).await;
        };
        let stored = tokio::select! {
            stored = self.lane.stored() => stored.is_ok(),
            () = too_late => false,
        };
        if stored {
            let closing = || self.door.db.close_runner(&self.hold);
            until_answered(&shutdown, closing).await;
        }
        end
    }
}

/// Asks the database until it answers, at least once; `None` when the process ends first.
async fn until_answered<T, F>(shutdown: &CancellationToken, ask: impl Fn() -> F) -> Option<T>
where
    F: Future<Output = Result<T, StoreError>>,
{
    loop {
        match ask().await {
            Ok(answer) => return Some(answer),
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "a runner waits for the database");
            }
        }
        shutdown.run_until_cancelled(sleep(RETRY_PAUSE)).await?;
    }
}

/// Why the connection cannot be read any more.
fn broken(error: axum::Error) -> End {
    match error.into_inner().downcast_ref() {
        Some(tungstenite::Error::Capacity(CapacityError::MessageTooLong { .. })) => End::TooBig,
        _ => End::Gone,
    }
}
