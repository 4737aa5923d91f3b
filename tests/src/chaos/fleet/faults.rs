//! What goes wrong in the fleet, and when: drawn from the seed.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};

use super::pace::Pace;

/// Before it nothing goes wrong: the first jobs come.
const CALM: Duration = Duration::from_millis(1500);
/// The pause between two faults, in milliseconds, at a scale of nearly nothing.
const PAUSE: std::ops::RangeInclusive<u64> = 400..=2400;
/// By how much longer the pause is at full scale.
const PAUSE_GROWTH: f64 = 3.0;
/// How long a process or a server is away between its end and its start, in milliseconds.
const AWAY: std::ops::RangeInclusive<u64> = 0..=2500;
/// How long nothing passes to or from Postgres, in milliseconds.
const STALL: std::ops::RangeInclusive<u64> = 300..=3000;
/// Answers that are swallowed at once, or statements that are lost.
const MESSAGES: std::ops::RangeInclusive<u32> = 1..=4;

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A worker is killed, and another one is started in its place.
    WorkerKilled,
    /// A worker is asked to end, as by a deploy, and another one is started in its place.
    WorkerReplaced,
    /// A worker stands still until its lease is lost, and goes on.
    WorkerPaused,
    /// A worker stands still until its host is given up, and goes on.
    WorkerOutOfReach,
    /// An API is killed and started again.
    ApiKilled,
    /// An API is asked to end, and started again.
    ApiReplaced,
    /// Redis is emptied.
    RedisFlushed,
    /// Redis is killed and started again, empty.
    RedisRestarted,
    /// The network between Leo and Postgres cuts all connections.
    PgCut,
    /// The network between Leo and Postgres holds everything up.
    PgStalled,
    /// An answer of Postgres is lost after the commit.
    PgAnswersSwallowed,
    /// A statement never comes to Postgres, and the connection is cut.
    PgRequestsLost,
    /// Postgres is ended in the middle of everything, recovers and goes on.
    PgRestarted,
    /// Somebody kills a running container.
    ContainerKilled,
    /// The Docker engine is asked to end, and started again.
    EngineRestarted,
    /// The Docker engine is killed and started again.
    EngineKilled,
}

/// Every kind with its name; what is drawn more often stands here more often.
const DECK: [(Kind, &str); 19] = [
    (Kind::WorkerKilled, "worker-killed"),
    (Kind::WorkerKilled, "worker-killed"),
    (Kind::WorkerReplaced, "worker-replaced"),
    (Kind::WorkerReplaced, "worker-replaced"),
    (Kind::WorkerPaused, "worker-paused"),
    (Kind::WorkerOutOfReach, "worker-out-of-reach"),
    (Kind::ApiKilled, "api-killed"),
    (Kind::ApiReplaced, "api-replaced"),
    (Kind::RedisFlushed, "redis-flushed"),
    (Kind::RedisRestarted, "redis-restarted"),
    (Kind::PgCut, "postgres-cut"),
    (Kind::PgStalled, "postgres-stalled"),
    (Kind::PgAnswersSwallowed, "postgres-answers-swallowed"),
    (Kind::PgAnswersSwallowed, "postgres-answers-swallowed"),
    (Kind::PgRequestsLost, "postgres-requests-lost"),
    (Kind::PgRestarted, "postgres-restarted"),
    (Kind::ContainerKilled, "container-killed"),
    (Kind::EngineRestarted, "engine-restarted"),
    (Kind::EngineKilled, "engine-killed"),
];

impl Kind {
    /// Whether it takes a Docker engine of one's own.
    #[must_use]
    pub const fn needs_engine(self) -> bool {
        matches!(
            self,
            Self::ContainerKilled | Self::EngineRestarted | Self::EngineKilled
        )
    }
}

/// One fault.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fault {
    /// When, from the beginning on.
    pub(super) at: Duration,
    pub(super) kind: Kind,
    /// How long it lasts, where it lasts.
    pub(super) time: Duration,
    /// How many messages it hits, where it hits messages.
    pub(super) count: u32,
    /// Which one of several it hits, modulo their number.
    pub(super) target: usize,
}

/// The faults of a run of this length, in order. The kinds come like cards of a shuffled deck, so
/// that a short run has all of them; only those of `only`, unless there are none.
pub(super) fn schedule(seed: u64, length: Duration, pace: Pace, only: &[Kind]) -> Vec<Fault> {
    let mut rng = StdRng::seed_from_u64(seed);
    let kinds = DECK.iter().map(|(kind, _)| *kind);
    let kinds: Vec<_> = kinds
        .filter(|kind| only.is_empty() || only.contains(kind))
        .collect();
    let (mut deck, mut faults, mut at) = (Vec::new(), Vec::new(), CALM);
    while at < length {
        if deck.is_empty() {
            deck.clone_from(&kinds);
            deck.shuffle(&mut rng);
        }
        let Some(kind) = deck.pop() else { break };
        faults.push(draw(&mut rng, kind, at, pace));
        let pause = Duration::from_millis(rng.random_range(PAUSE));
        at += pause.mul_f64(1.0 + PAUSE_GROWTH * pace.scale);
    }
    faults
}

fn draw(rng: &mut StdRng, kind: Kind, at: Duration, pace: Pace) -> Fault {
    let mut random = |range| Duration::from_millis(rng.random_range(range));
    let time = match kind {
        Kind::WorkerKilled
        | Kind::WorkerReplaced
        | Kind::ApiKilled
        | Kind::ApiReplaced
        | Kind::RedisRestarted
        | Kind::EngineRestarted
        | Kind::EngineKilled => random(AWAY),
        Kind::PgStalled => random(STALL),
        Kind::WorkerPaused => pace.pause,
        Kind::WorkerOutOfReach => pace.out_of_reach,
        Kind::RedisFlushed
        | Kind::PgCut
        | Kind::PgAnswersSwallowed
        | Kind::PgRequestsLost
        | Kind::PgRestarted
        | Kind::ContainerKilled => Duration::ZERO,
    };
    Fault {
        at,
        kind,
        time,
        count: rng.random_range(MESSAGES),
        target: rng.random_range(0..5040),
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = DECK.iter().find(|(kind, _)| kind == self);
        f.pad(named.map_or("unknown", |(_, name)| name))
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = DECK.iter().find(|(_, name)| *name == text);
        found.map(|(kind, _)| *kind).ok_or_else(|| {
            let mut names: Vec<_> = DECK.iter().map(|(_, name)| *name).collect();
            names.dedup();
            format!("there is {}", names.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_one_schedule_with_every_kind() {
        let drawn = |seed| schedule(seed, Duration::from_secs(60), Pace::new(0.1), &[]);
        let faults = drawn(7);
        let text = |faults: &[Fault]| format!("{faults:?}");
        assert_eq!(text(&faults), text(&drawn(7)));
        assert_ne!(text(&faults), text(&drawn(8)));
        assert!(
            DECK.iter()
                .all(|(kind, _)| faults.iter().any(|fault| fault.kind == *kind))
        );
    }

    #[test]
    fn only_what_is_wanted_is_drawn() {
        let only: Kind = "engine-killed".parse().unwrap();
        let faults = schedule(7, Duration::from_secs(60), Pace::new(0.1), &[only]);
        assert!(faults.len() > 10 && faults.iter().all(|fault| fault.kind == only));
        assert!("anything".parse::<Kind>().is_err());
    }
}
