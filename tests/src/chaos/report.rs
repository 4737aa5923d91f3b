//! The result of a run, as a table.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::audit::Tally;
use super::faults::Kind;

/// What a run has shown.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The seed of the schedule.
    pub seed: u64,
    /// How long things went wrong.
    pub length: Duration,
    /// Jobs that were submitted.
    pub jobs: usize,
    /// Those of them that sent frames over a socket of their own.
    pub socket_jobs: usize,
    /// Connections that these made.
    pub sockets: u64,
    /// Attempts that were given up before they had begun, after a lost answer to a claim.
    pub restarts: u64,
    /// Lines that all of them printed.
    pub lines: u64,
    /// Frames with a line that came over sockets.
    pub frames: u64,
    /// Events that are stored.
    pub events: u64,
    /// Viewers.
    pub viewers: usize,
    /// Events that viewers received.
    pub received: u64,
    /// Connections that viewers made.
    pub connections: u64,
    /// Faults, by kind.
    pub faults: BTreeMap<Kind, u64>,
    /// Answers of Postgres that were swallowed after the commit.
    pub swallowed: u64,
    /// Statements that never came to Postgres.
    pub requests_lost: u64,
    /// What is wrong between what the jobs said and the stored streams.
    pub stored: Tally,
    /// What is wrong between the stored streams and the viewers.
    pub viewed: Tally,
    /// Viewers who never got to the head.
    pub unfinished: usize,
    /// The longest time between an event and its arrival at a viewer who was there all the time,
    /// and who that was.
    pub worst_repair: Option<(Duration, String)>,
    /// Everything bad, in words.
    pub complaints: Vec<String>,
}

impl Report {
    /// Whether every bad figure is zero.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.stored.is_clean()
            && self.viewed.is_clean()
            && self.unfinished == 0
            && self.complaints.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // First, for it is what is left where only the beginning of a long output is kept.
        for complaint in &self.complaints {
            writeln!(f, "bad: {complaint}")?;
        }
        let mut row = |name: &str, value: &dyn fmt::Display| writeln!(f, "{name:<32} {value:>12}");
        row("seed", &self.seed)?;
        row("seconds", &self.length.as_secs())?;
        row("jobs", &self.jobs)?;
        row("  over a socket", &self.socket_jobs)?;
        row("  connections of sockets", &self.sockets)?;
        row("attempts begun anew", &self.restarts)?;
        row("lines printed", &self.lines)?;
        row("frames sent", &self.frames)?;
        row("events stored", &self.events)?;
        row("viewers", &self.viewers)?;
        row("events received", &self.received)?;
        row("connections", &self.connections)?;
        row("faults", &self.faults.values().sum::<u64>())?;
        for (kind, count) in &self.faults {
            row(&format!("  {kind}"), count)?;
        }
        row("answers swallowed after commit", &self.swallowed)?;
        row("statements lost", &self.requests_lost)?;
        if let Some((time, _)) = &self.worst_repair {
            row("worst repair (s)", &format!("{:.2}", time.as_secs_f64()))?;
        }
        writeln!(f, "{:<32} {:>12} {:>12}", "", "stored", "viewed")?;
        let mut pair = |name: &str, figure: fn(&Tally) -> u64| {
            writeln!(
                f,
                "{name:<32} {:>12} {:>12}",
                figure(&self.stored),
                figure(&self.viewed)
            )
        };
        pair("lost", |tally| tally.lost)?;
        pair("doubled", |tally| tally.doubled)?;
        pair("out of order", |tally| tally.out_of_order)?;
        pair("wrong", |tally| tally.wrong)?;
        writeln!(
            f,
            "{:<32} {:>12} {:>12}",
            "unfinished viewers", "", self.unfinished
        )?;
        match &self.worst_repair {
            Some((_, who)) => writeln!(f, "worst repair: {who}"),
            None => Ok(()),
        }
    }
}
