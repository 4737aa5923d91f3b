//! One trial: so many viewers of one server.
//!
//! 1. Some viewers and events, so that the server is warm: its pools are filled, its code is in
//!    memory. They stay; what the server holds is the base.
//! 2. All viewers connect. They are idle for a while: memory and CPU. Those of before leave.
//! 3. Events are written in small batches at a steady rate, well below what any of the servers
//!    can do: latency and CPU.
//! 4. Events are written as fast as the writer can, until every viewer has all: throughput.
//!
//! Writer, viewers, Redis and Postgres take their share of the same CPUs.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};

use super::servers::Served;
use crate::clock;
use crate::procfs::{self, Peak};
use crate::viewers::{CONNECTING, Viewers};

/// Events that reach viewers in a second at the steady rate, all viewers together.
const STEADY: u64 = 40_000;
/// Events a second in the stream, at most.
const MOST_WRITTEN: u64 = 200;
/// Events of a batch at the steady rate.
const STEADY_BATCH: u64 = 5;
/// Events of a batch in the flood.
const FLOOD_BATCH: u64 = 100;
/// Events of the flood at least.
const LEAST_FLOOD: u64 = 200;
/// Viewers before anything counts: as many as connect at once later.
const WARM_UP_VIEWERS: usize = CONNECTING;
/// Events before anything counts.
const WARM_UP: u64 = 50;
/// What a server is given to forget the handshakes.
const SETTLE: Duration = Duration::from_secs(2);

/// How much is done.
#[derive(Debug)]
pub(crate) struct Plan {
    viewers: usize,
    lasting: Duration,
    /// Between two steady batches.
    pause: Duration,
    flood: u64,
}

/// What was measured.
#[derive(Debug, Clone)]
pub(crate) struct Figures {
    pub(crate) idle: Idle,
    pub(crate) steady: Steady,
    pub(crate) flood: Flood,
    /// Memory of a connection at most while events are sent, in KiB.
    pub(crate) busy_kib: f64,
    /// Events that did not reach a viewer.
    pub(crate) lost: u64,
    /// Events that reached a viewer again, or after a later one.
    pub(crate) doubled: u64,
}

/// A connection that is sent nothing.
#[derive(Debug, Clone)]
pub(crate) struct Idle {
    /// Its memory in KiB.
    pub(crate) kib: f64,
    /// The CPU time that it takes in a second, in microseconds.
    pub(crate) micros: f64,
}

/// What happened at the steady rate.
#[derive(Debug, Clone)]
pub(crate) struct Steady {
    /// CPU time in seconds.
    pub(crate) cpu: f64,
    /// CPU time of one delivered event, in microseconds.
    pub(crate) micros: f64,
    /// From the writing of an event to its receipt, in milliseconds: the half of them.
    pub(crate) p50: f64,
    /// The same: 99 of 100.
    pub(crate) p99: f64,
}

/// What happened in the flood.
#[derive(Debug, Clone)]
pub(crate) struct Flood {
    /// Events a second that reached viewers.
    pub(crate) rate: f64,
    /// CPU time of one delivered event, in microseconds.
    pub(crate) micros: f64,
}

impl Plan {
    pub(crate) fn new(viewers: usize, seconds: u64, flood: u64) -> Self {
        let count = u64::try_from(viewers).unwrap_or(u64::MAX).max(1);
        let rate = (STEADY / count).clamp(1, MOST_WRITTEN);
        Self {
            viewers,
            lasting: Duration::from_secs(seconds),
            pause: Duration::from_secs(STEADY_BATCH) / u32::try_from(rate).unwrap_or(1),
            flood: (flood / count).max(LEAST_FLOOD),
        }
    }
}

/// Carries it out.
pub(crate) async fn run(mut server: Served, plan: &Plan) -> anyhow::Result<Figures> {
    let before = warm_up(&mut server).await?;
    let base = procfs::rss(server.pid)?;
    let first = server.writer.next();
    let viewers = Viewers::connect(plan.viewers, server.address, server.script, first).await?;
    let mut trial = Trial {
        plan,
        server,
        viewers,
        first,
        base,
    };
    let idle = trial.idle().await?;
    drop(before);
    let peak = Peak::of(trial.server.pid);
    let steady = trial.steady().await?;
    let flood = trial.flood().await?;
    Ok(Figures {
        idle,
        steady,
        flood,
        busy_kib: trial.each(peak.kib()),
        lost: trial.viewers.lost(trial.written())?,
        doubled: trial.viewers.board().doubled(),
    })
}

/// A server with all its viewers.
struct Trial<'a> {
    plan: &'a Plan,
    server: Served,
    viewers: Viewers,
    /// The first event that they get.
    first: u64,
    /// What the server holds without them, in KiB.
    base: u64,
}

impl Trial<'_> {
    async fn idle(&self) -> anyhow::Result<Idle> {
        tokio::time::sleep(SETTLE).await;
        let cpu = Stopwatch::start(self.server.pid)?;
        tokio::time::sleep(self.plan.lasting).await;
        let seconds = self.plan.lasting.as_secs_f64();
        Ok(Idle {
            kib: self.each(procfs::rss(self.server.pid)?),
            micros: cpu.micros()? / seconds / self.viewer_count(),
        })
    }

    async fn steady(&mut self) -> anyhow::Result<Steady> {
        let cpu = Stopwatch::start(self.server.pid)?;
        steadily(&mut self.server, self.plan).await?;
        self.viewers.all_got(self.written()).await?;
        let cpu = cpu.micros()?;
        let latencies = self.viewers.board().take_latencies();
        Ok(Steady {
            cpu: cpu / 1e6,
            micros: cpu / float(self.viewers.board().got()),
            p50: percentile(&latencies, 50),
            p99: percentile(&latencies, 99),
        })
    }

    async fn flood(&mut self) -> anyhow::Result<Flood> {
        let got = self.viewers.board().got();
        let cpu = Stopwatch::start(self.server.pid)?;
        let began = clock::nanos();
        flood(&mut self.server, self.plan).await?;
        self.viewers.all_got(self.written()).await?;
        let got = float(self.viewers.board().got() - got);
        let latest = self.viewers.board().latest();
        let lasted = Duration::from_nanos(latest.saturating_sub(began));
        Ok(Flood {
            rate: got / lasted.as_secs_f64(),
            micros: cpu.micros()? / got,
        })
    }

    /// Events that each viewer should have got.
    const fn written(&self) -> u64 {
        self.server.writer.next() - self.first
    }

    fn viewer_count(&self) -> f64 {
        float(self.plan.viewers as u64)
    }

    /// What a connection takes of so many KiB.
    fn each(&self, kib: u64) -> f64 {
        float(kib.saturating_sub(self.base)) / self.viewer_count()
    }
}

/// So that nothing is counted as a viewer's cost that only the first ones have.
async fn warm_up(server: &mut Served) -> anyhow::Result<Viewers> {
    let (first, script) = (server.writer.next(), server.script);
    let viewers = Viewers::connect(WARM_UP_VIEWERS, server.address, script, first).await?;
    server.writer.write(WARM_UP).await?;
    viewers.all_got(WARM_UP).await?;
    tokio::time::sleep(SETTLE).await;
    Ok(viewers)
}

/// Writes at the steady rate.
async fn steadily(server: &mut Served, plan: &Plan) -> anyhow::Result<()> {
    let mut tick = interval(plan.pause);
    // A late batch is not made good by two at once.
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let end = Instant::now() + plan.lasting;
    while Instant::now() < end {
        tick.tick().await;
        server.writer.write(STEADY_BATCH).await?;
    }
    Ok(())
}

/// Writes as fast as it goes.
async fn flood(server: &mut Served, plan: &Plan) -> anyhow::Result<()> {
    let mut left = plan.flood;
    while left > 0 {
        let events = left.min(FLOOD_BATCH);
        server.writer.write(events).await?;
        left -= events;
    }
    Ok(())
}

/// CPU time of a process from a moment on.
struct Stopwatch {
    pid: u32,
    before: Duration,
}

impl Stopwatch {
    fn start(pid: u32) -> anyhow::Result<Self> {
        let before = procfs::cpu(pid)?;
        Ok(Self { pid, before })
    }

    fn micros(&self) -> anyhow::Result<f64> {
        let used = procfs::cpu(self.pid)?.saturating_sub(self.before);
        Ok(used.as_secs_f64() * 1e6)
    }
}

/// Of sorted microseconds, in milliseconds.
fn percentile(sorted: &[u32], percent: usize) -> f64 {
    let place = sorted.len().saturating_mul(percent) / 100;
    let micros = sorted.get(place.min(sorted.len().saturating_sub(1)));
    micros.map_or(f64::NAN, |micros| f64::from(*micros) / 1e3)
}

/// A count; beyond 2^53 the last digits do not matter.
#[expect(clippy::cast_precision_loss, reason = "figures for people")]
pub(super) fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_viewers_the_less_is_written() {
        let (few, many) = (Plan::new(10, 1, 1000), Plan::new(5000, 1, 1_000_000));
        assert_eq!(
            (few.pause, few.flood),
            (Duration::from_millis(25), LEAST_FLOOD)
        );
        assert_eq!((many.pause, many.flood), (Duration::from_millis(625), 200));
    }

    #[test]
    fn percentiles_are_of_what_there_is() {
        let sorted: Vec<u32> = (1..=100).map(|n| n * 1000).collect();
        assert!((percentile(&sorted, 50) - 51.0).abs() < 1e-9);
        assert!((percentile(&sorted, 99) - 100.0).abs() < 1e-9);
        assert!(percentile(&[], 50).is_nan());
    }
}
