//! The container's output, read from the log that the engine keeps of it.
//!
//! The engine appends each line, or each piece of 16 KiB of a longer one, as one entry, and sends
//! each entry as one frame. The log is read from its first entry every time, so the ordinal of a
//! frame is the entry's position, whoever reads and whenever. (Being attached would give other
//! pieces, has no position, and a reader that stalls stops the container; a reader of the kept log
//! that stalls only stops itself.)
//!
//! The engine keeps text: in a line longer than 16 KiB, a character that is cut in two by the end
//! of a piece arrives as replacement characters.
//!
//! While the log grows it is asked for over HTTP/1.0. To a client of HTTP/1.1 the engine sends each
//! entry as a chunk of its own, and undoing that costs more than all else that is done to a line.
//! The chunks also tell a whole answer from one that broke off; but of a growing log no end is
//! believed, and the last pass, whose end is, has its chunks.

use std::pin::Pin;

use anyhow::anyhow;
use bollard::BollardRequest;
use bollard::container::LogOutput;
use bollard::errors::Error as EngineError;
use bollard::query_parameters::LogsOptionsBuilder;
use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt as _};

use super::{NOT_FOUND, end, failed, status};
use crate::orchestrator::{OrchestratorError, OutputEntry, OutputStream};

/// What failed, in the words of [`OrchestratorError`].
const WHAT: &str = "read the container's output";

type Frames = Pin<Box<dyn Stream<Item = Result<LogOutput, EngineError>> + Send>>;

/// See [`crate::orchestrator::Orchestrator::output`].
pub(super) fn follow(
    engine: bollard::Docker,
    id: String,
    after: u64,
) -> BoxStream<'static, Result<OutputEntry, OrchestratorError>> {
    let reader = Reader {
        engine,
        id,
        frames: Box::pin(stream::empty()),
        read: 0,
        seen: after,
        pass: Pass::None,
    };
    let entries = stream::try_unfold(reader, |mut reader| async move {
        let entry = reader.next().await?;
        Ok(entry.map(|entry| (entry, reader)))
    });
    entries.boxed()
}

fn frames(engine: &bollard::Docker, id: &str, follow: bool) -> Frames {
    let options = LogsOptionsBuilder::new()
        .follow(follow)
        .stdout(true)
        .stderr(true)
        .build();
    let engine = if follow {
        engine.clone().with_request_modifier(without_chunks)
    } else {
        engine.clone()
    };
    Box::pin(engine.logs(id, Some(options)))
}

fn without_chunks(mut request: BollardRequest) -> BollardRequest {
    *request.version_mut() = http::Version::HTTP_10;
    request
}

struct Reader {
    engine: bollard::Docker,
    id: String,
    frames: Frames,
    /// The position of the frame read last, in this pass.
    read: u64,
    /// The position of the entry given out last, in any pass.
    seen: u64,
    pass: Pass,
}

/// How often the log was read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    /// Not yet.
    None,
    /// As it grew.
    Followed,
    /// After the container's end, so that everything was found.
    Last,
}

impl Reader {
    async fn next(&mut self) -> Result<Option<OutputEntry>, OrchestratorError> {
        loop {
            match self.frames.next().await {
                Some(Ok(frame)) => {
                    self.read += 1;
                    let (stream, bytes) = payload(frame)?;
                    if self.read > self.seen {
                        self.seen = self.read;
                        return Ok(Some(OutputEntry {
                            position: self.read,
                            stream,
                            bytes,
                        }));
                    }
                }
                Some(Err(error)) if status(&error) == Some(NOT_FOUND) => return Ok(None),
                Some(Err(error)) => return Err(failed(WHAT, error)),
                None if self.pass == Pass::Last => return Ok(None),
                None => self.next_pass().await?,
            }
        }
    }

    /// An engine that restarts ends a followed log as the container's end does, and at that end
    /// engine 20.10 drops what a reader that lags has not been sent. So the end is believed only of
    /// a container that has ended, and only from a log that was read after that.
    async fn next_pass(&mut self) -> Result<(), OrchestratorError> {
        let state = end::state(&self.engine, &self.id).await?;
        let running = state.is_some_and(|state| state.running == Some(true));
        if running && self.pass == Pass::Followed {
            return Err(failed(
                WHAT,
                anyhow!("the engine ended it while the container runs"),
            ));
        }
        self.pass = if running { Pass::Followed } else { Pass::Last };
        self.frames = frames(&self.engine, &self.id, running);
        self.read = 0;
        Ok(())
    }
}

fn payload(frame: LogOutput) -> Result<(OutputStream, Bytes), OrchestratorError> {
    match frame {
        LogOutput::StdOut { message } => Ok((OutputStream::Stdout, message)),
        LogOutput::StdErr { message } => Ok((OutputStream::Stderr, message)),
        // The client library's way of giving out half a frame when the connection ends.
        LogOutput::Console { .. } | LogOutput::StdIn { .. } => {
            Err(failed(WHAT, anyhow!("the engine sent half an entry")))
        }
    }
}
