//! Whether a container ended by itself, or was ended by the engine, its host or a person.
//!
//! An exit code does not tell: 137 and 143 can be the generator's own, and a generator that heeds
//! SIGTERM ends with 0 when the engine stops it. The engine's events tell. It keeps the last
//! [`REMEMBERED`] of them in memory only, so what it remembers it has seen itself, and what it has
//! not seen happened under another engine process.
//!
//! | what the engine remembers | what that means | verdict |
//! |---|---|---|
//! | `start`, `die`, and no `kill` shortly before | it ended under a healthy engine | its own end, whatever the code |
//! | `die` with a `kill` before it | `docker kill` or `docker stop`; or an engine that was killed, came back, and stopped at its start what was left | [`Loss::Signal`]; [`Loss::EngineRestart`] where the engine does not remember the container's `start` either |
//! | `die` alone; a live-restore engine | the engine has come back meanwhile | its own end |
//! | no `die`; a live-restore engine; a code other than [`UNKNOWN_CODE`] | it ended while the engine was away, and containerd kept its code | its own end |
//! | no `start`; the memory is full | too much has happened since | by the code: a loss where signals give it |
//! | `die` alone otherwise | it ended while an engine that was killed came back, which would have stopped it, and what it had printed meanwhile is lost | [`Loss::EngineRestart`] |
//! | no `die` otherwise | the engine that saw its end is gone: it was stopped with it (143, 137, or what the generator makes of SIGTERM), or the host went down (255) | [`Loss::EngineRestart`] |
//!
//! A live-restore engine that restarts leaves its containers running; their later `die` is
//! remembered by the new process, so none of this takes them for lost. The caller knows better
//! where it has stopped the container itself: those signals are seen here like anybody's.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use bollard::models::{ContainerState, EventMessage, SystemInfo};
use bollard::query_parameters::EventsOptionsBuilder;
use chrono::DateTime;
use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio::time::timeout;

use super::failed;
use crate::orchestrator::{Loss, OrchestratorError};

/// How many events an engine keeps; moby's `eventsLimit`.
const REMEMBERED: usize = 256;

/// What an engine gives for the exit code of a container whose end nobody saw.
const UNKNOWN_CODE: i64 = 255;

/// The codes of containers that a signal has ended, and the one above.
const CODES_OF_SIGNALS: [i64; 3] = [137, 143, UNKNOWN_CODE];

/// How long before its end a signal counts as its cause: `docker stop` waits 10 s between its two
/// signals, an engine that ends 15 s, and people ask for more.
const REACH: Duration = Duration::from_secs(60);

/// How long the engine is given to note an end that it has told already.
const DIE_WITHIN: Duration = Duration::from_secs(2);

/// How long the engine may take to repeat what it remembers.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// The start of all time, as the engine wants to be told it.
const EVER: &str = "1";

/// Judges an ended container by its state and what the engine remembers of it.
pub(super) async fn of(
    engine: &bollard::Docker,
    id: &str,
    state: &ContainerState,
) -> Result<Option<Loss>, OrchestratorError> {
    let code = state.exit_code.unwrap_or(UNKNOWN_CODE);
    let end = last_days(engine, id, state)
        .await
        .map_err(|error| failed("ask the engine how the container ended", error))?;
    if let Some(end) = end.filter(End::tells_all) {
        return Ok(end.verdict());
    }
    let memory = memory(engine)
        .await
        .map_err(|error| failed("ask the engine what it remembers", error))?;
    Ok(memory.verdict(end.is_some(), code))
}

/// An end that the engine saw.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct End {
    /// It saw the start too.
    started: bool,
    /// Somebody sent a signal shortly before.
    killed: bool,
}

impl End {
    /// Whether it makes no difference what else the engine might have seen.
    fn tells_all(&self) -> bool {
        self.started || self.killed
    }

    fn verdict(self) -> Option<Loss> {
        match self {
            Self { killed: false, .. } => None,
            Self { started: true, .. } => Some(Loss::Signal),
            Self { .. } => Some(Loss::EngineRestart),
        }
    }
}

/// Why the engine may not have seen a container's start or end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Memory {
    live_restore: bool,
    full: bool,
}

impl Memory {
    /// Judges a container whose start was not seen, and whose end perhaps.
    fn verdict(self, seen: bool, code: i64) -> Option<Loss> {
        let own = match self {
            Self {
                live_restore: true, ..
            } => seen || code != UNKNOWN_CODE,
            Self { full: true, .. } => seen || !CODES_OF_SIGNALS.contains(&code),
            Self { .. } => false,
        };
        (!own).then_some(Loss::EngineRestart)
    }
}

/// Reads what the engine remembers of the container up to its end, or `None` where that does not
/// come.
async fn last_days(
    engine: &bollard::Docker,
    id: &str,
    state: &ContainerState,
) -> anyhow::Result<Option<End>> {
    let filters = HashMap::from([
        ("type", vec!["container".to_owned()]),
        ("container", vec![id.to_owned()]),
    ]);
    let since = state.started_at.as_deref().and_then(in_seconds);
    let options = EventsOptionsBuilder::new()
        .since(since.as_deref().unwrap_or(EVER))
        .filters(&filters)
        .build();
    let mut events = std::pin::pin!(engine.events(Some(options)));
    let mut life = Life::default();
    let reading = async {
        // What it remembers comes first, then what happens: an end that is noted late comes too.
        while let Some(event) = events.next().await {
            if let Some(end) = life.note(&event?) {
                return Ok(end);
            }
        }
        Err(anyhow!("the engine closed the connection"))
    };
    timeout(DIE_WITHIN, reading).await.ok().transpose()
}

/// One container's events, in order.
#[derive(Debug, Default)]
struct Life {
    started: bool,
    killed_at: Option<i64>,
}

impl Life {
    /// Notes an event; the end, when it is that.
    fn note(&mut self, event: &EventMessage) -> Option<End> {
        let at = event.time_nano.unwrap_or_default();
        match event.action.as_deref() {
            Some("start") => {
                *self = Self {
                    started: true,
                    killed_at: None,
                }
            }
            Some("kill") => self.killed_at = Some(at),
            Some("die") => {
                let reach = i64::try_from(REACH.as_nanos()).unwrap_or(i64::MAX);
                return Some(End {
                    started: self.started,
                    killed: self.killed_at.is_some_and(|killed| at - killed < reach),
                });
            }
            _ => {}
        }
        None
    }
}

/// Finds out why the engine may not have seen all.
async fn memory(engine: &bollard::Docker) -> anyhow::Result<Memory> {
    let asking = async {
        let info = engine.info().await.context("ask for its settings")?;
        let live_restore = info.live_restore_enabled == Some(true);
        let full = remembered(engine, &info).await? >= REMEMBERED;
        anyhow::Ok(Memory { live_restore, full })
    };
    timeout(ANSWER_WITHIN, asking)
        .await
        .context("hear from it in time")?
}

/// How many events the engine remembers, of whatever kind. Its own clock says up to when.
async fn remembered(engine: &bollard::Docker, info: &SystemInfo) -> anyhow::Result<usize> {
    let now = info.system_time.as_deref().and_then(in_seconds);
    let now = now.context("it tells no time")?;
    let options = EventsOptionsBuilder::new().since(EVER).until(&now).build();
    let counted = engine
        .events(Some(options))
        .try_fold(0, async |count, _| Ok(count + 1));
    counted.await.context("read its events")
}

/// A time of the engine's in the form in which it wants to be told one.
fn in_seconds(time: &str) -> Option<String> {
    let time = DateTime::parse_from_rfc3339(time).ok()?;
    let (seconds, nanoseconds) = (time.timestamp(), time.timestamp_subsec_nanos());
    Some(format!("{seconds}.{nanoseconds:09}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000_000;

    fn end(events: &[(&str, i64)]) -> Option<End> {
        let mut life = Life::default();
        let mut events = events.iter().map(|(action, at)| EventMessage {
            action: Some((*action).to_owned()),
            time_nano: Some(*at * SECOND),
            ..EventMessage::default()
        });
        events.find_map(|event| life.note(&event))
    }

    #[test]
    fn an_end_that_the_engine_saw_is_the_generators_own_unless_there_was_a_signal() {
        let own = end(&[("create", 0), ("start", 1), ("die", 2000)]).unwrap();
        let long_ago = end(&[("start", 1), ("kill", 2), ("die", 63)]).unwrap();
        for end in [own, long_ago] {
            assert!(end.tells_all());
            assert_eq!(end.verdict(), None);
        }
        let killed = end(&[("start", 1), ("kill", 2), ("kill", 12), ("die", 13)]).unwrap();
        assert_eq!(killed.verdict(), Some(Loss::Signal));
        // What an engine does at its start with what its predecessor has left running.
        let left = end(&[("kill", 12), ("die", 13)]).unwrap();
        assert!(left.tells_all());
        assert_eq!(left.verdict(), Some(Loss::EngineRestart));
        // A live-restore engine has come back meanwhile, or another one just before the end.
        let later = end(&[("exec_die", 3), ("die", 13)]).unwrap();
        assert!(!later.tells_all());
        assert_eq!(end(&[("start", 1), ("kill", 2)]), None);
    }

    #[test]
    fn what_the_engine_did_not_see_went_with_its_predecessor() {
        let memory = |live_restore, full| Memory { live_restore, full };
        let lost = Some(Loss::EngineRestart);
        for code in [0, 1, 137, 143, 255] {
            assert_eq!(memory(false, false).verdict(false, code), lost);
            // Nobody stopped it, but it had printed to nobody.
            assert_eq!(memory(false, false).verdict(true, code), lost);
            assert_eq!(memory(true, false).verdict(true, code), None);
            assert_eq!(memory(false, true).verdict(true, code), None);
        }
        for full in [false, true] {
            assert_eq!(memory(true, full).verdict(false, 143), None);
            assert_eq!(memory(true, full).verdict(false, 255), lost);
        }
        assert_eq!(memory(false, true).verdict(false, 3), None);
        assert_eq!(memory(false, true).verdict(false, 137), lost);
    }

    #[test]
    fn times_are_told_to_the_engine_in_seconds() {
        let told = in_seconds("2026-11-21T13:41:42.188275687Z").unwrap();
        assert_eq!(told, "1795268502.188275687");
        assert_eq!(in_seconds("soon"), None);
    }
}
