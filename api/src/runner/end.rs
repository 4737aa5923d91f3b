//! How a runner's connection ends, and what the runner is told.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::StreamExt as _;
use futures_util::stream::SplitStream;
use leo_common::append::LaneError;
use leo_common::runner_token::BadRunnerToken;
use leo_common::store::runners::RunnerStanding;
use leo_protocol::repl::{CLOSE_NOT_FOUND, CLOSE_RESTART, CLOSE_UNAUTHENTICATED};
use leo_protocol::runner::{CLOSE_SUPERSEDED, RunnerMessage};

use super::mouth::Mouth;

/// Everything was said and is stored.
const CLOSE_NORMAL: u16 = 1000;
/// What was sent breaks the protocol.
const CLOSE_PROTOCOL: u16 = 1002;
/// The job may send no more.
const CLOSE_POLICY: u16 = 1008;
/// A frame is too large.
const CLOSE_TOO_BIG: u16 = 1009;
/// The server cannot serve this client at present.
const CLOSE_TRY_LATER: u16 = 1013;
/// How long the other side may take to read the end and to agree.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a connection that cannot be read any more is kept: closed at once, the system would
/// throw away what the other side has not read yet.
const LINGER: Duration = Duration::from_secs(1);

/// Why a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The other side is not there any more, or has said good-bye.
    Gone,
    /// `end` is stored.
    Finished,
    /// The process ends; come back, with jitter.
    Restart,
    /// The database does not answer; come back.
    TryLater,
    /// A token that opens nothing.
    BadToken(BadRunnerToken),
    /// This server has no key to check a token with.
    NoKey,
    /// No such job.
    NotFound,
    /// A newer attempt of the job runs.
    Superseded,
    /// A newer connection of the same attempt is there.
    Replaced,
    /// The job has ended.
    JobEnded,
    /// A frame that is no successor of the one before.
    Gap { expected: u64 },
    /// Frames with and without numbers.
    Mixed,
    /// A frame behind `end`.
    AfterAll,
    /// More than one frame may hold.
    TooBig,
    /// More than one job may send.
    OutputLimit,
}

impl End {
    /// What it means that a connection does not hold the source any more.
    pub(super) const fn of(standing: RunnerStanding) -> Self {
        match standing {
            RunnerStanding::Superseded => Self::Superseded,
            RunnerStanding::Ended => Self::JobEnded,
            RunnerStanding::Replaced => Self::Replaced,
            // The store refused it and then did not: coming back settles it.
            RunnerStanding::Live { .. } => Self::TryLater,
        }
    }

    /// Close code, the error's code, and the error's text; `None` where nobody would read it.
    fn words(self) -> Option<(u16, &'static str, String)> {
        let (close, code, text) = match self {
            Self::Gone => return None,
            Self::Finished => return Some((CLOSE_NORMAL, "", String::new())),
            Self::Restart => (
                CLOSE_RESTART,
                "restart",
                "The server restarts: come back, with jitter.".into(),
            ),
            Self::TryLater => (
                CLOSE_TRY_LATER,
                "unavailable",
                "Frames cannot be stored at present: come back.".into(),
            ),
            Self::BadToken(why) => (CLOSE_UNAUTHENTICATED, "bad_token", why.to_string()),
            Self::NoKey => (
                CLOSE_UNAUTHENTICATED,
                "bad_token",
                "This server cannot check tokens: LEO_SECRET_KEY is not set.".into(),
            ),
            Self::NotFound => (CLOSE_NOT_FOUND, "not_found", "There is no such job.".into()),
            Self::Superseded => (
                CLOSE_SUPERSEDED,
                "superseded",
                "A newer attempt of this job runs; end this one.".into(),
            ),
            Self::Replaced => (
                CLOSE_SUPERSEDED,
                "replaced",
                "A newer connection of this attempt has taken over.".into(),
            ),
            Self::JobEnded => (CLOSE_SUPERSEDED, "job_ended", "The job has ended.".into()),
            Self::Gap { expected } => (
                CLOSE_PROTOCOL,
                "wrong_number",
                format!("Frame {expected} was expected: resend from there."),
            ),
            Self::Mixed => (
                CLOSE_PROTOCOL,
                "mixed_numbers",
                "Number all frames of a connection, or none.".into(),
            ),
            Self::AfterAll => (
                CLOSE_PROTOCOL,
                "ended",
                "Nothing is taken behind `end`.".into(),
            ),
            Self::TooBig => (
                CLOSE_TOO_BIG,
                "too_big",
                "A frame holds at most 1 MiB.".into(),
            ),
            Self::OutputLimit => (
                CLOSE_POLICY,
                "output_limit",
                "The job has sent all that it may send.".into(),
            ),
        };
        Some((close, code, text))
    }
}

/// A lane whose source belongs to somebody else is told by the store to whom; all else passes.
pub(super) fn is_fenced(error: &LaneError) -> bool {
    match error {
        LaneError::Fenced => true,
        LaneError::Gap { .. } | LaneError::Refused(_) => false,
    }
}

/// Tells the other side, and reads on, without looking, until it agrees: data that nobody reads
/// would turn the close into a reset.
pub(super) async fn farewell(mut mouth: Mouth, mut stream: SplitStream<WebSocket>, end: End) {
    let Some((close, code, text)) = end.words() else {
        return;
    };
    let telling = async {
        if !code.is_empty() {
            let code = code.to_owned();
            mouth.say(&RunnerMessage::Error { error: text, code }).await;
        }
        let frame = CloseFrame {
            code: close,
            reason: code.into(),
        };
        mouth.send(Message::Close(Some(frame))).await;
    };
    let reading = async {
        while let Some(Ok(_)) = stream.next().await {}
        if matches!(end, End::TooBig) {
            tokio::time::sleep(LINGER).await;
        }
    };
    // Whoever does not read the end in time is cut off; there is nobody left to tell.
    let _ = tokio::time::timeout(PATIENCE, async { tokio::join!(telling, reading) }).await;
}
