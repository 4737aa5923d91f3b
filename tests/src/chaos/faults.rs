//! What goes wrong, and when: drawn from the seed.

use std::fmt;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};

/// Before it nothing goes wrong: the first viewers come.
const CALM: Duration = Duration::from_millis(1500);
/// The pause between two faults, in milliseconds.
const PAUSE: std::ops::RangeInclusive<u64> = 200..=1800;
/// How long a replica or Redis is away between its end and its start, in milliseconds.
const AWAY: std::ops::RangeInclusive<u64> = 0..=2500;
/// How long Redis stands still, in milliseconds: often beyond its clients' patience.
const STANDSTILL: std::ops::RangeInclusive<u64> = 2000..=10_000;
/// How long nothing passes to or from Postgres, in milliseconds.
const STALL: std::ops::RangeInclusive<u64> = 300..=3000;
/// How long old messages are published again, in milliseconds.
const ECHO: std::ops::RangeInclusive<u64> = 1000..=4000;
/// Answers that are swallowed at once, or statements that are lost.
const MESSAGES: std::ops::RangeInclusive<u32> = 1..=4;

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An API replica is killed and started again.
    ApiKilled,
    /// An API replica is asked to end, and started again.
    ApiRestarted,
    /// The network between the jobs and the API cuts the jobs' sockets.
    RunnersCut,
    /// Redis is killed and started again, empty.
    RedisKilled,
    /// Redis stands still and goes on.
    RedisPaused,
    /// Redis is emptied.
    RedisFlushed,
    /// The connections over which is published are closed: a publish on its way is lost.
    RedisPublishersCut,
    /// The connections over which is heard are closed.
    RedisListenersCut,
    /// What was published is published again, later and in another order.
    RedisEcho,
    /// Postgres ends Leo's connections.
    PgTerminated,
    /// The network between Leo and Postgres cuts all connections.
    PgCut,
    /// The network between Leo and Postgres holds everything up.
    PgStalled,
    /// An answer of Postgres is lost after the commit.
    PgAnswersSwallowed,
    /// A statement never comes to Postgres, and the connection is cut.
    PgRequestsLost,
}

/// Every kind. The hardest one is drawn twice as often.
const DECK: [Kind; 15] = [
    Kind::ApiKilled,
    Kind::ApiRestarted,
    Kind::RunnersCut,
    Kind::RedisKilled,
    Kind::RedisPaused,
    Kind::RedisFlushed,
    Kind::RedisPublishersCut,
    Kind::RedisListenersCut,
    Kind::RedisEcho,
    Kind::PgTerminated,
    Kind::PgCut,
    Kind::PgStalled,
    Kind::PgAnswersSwallowed,
    Kind::PgAnswersSwallowed,
    Kind::PgRequestsLost,
];

/// One fault.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault {
    /// When, from the beginning on.
    pub(crate) at: Duration,
    /// What.
    pub(crate) kind: Kind,
    /// How long it lasts, where it lasts.
    pub(crate) time: Duration,
    /// How many messages it hits, where it hits messages.
    pub(crate) count: u32,
    /// Which replica it hits, modulo their number.
    pub(crate) replica: usize,
}

/// The faults of a run of this length, in order. The kinds come like cards of a shuffled deck, so
/// that a short run has all of them too.
pub(crate) fn schedule(seed: u64, length: Duration) -> Vec<Fault> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut deck = Vec::new();
    let mut faults = Vec::new();
    let mut at = CALM;
    while at < length {
        if deck.is_empty() {
            deck = DECK.to_vec();
            deck.shuffle(&mut rng);
        }
        let Some(kind) = deck.pop() else { break };
        faults.push(draw(&mut rng, kind, at, length));
        at += Duration::from_millis(rng.random_range(PAUSE));
    }
    faults
}

fn draw(rng: &mut StdRng, kind: Kind, at: Duration, end: Duration) -> Fault {
    let range = match kind {
        Kind::ApiKilled | Kind::ApiRestarted | Kind::RedisKilled => AWAY,
        Kind::RedisPaused => STANDSTILL,
        Kind::RedisEcho => ECHO,
        Kind::PgStalled => STALL,
        Kind::RunnersCut
        | Kind::RedisFlushed
        | Kind::RedisPublishersCut
        | Kind::RedisListenersCut
        | Kind::PgTerminated
        | Kind::PgCut
        | Kind::PgAnswersSwallowed
        | Kind::PgRequestsLost => 0..=0,
    };
    let time = Duration::from_millis(rng.random_range(range)).min(end.saturating_sub(at));
    let (count, replica) = (rng.random_range(MESSAGES), rng.random_range(0..64));
    Fault {
        at,
        kind,
        time,
        count,
        replica,
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::ApiKilled => "api killed",
            Self::ApiRestarted => "api restarted",
            Self::RunnersCut => "runners cut",
            Self::RedisKilled => "redis killed",
            Self::RedisPaused => "redis paused",
            Self::RedisFlushed => "redis flushed",
            Self::RedisPublishersCut => "redis publishers cut",
            Self::RedisListenersCut => "redis listeners cut",
            Self::RedisEcho => "redis echo",
            Self::PgTerminated => "postgres terminated",
            Self::PgCut => "postgres cut",
            Self::PgStalled => "postgres stalled",
            Self::PgAnswersSwallowed => "postgres answers swallowed",
            Self::PgRequestsLost => "postgres requests lost",
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:6.1} s  {}", self.at.as_secs_f64(), self.kind)?;
        match self.kind {
            Kind::PgAnswersSwallowed | Kind::PgRequestsLost => write!(f, " ({})", self.count),
            Kind::RunnersCut
            | Kind::RedisFlushed
            | Kind::RedisPublishersCut
            | Kind::RedisListenersCut
            | Kind::PgTerminated
            | Kind::PgCut => Ok(()),
            Kind::ApiKilled
            | Kind::ApiRestarted
            | Kind::RedisKilled
            | Kind::RedisPaused
            | Kind::RedisEcho
            | Kind::PgStalled => write!(f, " for {:.1} s", self.time.as_secs_f64()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_one_schedule_with_every_kind() {
        let length = Duration::from_secs(30);
        let faults = schedule(7, length);
        let text = |faults: &[Fault]| faults.iter().map(Fault::to_string).collect::<Vec<_>>();
        assert_eq!(text(&faults), text(&schedule(7, length)));
        assert_ne!(text(&faults), text(&schedule(8, length)));
        assert!(
            DECK.iter()
                .all(|kind| faults.iter().any(|fault| fault.kind == *kind))
        );
        assert!(faults.iter().all(|fault| fault.at + fault.time <= length));
    }
}
